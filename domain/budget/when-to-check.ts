/** Decides which events request a budget check. */
import { type Budgeted, type Budgets, isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Tags } from '../../schemas/event/values.ts';
import type { Claimed, Remembered } from '../../schemas/stored/resource.ts';
import type { CheckBudgetAction } from '../action.ts';
import { resourceKey } from '../change/identity.ts';
import type { Owner } from '../change/owner.ts';
import { isLimited } from './limits.ts';

const MINUTE = 60_000;

/**
 * Requests one check when a job starts to cost money and one when it has ended. A running spot job requests one at each
 * change, because its capacity may be taken away or come back: meanwhile it costs nothing. A training job of a tuning job requests
 * checks of the tuning job, at most one of each a minute. A job that no budget can limit is not checked.
 */
export function budgetChecks(
  change: StateChange,
  now: Remembered,
  owner: Owner,
  budgets: Budgets,
): CheckBudgetAction[] {
  const { resource, parentArn, startedAt, event, billing } = change;
  const type = parentArn === undefined ? resource.type : 'tuning-job';
  const arn = parentArn ?? resource.arn;
  if (arn === undefined || !isBudgeted(type)) return [];
  if (!now.ended && (startedAt === undefined || now.outcome !== 'running')) return [];
  if (!mayBeLimited(type, change.tags, now.ended, owner, budgets)) return [];
  const when = now.ended ? 'ended' : 'started';
  const isRepeated = parentArn !== undefined || (billing?.spot === true && !now.ended);
  const moment = isRepeated ? `${when}|${Math.floor((event.at?.getTime() ?? 0) / MINUTE)}` : when;
  const settles = `check|${type}|${arn}|${parentArn === undefined ? now.generation : 0}|${moment}`;
  return [
    {
      kind: 'check-budget',
      job: { type, arn },
      delaySeconds: parentArn === undefined ? 0 : 60,
      requestedBy: { resource: resourceKey(change), settles },
    },
  ];
}

/** The name of a check that a job requests when it starts. */
const AT_START = /^check\|.*\|started(?:\|\d+)?$/;

/**
 * What is still owed of `untold`. A check at the start of a job is not, once the job has `ended`: no event can request
 * it any more, and the check at the end takes its place where one is needed.
 */
export const stillOwed = (untold: Remembered['untold'], ended: boolean): Map<string, Claimed> =>
  new Map([...(untold ?? [])].filter(([name]) => !ended || !AT_START.test(name)));

/**
 * Whether a budget may limit the job, as far as its event says. An event without tags leaves that open, so the job is
 * checked when it starts. It is checked at its end only if there are monthly budgets, which need its final cost.
 */
function mayBeLimited(type: Budgeted, tags: Tags, ended: boolean, owner: Owner, budgets: Budgets): boolean {
  if (isLimited(type, tags, owner, budgets)) return true;
  return tags.size === 0 && (!ended || Object.keys(budgets.monthly).length > 0);
}
