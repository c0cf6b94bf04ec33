/**
 * The alert: everything that people may want to know about one change, as data.
 *
 * The order is: what happened; why, and what to do next; the owner; the duration and the cost; where to look.
 */

import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import type { Parent, Part } from '../../schemas/stored/part.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import type { Outcome } from '../../schemas/vocabulary.ts';
import type { Verdict } from '../change/outcome.ts';
import type { Owner } from '../change/owner.ts';
import type { Metered } from '../cost/meter.ts';
import { costFacts } from '../cost/words.ts';
import type { Diagnosis, FailedPart, LogEnd, NoLog } from '../diagnosis/diagnosis.ts';
import { kindOf } from '../kinds.ts';
import { firstCause, ownerOfFailed } from '../parts/ended.ts';
import { causeFor } from './causes/advice/advice.ts';
import type { Cause } from './causes/cause.ts';
import { explainError, explainFailure } from './causes/explain.ts';
import { toApprove } from './commands.ts';
import { deletedBy, stoppedBy } from './end-causes.ts';
import { endpointCause } from './endpoint-causes.ts';
import { type Links, linksFor } from './links.ts';
import { nodeCause } from './node-causes.ts';
import { displayName, happened, nameOfType } from './wording.ts';

export interface Alert extends Verdict {
  readonly change: StateChange;
  /** Identity of the change, the same for every copy of its event. */
  readonly id: string;
  /** First words of subject and SMS. Absent if they follow from the outcome. */
  readonly label?: string;
  /** What an SMS says before the name of the resource, because the rest may be cut: amount, limit and time. */
  readonly summary?: string | undefined;
  /** One sentence: what happened. */
  readonly headline: string;
  readonly cause: Cause | undefined;
  /** What SageMaker said, if that explains the outcome. */
  readonly reason: string | undefined;
  /** SageMaker said something, but `ground-control.yml` has `reasons: cause-only`. */
  readonly isReasonWithheld?: boolean;
  readonly owner: Owner;
  /** Nobody in particular owns what the alert is about, such as a report on all teams. */
  readonly isForAll?: boolean;
  /** Seconds from start to end. Absent if the event does not have both. */
  readonly durationSeconds: number | undefined;
  /** What it cost, if it is charged by the hour. */
  readonly cost: Metered | undefined;
  readonly links: Links;
  /** The part that failed first: a step of a pipeline, or a training job of a tuning job. */
  readonly firstFailure?: FailedPart | undefined;
  /** The end of the log that explains a failure, or why there is none. Absent when nobody looked for it. */
  readonly log?: LogEnd | NoLog | undefined;
  /** The parts of a pipeline execution or a tuning job that have ended; absent when nobody looked for them. */
  readonly parts?: readonly Part[] | undefined;
  /** What it is a part of. */
  readonly parent?: Parent | undefined;
}

/** What is known about a change in addition to its event. */
export interface Known {
  readonly cost?: Metered | undefined;
  readonly diagnosis?: Diagnosis | undefined;
  readonly stoppedFor?: Remembered['stoppedFor'];
  readonly parts?: readonly Part[] | undefined;
  readonly parent?: Parent | undefined;
}

/** Only these outcomes show the reason: a notebook in service may still carry the reason of an earlier failure. */
const EXPLAINED: ReadonlySet<Outcome> = new Set(['failed', 'time-limit', 'stopped', 'degraded', 'unknown']);

type Settings = Pick<FunctionConfiguration, 'timeZone' | 'reasons'>;

/** Whether alerts, the audit and logs may quote what others wrote. */
export const mayQuote = ({ reasons }: Pick<Settings, 'reasons'>): boolean => reasons === 'quoted';

/** `change` without what others wrote, except names, statuses and tags. The cause is explained by the raw reason. */
function withoutQuotes(change: StateChange): StateChange {
  const quotes = new Set(change.quotes);
  return {
    ...change,
    reason: undefined,
    qualifier: quotes.has('qualifier') ? undefined : change.qualifier,
    details: change.details.filter(({ label }) => !quotes.has(label)),
  };
}

/** The alert for `found`, judged as `verdict`; `id` is the identity of the change. */
export function alertFor(
  id: string,
  found: StateChange,
  verdict: Verdict,
  owner: Owner,
  { cost, diagnosis, stoppedFor, parts, parent }: Known,
  settings: Settings,
): Alert {
  const explained = EXPLAINED.has(verdict.outcome);
  const change = mayQuote(settings) ? found : withoutQuotes(found);
  const facts = cost === undefined ? [] : costFacts(cost, verdict.outcome === 'failed', settings.timeZone);
  return {
    ...verdict,
    change: { ...change, details: [...change.details, ...facts] },
    id,
    headline: headline(change, verdict),
    cause: byParts(
      diagnosed(causeOf(change, verdict, explained ? change.rawReason : undefined, stoppedFor), diagnosis),
      verdict.outcome === 'failed' ? parts : undefined,
    ),
    reason: explained ? change.reason : undefined,
    ...(explained && found.reason !== change.reason && { isReasonWithheld: true }),
    owner: isUnknown(owner) ? (ownerOfFailed(parts) ?? owner) : owner,
    durationSeconds: duration(change),
    cost,
    links: linksFor(change, diagnosis?.firstFailure?.job),
    ...(mayQuote(settings) ? diagnosis : namesIn(diagnosis)),
    parts,
    parent,
  };
}

/** The diagnosis without what others wrote: which part failed first, but neither its reason nor the log. */
const namesIn = (diagnosis: Diagnosis | undefined): Partial<Diagnosis> =>
  diagnosis?.firstFailure === undefined ? {} : { firstFailure: { ...diagnosis.firstFailure, reason: undefined } };

