/** What is told of a change that reconciliation found. */
import type { StateChange } from '../../schemas/event/state-change.ts';

/** Event ids of reconciliation's own making begin so. */
const PREFIX = 'reconciliation-';

/** The id of what the run `requestId` found. */
export const reconciliationEventId = (requestId: string): string => `${PREFIX}${requestId}`;

/** `change`, saying so where reconciliation found it. */
export function foundByReconciliation(change: StateChange): StateChange {
  if (change.event.id?.startsWith(PREFIX) !== true) return change;
  const value = 'reconciliation; its event was lost or failed';
  return { ...change, details: [...change.details, { label: 'Found by', value }] };
}
