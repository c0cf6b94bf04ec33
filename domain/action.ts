/** Everything that Ground Control can do, as data. Policies return these actions; handlers carry them out. */

import type { EventReference } from '../schemas/message/event-reference.ts';
import type { AuditRecord } from '../schemas/stored/audit-record.ts';
import type { Parent, Part } from '../schemas/stored/part.ts';
import type { Remembered } from '../schemas/stored/resource.ts';
import type { Alert } from './alert/alert.ts';
import type { Notice } from './alert/render/notice.ts';
import type { BudgetContext } from './budget/alert-words.ts';
import type { JobRef } from './budget/job.ts';
import type { Cap } from './budget/limits.ts';
import type { LineId } from './budget/month/line.ts';
import type { Cost } from './cost/meter.ts';
import type { WarmPool } from './cost/warm-pool.ts';
import type { CountedTask, EndedLabeling } from './labeling/facts.ts';
import type { ChainRequest } from './labeling/request.ts';

/** Sends a notice to people. */
export interface NotifyAction {
  readonly kind: 'notify';
  /** Identity of the effect: two actions with the same key are carried out once. */
  readonly key: string;
  /** Key of the resource that the notice is about. */
  readonly resource: string;
  /** The entry of the resource's `untold` that goes away when the notice is sent; absent when there is no entry. */
  readonly settles?: string;
  /**
   * Another function may be sending the same notice right now; if so, this one leaves the notice to it. Only for notices
   * that settle nothing: a copy of a change that another function handles is retried.
   */
  readonly isShared?: boolean;
  readonly notice: Notice;
  /** The notice is about a part of this parent, and waits for the parent's end. */
  readonly waitsFor?: Parent | undefined;
  /** Nobody gets the notice alone: it is only published when it no longer waits. */
  readonly isPartOnly?: boolean;
  /** The notice is about the end of this parent, and tells what waited for it. */
  readonly tellsPartsOf?: Parent | undefined;
  /**
   * The notice says that Ground Control stopped the resource for this kind of budget. The alert about its end then says
   * so too.
   */
  readonly stoppedFor?: NonNullable<Remembered['stoppedFor']>;
  /** The numbers that the decision was based on, for the audit log. */
  readonly numbers?: Readonly<Record<string, string>>;
}

/** Keeps input that no schema can read, with the reason, for people to look at. */
export interface QuarantineAction {
  readonly kind: 'quarantine';
  readonly input: unknown;
  readonly reason: string;
}

/** Requests a budget check of a job from the budget function, which may stop the job. */
export interface CheckBudgetAction {
  readonly kind: 'check-budget';
  readonly job: JobRef;
  /**
   * Seconds to wait before the check. The training jobs of a tuning job start and end together; after the wait, the
   * first check serves all requests that came before it.
   */
  readonly delaySeconds: number;
  /** The change that requests the check. */
  readonly requestedBy: Debt;
}

/**
 * Passes an event, by a reference, to another function that can look up more: the budget function knows costs, the
 * labeling function knows how many objects were labeled, the function `diagnosis` knows why something failed, and the
 * function `review` knows what people answered.
 */
export interface HandOverAction {
  readonly kind: 'hand-over';
  readonly to: NonNullable<EventReference['to']>;
  readonly reference: EventReference;
}

/** Schedules the next budget check of a job. Replaces an earlier schedule. */
export interface ArmBudgetAction {
  readonly kind: 'arm-budget';
  readonly job: JobRef;
  readonly at: Date;
  /** When the earlier schedule was to fire; absent when there is none. */
  readonly before: Date | undefined;
}

/** Deletes the schedule of a job's budget checks. */
export interface DisarmBudgetAction {
  readonly kind: 'disarm-budget';
  readonly job: JobRef;
  /** When the earlier schedule was to fire; absent when there is none. */
  readonly before: Date | undefined;
}

/** At most so many jobs are stopped in a clock hour: for caps of their own tags, or for all other budgets. */
export interface StopsPerHour {
  readonly scope: 'tag' | 'policy';
  readonly most: number;
}

/** Stops a job, unless the limit of stops per hour is reached. People get a notice in both cases. */
export interface StopJobAction {
  readonly kind: 'stop-job';
  readonly key: string;
  readonly resource: string;
  readonly job: JobRef;
  /** Key of the cap that the job reached. */
  readonly cap: string;
  /** The line of a month for which the job is stopped, as it was read. If it has changed since, nothing is stopped. */
  readonly ifLine?: { readonly id: LineId; readonly revision: number };
  /** Why the job is stopped, for the audit log. */
  readonly reason: string;
  /** The limit of stops per hour that counts this stop. */
  readonly limit: StopsPerHour;
  /** When the limit first held back this stop. */
  readonly heldSince: Date | undefined;
  readonly numbers: Readonly<Record<string, string>>;
  /** What the notice about the result is rendered from. */
  readonly news: { readonly cost: Cost; readonly cap: Cap; readonly context: BudgetContext };
}

