/**
 * The alert: everything people may want to know about one change, as data.
 *
 * It answers in this order: what happened; why, and what to do next; whose it is; how long it took and what it cost; where
 * to look.
 */

import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import type { Outcome } from '../../schemas/vocabulary.ts';
import type { Verdict } from '../change/outcome.ts';
import type { Owner } from '../change/owner.ts';
import { costFacts, type Metered } from '../cost/meter.ts';
import { type Cause, explainFailure } from './failure-causes.ts';
import { type Links, linksFor } from './links.ts';
import { displayName, happened, nameOfType } from './wording.ts';

export interface Alert extends Verdict {
  readonly change: StateChange;
  /** Identity of the change, the same for every copy of its event. */
  readonly id: string;
  /** First words of subject and SMS, where its outcome does not say them. */
  readonly label?: string;
  /** One sentence: what happened. */
  readonly headline: string;
  readonly cause: Cause | undefined;
  /** What SageMaker said, where that explains the outcome. */
  readonly reason: string | undefined;
  readonly owner: Owner;
  /** Seconds from start to end; absent where the event does not tell both. */
  readonly durationSeconds: number | undefined;
  /** What it cost, where it is charged by the hour. */
  readonly cost: Metered | undefined;
  readonly links: Links;
}

/** `reason` explains these outcomes; a notebook in service may still carry the reason of an earlier failure. */
const EXPLAINED: ReadonlySet<Outcome> = new Set(['failed', 'time-limit', 'stopped', 'degraded', 'unknown']);

/** The alert for `change`, judged as `verdict`; `id` is the identity of the change. */
export function alertFor(
  id: string,
  change: StateChange,
  verdict: Verdict,
  owner: Owner,
  cost: Metered | undefined,
  stoppedFor?: Remembered['stoppedFor'],
): Alert {
  const explained = EXPLAINED.has(verdict.outcome);
  const facts = cost === undefined ? [] : costFacts(cost, verdict.outcome === 'failed');
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
  if (outcome === 'time-limit') return TIME_LIMIT[/wait/i.test(change.secondaryStatus ?? '') ? 'wait' : 'run'];
  if (outcome === 'unknown') return undefined;
  const broken = change.resource.type === 'endpoint' ? BROKEN_ENDPOINT[status ?? ''] : undefined;
  if (broken !== undefined) return broken;
  const explained = reason === undefined ? undefined : explainFailure(reason);
  return explained ?? (outcome === 'stopped' && change.family !== 'resource' ? STOPPED : undefined);
}

const BROKEN_ENDPOINT: Readonly<Record<string, Cause>> = {
  UpdateRollbackFailed: {
    code: 'rollback-failed',
    cause: 'The deployment failed, and so did going back: the endpoint may serve in part, or not at all.',
    nextStep: 'Check now whether it answers. Then update it with an endpoint config that worked, or create it again.',
    retry: 'after-change',
  },
  OutOfService: {
    code: 'out-of-service',
    cause: 'The endpoint does not serve.',
    nextStep: 'Create it again from an endpoint config that worked; its log may say why it went down.',
    retry: 'after-change',
  },
};

const STOPPED_FOR = {
  budget: {
    code: 'stopped-at-budget',
    cause: 'Ground Control stopped it, since it had cost as much as it may.',
    nextStep: 'To run it again with more, raise its cap (docs/budgets.md); the audit has the numbers.',
    retry: 'after-change',
  },
  'monthly-budget': {
    code: 'stopped-at-monthly-budget',
    cause: 'Ground Control stopped it, since a monthly budget that it belongs to had nothing left.',
    nextStep: 'Run it again next month, or have the budget raised (docs/budgets.md); the audit has the numbers.',
    retry: 'after-change',
  },
} as const satisfies Record<NonNullable<Remembered['stoppedFor']>, Cause>;

const STOPPED = {
  code: 'stopped',
  cause: 'It was stopped before it was done: by a person, a program or a stopping condition.',
  nextStep: 'If nobody on the team did it, CloudTrail has the Stop call with who made it.',
  retry: 'yes',
} as const satisfies Cause;

const TIME_LIMIT = {
  run: {
    code: 'time-limit',
    cause: 'It reached its own time limit (MaxRuntimeInSeconds) before it was done; nobody stopped it.',
    nextStep:
      'Raise MaxRuntimeInSeconds, or make it faster; keep checkpoints so that the next run can go on from there.',
    retry: 'after-change',
  },
  wait: {
    code: 'wait-limit',
    cause:
      'It reached its own time limit (MaxWaitTimeInSeconds): spot capacity did not come, or was lost for too long.',
    nextStep: 'Raise MaxWaitTimeInSeconds, or use on-demand instances.',
    retry: 'yes',
  },
} as const satisfies Record<string, Cause>;

function duration({ startedAt, endedAt }: StateChange): number | undefined {
  if (startedAt === undefined || endedAt === undefined || endedAt < startedAt) return undefined;
  return Math.round((endedAt.getTime() - startedAt.getTime()) / 1000);
}
