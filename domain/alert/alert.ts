/**
 * The alert: everything that people may want to know about one change, as data.
 *
 * The order is: what happened; why, and what to do next; the owner; the duration and the cost; where to look.
 */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import type { Outcome } from '../../schemas/vocabulary.ts';
import type { Verdict } from '../change/outcome.ts';
import type { Owner } from '../change/owner.ts';
import type { Metered } from '../cost/meter.ts';
import { costFacts } from '../cost/words.ts';
import type { Diagnosis, FailedPart, LogEnd, NoLog } from '../diagnosis/diagnosis.ts';
import { kindOf } from '../kinds.ts';
import { toApprove } from './commands.ts';
import { deletedBy, stoppedBy } from './end-causes.ts';
import { endpointCause } from './endpoint-causes.ts';
import { type Cause, explainFailure } from './failure-causes.ts';
import { type Links, linksFor } from './links.ts';
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
  readonly owner: Owner;
  /** Seconds from start to end. Absent if the event does not have both. */
  readonly durationSeconds: number | undefined;
  /** What it cost, if it is charged by the hour. */
  readonly cost: Metered | undefined;
  readonly links: Links;
  /** The part that failed first: a step of a pipeline, or a training job of a tuning job. */
  readonly firstFailure?: FailedPart | undefined;
  /** The end of the log that explains a failure, or why there is none. Absent when nobody looked for it. */
  readonly log?: LogEnd | NoLog | undefined;
}

/** What is known about a change in addition to its event. */
export interface Known {
  readonly cost?: Metered | undefined;
  readonly diagnosis?: Diagnosis | undefined;
  readonly stoppedFor?: Remembered['stoppedFor'];
}

/** Only these outcomes show the reason: a notebook in service may still carry the reason of an earlier failure. */
const EXPLAINED: ReadonlySet<Outcome> = new Set(['failed', 'time-limit', 'stopped', 'degraded', 'unknown']);

/** The alert for `change`, judged as `verdict`; `id` is the identity of the change. Times are in `timeZone`. */
export function alertFor(
  id: string,
  change: StateChange,
  verdict: Verdict,
  owner: Owner,
  { cost, diagnosis, stoppedFor }: Known,
  timeZone: string,
): Alert {
  const explained = EXPLAINED.has(verdict.outcome);
  const facts = cost === undefined ? [] : costFacts(cost, verdict.outcome === 'failed', timeZone);
  return {
    ...verdict,
    change: { ...change, details: [...change.details, ...facts] },
    id,
    headline: headline(change, verdict),
    cause: diagnosed(causeOf(change, verdict, explained ? change.rawReason : undefined, stoppedFor), diagnosis),
    reason: explained ? change.reason : undefined,
    owner,
    durationSeconds: duration(change),
    cost,
    links: linksFor(change, diagnosis?.firstFailure?.job),
    firstFailure: diagnosis?.firstFailure,
    log: diagnosis?.log,
  };
}

/** The cause, as the part that failed first or the end of the log tells it, unless the change itself tells it. */
function diagnosed(own: Cause | undefined, diagnosis: Diagnosis | undefined): Cause | undefined {
  if (diagnosis === undefined || (own !== undefined && !SAYS_LITTLE.has(own.code))) return own;
  const { firstFailure, log } = diagnosis;
  const byPart = firstFailure?.reason === undefined ? undefined : explainFailure(firstFailure.reason);
  if (byPart !== undefined && !SAYS_LITTLE.has(byPart.code)) return byPart;
  const byLog = log === undefined || 'noLog' in log ? undefined : explainFailure(log.lines.join(' '));
  if (byLog === undefined || SAYS_LITTLE.has(byLog.code)) return byPart ?? own;
  return { ...byLog, cause: byLog.cause.replace(/\.$/, ' (as its log says).') };
}

/** Causes that only say where the cause can be found. */
const SAYS_LITTLE: ReadonlySet<string> = new Set(['script', 'no-training-succeeded']);

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
  if (outcome === 'time-limit') return TIME_LIMIT[/wait/i.test(change.secondaryStatus ?? '') ? 'wait' : 'run'];
  if (outcome === 'unknown') return undefined;
  if (outcome === 'deleted') return deletedBy(change);
  if (outcome === 'completed') return approvalOf(change);
  const explained =
    (reason === undefined ? undefined : explainFailure(reason)) ?? lookUp(LOOP_FAILED, change.failureCode);
  if (change.resource.type === 'endpoint') return endpointCause(change, verdict, explained);
  return explained ?? (outcome === 'stopped' && change.family !== 'resource' ? stoppedBy(change) : undefined);
}

const STOPPED_FOR = {
  budget: {
    code: 'stopped-at-budget',
    cause: 'Ground Control stopped this job because its budget was spent.',
    nextStep: 'To run the job again with a higher cap, see docs/budgets.md. To see the numbers: npm run audit.',
    retry: 'after-change',
  },
  'monthly-budget': {
    code: 'stopped-at-monthly-budget',
    cause: 'Ground Control stopped this job because one of its monthly budgets had no money left.',
    nextStep:
      'Run the job again next month, or have the budget raised (docs/budgets.md). To see the numbers: npm run audit.',
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

const TIME_LIMIT = {
  run: {
    code: 'time-limit',
    cause: 'It reached its own time limit (MaxRuntimeInSeconds) before it was done. Nobody stopped it.',
    nextStep:
      'Raise MaxRuntimeInSeconds, or make the job faster. Keep checkpoints, ' +
      'so that the next run can continue from them.',
    retry: 'after-change',
  },
  wait: {
    code: 'wait-limit',
    cause:
      'It reached its own time limit (MaxWaitTimeInSeconds). ' +
      'Spot capacity was not available, or was lost for too long.',
    nextStep: 'Raise MaxWaitTimeInSeconds, or use on-demand instances.',
    retry: 'yes',
  },
} as const satisfies Record<string, Cause>;

const TASK_EXPIRED = {
  code: 'task-expired',
  cause: 'No worker finished it in time.',
  nextStep:
    'Check that workers of its team can sign in and see tasks. ' +
    'To give them more time, raise TaskAvailabilityLifetimeInSeconds in the flow definition.',
  retry: 'yes',
} as const satisfies Cause;

/** By the failure code of a human loop. `ValidationError` says nothing that the reason does not say better. */
const LOOP_FAILED: Readonly<Record<string, Cause>> = {
  Expired: TASK_EXPIRED,
  InternalError: {
    code: 'internal-error',
    cause: 'A2I had an internal error.',
    nextStep: 'Start the human loop again. If the error repeats, contact AWS support.',
    retry: 'once',
  },
};

function duration({ startedAt, endedAt }: StateChange): number | undefined {
  if (startedAt === undefined || endedAt === undefined || endedAt < startedAt) return undefined;
  return Math.round((endedAt.getTime() - startedAt.getTime()) / 1000);
}