/** Ends the warm pool of a training job that Ground Control stopped, and tells people. */
export interface EndPoolAction {
  readonly kind: 'end-pool';
  readonly key: string;
  readonly resource: string;
  readonly job: JobRef;
  readonly numbers: Readonly<Record<string, string>>;
  /** What the notice about it is rendered from. */
  readonly news: { readonly cost: Cost; readonly pool: WarmPool; readonly context: BudgetContext };
}

/** Creates the labeling job that continues an ended one, and tells people the result. */
export interface ChainLabelingJobAction {
  readonly kind: 'chain-labeling-job';
  readonly key: string;
  readonly resource: string;
  readonly settles: string;
  readonly request: ChainRequest;
  /** The job exists already: nothing is created, and people are only told. */
  readonly isThere: boolean;
  /** Why the ended job is continued, for the audit log. */
  readonly reason: string;
  readonly numbers: Readonly<Record<string, string>>;
  /** The alert about the end of the job, and the facts behind it. The notice adds the result of the request. */
  readonly alert: Alert;
  readonly facts: EndedLabeling;
}

/** Writes an audit record about something that Ground Control noticed, and did not do itself. */
export interface RecordAction extends Pick<AuditRecord, 'key' | 'resource' | 'action' | 'reason' | 'result'> {
  readonly kind: 'record';
  readonly numbers: Readonly<Record<string, string>>;
}

/**
 * Publishes a change, or what Ground Control did, to the event bus for other systems. The bus may get it twice, with the
 * same content.
 */
export interface RelayAction {
  readonly kind: 'relay';
  readonly resource: string;
  readonly settles: string;
  /** `UnidentifiedChange` or `UnidentifiedAction` of `domain/relay/` as JSON. */
  readonly content: string;
}

/** Counts one task of a labeling job that a worker declined or returned, or that expired. */
export interface CountTaskAction {
  readonly kind: 'count-task';
  readonly jobArn: string;
  readonly state: CountedTask;
  /** The kind of event that reported the task. Two kinds may report one task, so each kind has its own count. */
  readonly source: string;
  readonly eventId: string;
}

/** Notes that a part of a parent has ended. */
export interface NotePartAction {
  readonly kind: 'note-part';
  readonly part: Part;
}

/** Notes that a step of `parent` runs the job `arn`, whose name does not tell it. */
export interface LinkJobAction {
  readonly kind: 'link-job';
  readonly arn: string;
  readonly parent: Parent;
}

/** Lets people hear of the parts of a parent that has ended, because nobody gets an alert about its end. */
export interface ReleasePartsAction {
  readonly kind: 'release-parts';
  readonly parent: Parent;
}

export type Action =
  | NotifyAction
  | QuarantineAction
  | CheckBudgetAction
  | HandOverAction
  | ArmBudgetAction
  | DisarmBudgetAction
  | StopJobAction
  | EndPoolAction
  | ChainLabelingJobAction
  | RecordAction
  | RelayAction
  | CountTaskAction
  | NotePartAction
  | LinkJobAction
  | ReleasePartsAction;

/** Something that a change owes until it is done: `settles` is its name in the `untold` of `resource`. */
export interface Debt {
  readonly resource: string;
  readonly settles: string;
}

/** What is owed until the action is done; undefined for actions that nothing owes. */
export function owedBy(action: Action): Debt | undefined {
  if (action.kind === 'check-budget') return action.requestedBy;
  if (action.kind !== 'notify' && action.kind !== 'chain-labeling-job' && action.kind !== 'relay') return undefined;
  const { resource, settles } = action;
  return settles === undefined ? undefined : { resource, settles };
}

/** An action without its contents, for logs: kind and identity, no text of other people. */
export interface ActionSummary {
  readonly kind: Action['kind'];
  readonly id?: string;
  readonly reason?: string;
  /** When a scheduled check fires, ISO 8601. */
  readonly at?: string;
}

/** What may be logged about `action`. */
export function summarise(action: Action): ActionSummary {
  const { kind } = action;
  switch (kind) {
    case 'notify':
    case 'stop-job':
    case 'end-pool':
    case 'chain-labeling-job':
    case 'record':
      return { kind, id: action.key };
    case 'quarantine':
      return { kind, reason: action.reason };
    case 'hand-over':
      return { kind, id: action.to };
    case 'count-task':
      return { kind, id: action.jobArn };
    case 'note-part':
      return { kind, id: action.part.parent.id };
    case 'link-job':
    case 'release-parts':
      return { kind, id: action.parent.id };
    case 'arm-budget':
      return { kind, id: action.job.arn, at: action.at.toISOString() };
    case 'check-budget':
      return { kind, id: action.requestedBy.settles };
    case 'relay':
      return { kind, id: action.settles };
    case 'disarm-budget':
      return { kind, id: action.job.arn };
  }
}
