/**
 * The alert: everything that people may want to know about one change, as data.
 *
 * The order is: what happened; why, and what to do next; the owner; the duration and the cost; where to look.
 */

import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import type { Outcome } from '../../schemas/vocabulary.ts';
import type { Verdict } from '../change/outcome.ts';
import type { Owner } from '../change/owner.ts';
import type { Metered } from '../cost/meter.ts';
import { costFacts } from '../cost/words.ts';
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
  /** SageMaker said something, but `ground-control.yml` has `reasons: cause-only`. */
  readonly isReasonWithheld?: boolean;
  readonly owner: Owner;
  /** Seconds from start to end. Absent if the event does not have both. */
  readonly durationSeconds: number | undefined;
  /** What it cost, if it is charged by the hour. */
  readonly cost: Metered | undefined;
  readonly links: Links;
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
  cost: Metered | undefined,
  settings: Settings,
  stoppedFor?: Remembered['stoppedFor'],
): Alert {
  const explained = EXPLAINED.has(verdict.outcome);
  const change = mayQuote(settings) ? found : withoutQuotes(found);
  const facts = cost === undefined ? [] : costFacts(cost, verdict.outcome === 'failed', settings.timeZone);
  return {
    ...verdict,
    change: { ...change, details: [...change.details, ...facts] },
    id,
    headline: headline(change, verdict),
    cause: causeOf(change, verdict, explained ? change.rawReason : undefined, stoppedFor),
    reason: explained ? change.reason : undefined,
    ...(explained && found.reason !== change.reason && { isReasonWithheld: true }),
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
  if (outcome === 'time-limit') return TIME_LIMIT[/wait/i.test(change.secondaryStatus ?? '') ? 'wait' : 'run'];
  if (outcome === 'unknown') return undefined;
  const broken = change.resource.type === 'endpoint' ? lookUp(BROKEN_ENDPOINT, status) : undefined;
  if (broken !== undefined) return broken;
  const explained = reason === undefined ? undefined : explainFailure(reason);
  return explained ?? (outcome === 'stopped' && change.family !== 'resource' ? STOPPED : undefined);
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

function duration({ startedAt, endedAt }: StateChange): number | undefined {
  if (startedAt === undefined || endedAt === undefined || endedAt < startedAt) return undefined;
  return Math.round((endedAt.getTime() - startedAt.getTime()) / 1000);
}
