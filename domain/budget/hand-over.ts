/** Which events have a job's cost looked at. */
import type { Budgets } from '../../schemas/budgets.ts';
import { isBudgeted } from '../../schemas/budgets.ts';
import type { Remembered } from '../../schemas/remembered.ts';
import type { StateChange } from '../../schemas/state-change.ts';
import type { CheckBudgetAction } from '../action.ts';
import { resourceKey } from '../identity.ts';
import type { Owner } from '../owner.ts';
import { hasCap, mayHaveCap } from './limits.ts';

const MINUTE = 60_000;

/**
 * A check when it begins to cost money, and one when it has ended; a training job of a tuning job has that looked at, at
 * most once a minute. None where nothing can limit it.
 */
export function budgetChecks(
  change: StateChange,
  now: Remembered,
  owner: Owner,
  budgets: Budgets,
): CheckBudgetAction[] {
  const { resource, parentArn, startedAt, event } = change;
  const type = parentArn === undefined ? resource.type : 'tuning-job';
  const arn = parentArn ?? resource.arn;
  if (arn === undefined || !isBudgeted(type)) return [];
  if (!now.ended && (startedAt === undefined || now.outcome !== 'running')) return [];
  // What had a cap that no event told of, its schedule finds ended.
  if (now.ended ? !hasCap(type, change.tags, owner, budgets) : !mayHaveCap(type, change.tags, owner, budgets))
    return [];
  const when = now.ended ? 'ended' : 'started';
  const moment = parentArn === undefined ? when : `${when}|${Math.floor((event.at?.getTime() ?? 0) / MINUTE)}`;
  const key = `check|${type}|${arn}|${parentArn === undefined ? now.generation : 0}|${moment}`;
  return [
    {
      kind: 'check-budget',
      key,
      resource: resourceKey(change),
      settles: key,
      job: { type, arn },
      soon: parentArn !== undefined,
    },
  ];
}
