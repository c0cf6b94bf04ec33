/** All messages on the queue of the budget function, each with a tag that says what it is. */
import * as z from 'zod/mini';
import { BudgetCheck, MonthLook } from './budget-check.ts';
import { EventReference } from './event-reference.ts';

/**
 * A whole event of SageMaker. Earlier versions sent it; now an `EventReference` is sent. Messages from before an update
 * are still read.
 */
export const HandedOverEvent = z.object({
  schema: z.literal('ground-control/handed-over-event'),
  version: z.literal('1.0'),
  event: z.unknown(),
});

export const BudgetMessage = z.discriminatedUnion('schema', [BudgetCheck, MonthLook, EventReference, HandedOverEvent]);
