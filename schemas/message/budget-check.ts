/** Messages on the queue of the budget function, each with a tag that says what it is. */
import * as z from 'zod/mini';
import '../zod-english.ts';
import { BUDGETED } from '../configuration/budgets.ts';
import { EventReference } from './event-reference.ts';

/** Requests a budget check of a job. Event functions, schedules and reconciliation send it. */
export const BudgetCheck = z.object({
  schema: z.literal('ground-control/budget-check'),
  version: z.literal('1.0'),
  job: z.object({ type: z.enum(BUDGETED), arn: z.string().check(z.startsWith('arn:'), z.maxLength(2048)) }),
  /** A place in a ledger where the check of another job saw this one; whether it is there is found out. */
  booked: z.optional(z.object({ tag: z.string(), value: z.string(), month: z.string(), key: z.string() })),
});
export type BudgetCheck = z.output<typeof BudgetCheck>;

/**
 * A whole event of SageMaker. Earlier versions sent it; now an `EventReference` is sent. Messages from before an update
 * are still read.
 */
export const HandedOverEvent = z.object({
  schema: z.literal('ground-control/handed-over-event'),
  version: z.literal('1.0'),
  event: z.unknown(),
});

export const BudgetMessage = z.discriminatedUnion('schema', [BudgetCheck, EventReference, HandedOverEvent]);

/** The request to check `job`. */
export const budgetCheckOf = (job: BudgetCheck['job'], booked?: BudgetCheck['booked']): BudgetCheck => ({
  schema: 'ground-control/budget-check',
  version: '1.0',
  job,
  ...(booked !== undefined && { booked }),
});