/** The cause, as the part that failed first or the end of the log tells it, unless the change itself tells it. */
function diagnosed(own: Cause | undefined, diagnosis: Diagnosis | undefined): Cause | undefined {
  if (diagnosis === undefined || isKnown(own)) return own;
  const { firstFailure, log } = diagnosis;
  const about = { type: firstFailure?.job?.type ?? 'pipeline-step', status: 'Failed' };
  const byPart = firstFailure?.reason === undefined ? undefined : explainFailure(firstFailure.reason, about);
  if (isKnown(byPart)) return byPart;
  const byLog = log === undefined || 'noLog' in log ? undefined : causeIn(log);
  if (byLog === undefined) return byPart ?? own;
  return { ...byLog, cause: byLog.cause.replace(/\.$/, ' (as its log says).') };
}

const isUnknown = ({ owner, team, project }: Owner): boolean =>
  [owner, team, project].every((word) => word === 'unknown');

/** `own`, or else why the first of `parts` failed. */
const byParts = (own: Cause | undefined, parts: readonly Part[] = []): Cause | undefined =>
  isKnown(own) ? own : (firstCause(parts) ?? own);

/** The first error of the log that tells a cause. A traceback that tells none is still an error of the code. */
function causeIn({ evidence, isTraceback }: LogEnd): Cause | undefined {
  for (const lines of evidence) {
    const cause = explainError(lines);
    if (cause !== undefined) return cause;
  }
  return isTraceback && evidence.length > 0 ? causeFor('unknown/raised') : undefined;
}

function headline({ resource, within, qualifier }: StateChange, verdict: Verdict): string {
  const { partOf } = kindOf(resource.type);
  const place = within === undefined || partOf === undefined ? '' : ` of ${partOf} ${within}`;
  const sentence = `${nameOfType(resource.type)} ${displayName(resource.name)}${place} ${happened(verdict)}`;
  return qualifier === undefined ? `${sentence}.` : `${sentence} (${qualifier}).`;
}

function causeOf(
  change: StateChange,
  verdict: Verdict,
  reason: string | undefined,
  stoppedFor: Remembered['stoppedFor'],
): Cause | undefined {
  const { outcome, status } = verdict;
  if (outcome === 'stopped' && stoppedFor !== undefined) return STOPPED_FOR[stoppedFor];
  if (status === 'Expired') return change.resource.type === 'human-task' ? TASK_EXPIRED : undefined;
  if (outcome === 'time-limit')
    return causeFor(/wait/i.test(change.secondaryStatus ?? '') ? 'time-limit/wait' : 'time-limit');
  if (outcome === 'unknown') return undefined;
  if (outcome === 'deleted') return deletedBy(change);
  if (outcome === 'completed') return approvalOf(change);
  const { type } = change.resource;
  const explained = reason === undefined ? undefined : explainFailure(reason, { type, status });
  if (type === 'endpoint') return endpointCause(change, verdict, explained);
  if (type === 'cluster-node' && explained !== undefined) return nodeCause(change, explained);
  const loop = lookUp(LOOP_FAILED, change.failureCode);
  if (loop !== undefined) return causeFor(loop);
  if (isKnown(explained)) return explained;
  if (outcome === 'stopped' && change.family !== 'resource') return stoppedBy(change);
  return explained;
}

const isKnown = (cause: Cause | undefined): boolean => cause !== undefined && cause.code !== 'unknown';

const STOPPED_FOR = {
  budget: {
    code: 'stopped-at-budget',
    cause: 'Ground Control stopped this job because its budget was spent.',
    nextStep:
      'To run the job again with a higher cap, see docs/budgets.md. Who operates Ground Control sees the numbers with npm run audit.',
    retry: 'after-change',
  },
  'monthly-budget': {
    code: 'stopped-at-monthly-budget',
    cause: 'Ground Control stopped this job because one of its monthly budgets had no money left.',
    nextStep:
      'Run the job again next month, or have the budget raised (docs/budgets.md). Who operates Ground Control sees the numbers with npm run audit.',
    retry: 'after-change',
  },
} as const satisfies Record<NonNullable<Remembered['stoppedFor']>, Cause>;

/** A model package that waits for somebody. */
function approvalOf(change: StateChange): Cause | undefined {
  const { resource, status, secondaryStatus } = change;
  const approval = (secondaryStatus ?? status ?? '').replaceAll('_', '').toLowerCase();
  if (resource.type !== 'model-package' || approval !== 'pendingmanualapproval') return undefined;
  return {
    code: 'approval-pending',
    cause: 'The model waits for approval.',
    nextStep: 'Look at its metrics, then approve or reject it.',
    ...(resource.arn !== undefined && { commands: [toApprove(change, resource.arn)] }),
    retry: undefined,
  };
}

const TASK_EXPIRED = {
  code: 'task-expired',
  cause: 'No worker finished it in time.',
  nextStep:
    'Check that workers of its team can sign in and see tasks. ' +
    'To give them more time, raise TaskAvailabilityLifetimeInSeconds in the flow definition.',
  retry: 'yes',
} as const satisfies Cause;

/** By the failure code of a human loop (API reference, DescribeHumanLoop). */
const LOOP_FAILED = {
  Expired: 'a2i/expired',
  InternalError: 'a2i/internal-error',
  ValidationError: 'a2i/validation-error',
} as const;

function duration({ startedAt, endedAt }: StateChange): number | undefined {
  if (startedAt === undefined || endedAt === undefined || endedAt < startedAt) return undefined;
  return Math.round((endedAt.getTime() - startedAt.getTime()) / 1000);
}
