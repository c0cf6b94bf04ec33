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
import { causeFor } from './causes/advice/advice.ts';
import type { Cause } from './causes/cause.ts';
import { explainFailure } from './causes/explain.ts';
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
}

/** Only these outcomes show the reason: a notebook in service may still carry the reason of an earlier failure. */
const EXPLAINED: ReadonlySet<Outcome> = new Set(['failed', 'time-limit', 'stopped', 'degraded', 'unknown']);

/** The alert for `change`, judged as `verdict`; `id` is the identity of the change. Times are in `timeZone`. */
export function alertFor(
  id: string,
  change: StateChange,
  verdict: Verdict,
  owner: Owner,
  cost: Metered | undefined,
  timeZone: string,
  stoppedFor?: Remembered['stoppedFor'],
): Alert {
  const explained = EXPLAINED.has(verdict.outcome);
  const facts = cost === undefined ? [] : costFacts(cost, verdict.outcome === 'failed', timeZone);
  return {
    ...verdict,
    change: { ...change, details: [...change.details, ...facts] },
    id,
    headline: headline(change, verdict),
    cause: causeOf(change, verdict, explained ? change.rawReason : undefined, stoppedFor),
    reason: explained ? change.reason : undefined,
    owner,
    durationSeconds: duration(change),
    cost,
    links: linksFor(change),
  };
}

function headline({ resource, qualifier }: StateChange, verdict: Verdict): string {
  const sentence = `${nameOfType(resource.type)} ${displayName(resource.name)} ${happened(verdict)}`;
  return qualifier === undefined ? `${sentence}.` : `${sentence} (${qualifier}).`;
}

function causeOf(
  change: StateChange,
  { outcome, status }: Verdict,
  reason: string | undefined,
  stoppedFor: Remembered['stoppedFor'],
): Cause | undefined {
  if (outcome === 'stopped' && stoppedFor !== undefined) return STOPPED_FOR[stoppedFor];
  if (status === 'Expired') return change.resource.type === 'human-task' ? TASK_EXPIRED : undefined;
  if (outcome === 'time-limit')
    return causeFor(/wait/i.test(change.secondaryStatus ?? '') ? 'time-limit/wait' : 'time-limit');
  if (outcome === 'unknown') return undefined;
  const broken = change.resource.type === 'endpoint' ? lookUp(BROKEN_ENDPOINT, status) : undefined;
  if (broken !== undefined) return broken;
  const explained = reason === undefined ? undefined : explainFailure(reason, { type: change.resource.type, status });
  const isStopped = outcome === 'stopped' && change.family !== 'resource';
  return isStopped && (explained === undefined || explained.code === 'unknown') ? STOPPED : explained;
}

const BROKEN_ENDPOINT: Readonly<Record<string, Cause>> = {
  UpdateRollbackFailed: {
    code: 'rollback-failed',
    cause: 'The deployment failed, and so did the rollback. The endpoint may work only in part, or not at all.',
    nextStep: 'Check now whether the endpoint answers. Then update it with a config that worked, or create it again.',
    retry: 'after-change',
  },
  OutOfService: {
    code: 'out-of-service',
    cause: 'The endpoint does not take requests.',
    nextStep: 'Create the endpoint again from a config that worked. Its log may say why it went out of service.',
    retry: 'after-change',
  },
};

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

const STOPPED = {
  code: 'stopped',
  cause: 'A person, a program or a stopping condition stopped it before it was done.',
  nextStep: 'If nobody on your team did it, look for the Stop call in CloudTrail: it names the caller.',
  retry: 'yes',
} as const satisfies Cause;

const TASK_EXPIRED = {
  code: 'task-expired',
  cause: 'No worker finished it in time.',
  nextStep:
    'Check that workers of its team can sign in and see tasks. ' +
    'To give them more time, raise TaskAvailabilityLifetimeInSeconds in the flow definition.',
  retry: 'yes',
} as const satisfies Cause;

function duration({ startedAt, endedAt }: StateChange): number | undefined {
  if (startedAt === undefined || endedAt === undefined || endedAt < startedAt) return undefined;
  return Math.round((endedAt.getTime() - startedAt.getTime()) / 1000);
}
