/** Judges a change: what it means, whose it is, and whether it is newer than what the table stores. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { isPriced, type Metered } from '../cost/meter.ts';
import { judgeLateRollback, judgeUpdate } from './deployment.ts';
import { changeKey, resourceKey } from './identity.ts';
import { order } from './order.ts';
import { judge, type Verdict } from './outcome.ts';
import { type Owner, ownerOf } from './owner.ts';

/** A change with its verdict, and what the table is to store about its resource. */
export interface JudgedChange {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly owner: Owner;
  /** The state of the resource after the change. */
  readonly now: Remembered;
  /** What the table is to store: `now`, or the newer state that it has already. */
  readonly stored: Remembered;
  /** Identity of the change; copies of its event have the same. */
  readonly key: string;
  /** Why the change is out of date; absent when it is not. */
  readonly late: string | undefined;
  /** The table does not have this change yet. */
  readonly isNews: boolean;
  /** The change is accepted, and no copy of it was before. */
  readonly isFirst: boolean;
  /** The change is out of date, and people have to know it all the same. */
  readonly isStillNews: boolean;
}

/** Judges `change`. `before` is the stored state of its resource; `cost` what an ended job cost, if that is known. */
export function judgedOf(
  change: StateChange,
  before: Remembered | undefined,
  configuration: FunctionConfiguration,
  cost: Metered | undefined,
): JudgedChange {
  const judgement = judgeUpdate(judge(change), change, before);
  const owner = ownerOf(change.tags, configuration.tags);
  const ordering = order(before, change, judgement, owner);
  const lateRollback = ordering.kind === 'late' ? judgeLateRollback(judgement, change, before) : undefined;
  const now = cost === undefined || !isPriced(cost) ? ordering.now : { ...ordering.now, cost: cost.amount };
  return {
    change,
    verdict: lateRollback ?? judgement,
    owner,
    now,
    stored: ordering.kind === 'late' && before !== undefined ? { ...before, revision: before.revision + 1 } : now,
    key: changeKey(resourceKey(change), now),
    late: ordering.kind === 'late' ? ordering.reason : undefined,
    isNews: ordering.kind !== 'late' && ordering.news,
    isFirst: ordering.kind !== 'late' && !ordering.isCopy,
    isStillNews: lateRollback !== undefined,
  };
}
