/** Everything the service can do, as data. */

import type { Remembered } from '../schemas/stored/resource.ts';
import type { Alert } from './alert/alert.ts';
import type { Notice } from './alert/render/notice.ts';
import type { BudgetContext } from './budget/alert-words.ts';
import type { Booked } from './budget/checked.ts';
import type { JobRef } from './budget/job.ts';
import type { Cap } from './budget/limits.ts';
import type { Cost } from './cost/meter.ts';
import type { CountedTask, EndedLabeling } from './labeling/facts.ts';
import type { ChainRequest } from './labeling/request.ts';

/** Tells people. */
export interface NotifyAction {
  readonly kind: 'notify';
  /** Names the effect: whatever is done under one key is done once. */
  readonly key: string;
  /** The resource it is about. */
  readonly resource: string;
  /** What is noted of the resource until this is done; absent where nothing is. */
  readonly settles?: string;
  /** Others may be telling the same at this moment: it is left to them. */
  readonly isShared?: boolean;
  readonly notice: Notice;
  /** What it was decided on, for the audit. */
  readonly numbers?: Readonly<Record<string, string>>;
}

/** Keeps what cannot be read, with the reason, for people to look at. */
export interface QuarantineAction {
  readonly kind: 'quarantine';
  readonly input: unknown;
  readonly reason: string;
}

/** The change that requests a check. `key` names the effect, as for `NotifyAction`. */
export interface CheckRequest {
  readonly key: string;
  readonly resource: string;
  readonly settles: string;
}

/** Requests a budget check of a job, from the function that may stop it. */
export interface CheckBudgetAction {
  readonly kind: 'check-budget';
  readonly job: JobRef;
  /** Seconds to wait first, for more requests of the same check: training jobs of a tuning job begin and end together. */
  readonly delaySeconds: number;
  /** The change that requests it, which does so once; absent where a check of another job does. */
  readonly requestedBy: CheckRequest | undefined;
  /** The place in a ledger where the other job's check saw it. */
  readonly booked?: Booked;
}

/** Has an event handled by a function that can find out more: what a job has cost, what became of its objects. */
export interface HandOverAction {
  readonly kind: 'hand-over';
  readonly to: 'budget' | 'labeling';
  readonly event: unknown;
}

/** Has it looked at again at `at`, whatever was arranged before. */
export interface ArmBudgetAction {
  readonly kind: 'arm-budget';
  readonly job: JobRef;
  readonly at: Date;
  /** What was arranged last. */
  readonly before: Date | undefined;
}

/** Has it looked at no more. */
export interface DisarmBudgetAction {
  readonly kind: 'disarm-budget';
  readonly job: JobRef;
  readonly before: Date | undefined;
}

/** Stops a job, unless enough have been stopped within the hour; people are told either way. */
export interface StopJobAction {
  readonly kind: 'stop-job';
  readonly key: string;
  readonly resource: string;
  readonly job: JobRef;
  /** The cap that it reached, by its key. */
  readonly cap: string;
  /** Why, for the audit; and in a word, for the alert of its end. */
  readonly reason: string;
  readonly cause: NonNullable<Remembered['stoppedFor']>;
  readonly mostPerHour: number;
  readonly numbers: Readonly<Record<string, string>>;
  /** What the notice about the result is made from. */
  readonly news: { readonly cost: Cost; readonly cap: Cap; readonly context: BudgetContext };
}

/** Creates the labeling job that carries one on, and tells people what came of it. */
export interface ChainLabelingJobAction {
  readonly kind: 'chain-labeling-job';
  readonly key: string;
  readonly resource: string;
  readonly settles: string;
  readonly request: ChainRequest;
  /** It is there already: nothing is created, and people are told. */
  readonly isThere: boolean;
  /** Why, for the audit. */
  readonly reason: string;
  readonly numbers: Readonly<Record<string, string>>;
  /** The alert of the job's end, and what is known of it: what came of the request is added. */
  readonly alert: Alert;
  readonly facts: EndedLabeling;
}

/** Counts what became of one task of a labeling job. */
export interface CountTaskAction {
  readonly kind: 'count-task';
  readonly jobArn: string;
  readonly state: CountedTask;
  /** Which of the kinds of events tells it: two may tell of the same task. */
  readonly source: string;
  readonly eventId: string;
}

export type Action =
  | NotifyAction
  | QuarantineAction
  | CheckBudgetAction
  | HandOverAction
  | ArmBudgetAction
  | DisarmBudgetAction
  | StopJobAction
  | ChainLabelingJobAction
  | CountTaskAction;

/** An action without its contents, for logs: kind and identity, no text of other people. */
export interface ActionSummary {
  readonly kind: Action['kind'];
  readonly id?: string;
  readonly reason?: string;
  /** When, of what is arranged. */
  readonly at?: string;
}

/** What may be logged about `action`. */
export function summarise(action: Action): ActionSummary {
  const { kind } = action;
  switch (kind) {
    case 'notify':
    case 'stop-job':
    case 'chain-labeling-job':
      return { kind, id: action.key };
    case 'quarantine':
      return { kind, reason: action.reason };
    case 'hand-over':
      return { kind, id: action.to };
    case 'count-task':
      return { kind, id: action.jobArn };
    case 'arm-budget':
      return { kind, id: action.job.arn, at: action.at.toISOString() };
    case 'check-budget':
      return { kind, id: action.requestedBy?.key ?? action.job.arn };
    case 'disarm-budget':
      return { kind, id: action.job.arn };
  }
}
