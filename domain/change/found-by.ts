/** Marks a change that reconciliation found. */
import type { StateChange } from '../../schemas/event/state-change.ts';

/** Ids of events that reconciliation makes begin with this. */
const PREFIX = 'reconciliation-';

/** The event id of what the run `requestId` found. */
export const reconciliationEventId = (requestId: string): string => `${PREFIX}${requestId}`;

/** Whether reconciliation made the event of `change`. */
export const isFoundByReconciliation = ({ event: { id } }: StateChange): boolean => id?.startsWith(PREFIX) === true;

const LABEL = 'Found by';

/** `change`, with a detail that says so if reconciliation found it. */
export function foundByReconciliation(change: StateChange): StateChange {
  if (!isFoundByReconciliation(change) || change.details.some(({ label }) => label === LABEL)) return change;
  const value = 'reconciliation, before any event about it was handled';
  return { ...change, details: [...change.details, { label: LABEL, value }] };
}
