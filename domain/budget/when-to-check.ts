/** Which events have a job's cost looked at. */
import { type Budgeted, type Budgets, isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Tags } from '../../schemas/event/values.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import type { CheckBudgetAction, CheckRequest } from '../action.ts';
import { resourceKey } from '../change/identity.ts';
import type { Owner } from '../change/owner.ts';
import { isLimited } from './limits.ts';

/** A check that a change requests. */
export type RequestedCheck = CheckBudgetAction & { readonly requestedBy: CheckRequest };

const MINUTE = 60_000;

/**
 * A check when it begins to cost money, and one when it has ended; a training job of a tuning job has that looked at, at
 * most once a minute. None where nothing can limit it.
 */
export function budgetChecks(change: StateChange, now: Remembered, owner: Owner, budgets: Budgets): RequestedCheck[] {
  const { resource, parentArn, startedAt, event } = change;
  const type = parentArn === undefined ? resource.type : 'tuning-job';
  const arn = parentArn ?? resource.arn;
  if (arn === undefined || !isBudgeted(type)) return [];
  if (!now.ended && (startedAt === undefined || now.outcome !== 'running')) return [];
  if (!mayBeLimited(type, change.tags, now.ended, owner, budgets)) return [];
  const when = now.ended ? 'ended' : 'started';
  const moment = parentArn === undefined ? when : `${when}|${Math.floor((event.at?.getTime() ?? 0) / MINUTE)}`;
  const key = `check|${type}|${arn}|${parentArn === undefined ? now.generation : 0}|${moment}`;
  return [
    {
      kind: 'check-budget',
      job: { type, arn },
      delaySeconds: parentArn === undefined ? 0 : 60,
      requestedBy: { key, resource: resourceKey(change), settles: key },
    },
  ];
}

/**
 * Whether anything may limit the job, as far as its event tells. One without tags in it leaves that open: such a job is
 * looked at when it begins, and when it ends where a month may wait to know what it came to.
 */
function mayBeLimited(type: Budgeted, tags: Tags, ended: boolean, owner: Owner, budgets: Budgets): boolean {
  if (isLimited(type, tags, owner, budgets)) return true;
  return tags.size === 0 && (!ended || Object.keys(budgets.monthly).length > 0);
}
