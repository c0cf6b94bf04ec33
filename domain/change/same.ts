/** Recognises copies of an event, and descriptions of what an event has told already. */
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { isFoundByReconciliation } from './found-by.ts';
import { isFinal } from './identity.ts';
import type { Verdict } from './outcome.ts';
import { isTooFarAhead, modificationOf } from './trusted-times.ts';

/** Reports of one modification come with and without fractions of seconds. */
export const SAME_MODIFICATION_MILLISECONDS = 1000;
/** Copies of an event arrive within minutes. The same status much later is a new change: a node is unhealthy again. */
const SAME_EVENT_MILLISECONDS = 15 * 60_000;

/**
 * Whether `change` is a copy of the change that is stored. An endpoint with the same status but a later modification
 * has left the status and returned, although no event in between arrived. The same holds for an execution that ended
 * at another time.
 */
export function isSame(before: Remembered, change: StateChange, { status }: Verdict): boolean {
  if (before.status !== status || before.secondaryStatus !== change.secondaryStatus) return false;
  if (isFinal(before.type) || before.since === 0 || isTooFarAhead(before.since, change)) return true;
  const { endedAt, event } = change;
  const modifiedAt = modificationOf(change);
  if (modifiedAt !== undefined) {
    // The stored time may be that of an event, which is later than the modification. But what was sent before it tells
    // of an earlier time with the same status.
    const sentBefore = event.at === undefined ? 0 : before.since - event.at.getTime();
    return Math.max(modifiedAt.getTime() - before.since, sentBefore) <= SAME_MODIFICATION_MILLISECONDS;
  }
  if (endedAt !== undefined && before.endedAt !== undefined) {
    return Math.abs(endedAt.getTime() - before.endedAt) <= SAME_MODIFICATION_MILLISECONDS;
  }
  // Reconciliation describes a resource with a mistaken time again in each run, and each time as of then.
  if (change.modifiedAt !== undefined && isFoundByReconciliation(change)) return true;
  return Math.abs((event.at?.getTime() ?? 0) - before.since) <= SAME_EVENT_MILLISECONDS;
}
