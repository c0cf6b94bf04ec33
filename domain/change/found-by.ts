/** Marks a change that reconciliation found. */
import type { StateChange } from '../../schemas/event/state-change.ts';

/** Ids of events that reconciliation makes begin with this. */
const PREFIX = 'reconciliation-';

/** The event id of what the run `requestId` found. */
export const reconciliationEventId = (requestId: string): string => `${PREFIX}${requestId}`;

/** `change`, with a detail that says so if reconciliation found it. */
export function foundByReconciliation(change: StateChange): StateChange {
  if (change.event.id?.startsWith(PREFIX) !== true) return change;
  const value = 'reconciliation, before any event about it was handled';
  return { ...change, details: [...change.details, { label: 'Found by', value }] };
}
