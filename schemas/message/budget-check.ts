/** The request to check the budget of a job: a message on the queue of the budget function. */
import * as z from 'zod/mini';
import '../zod-english.ts';
import { BUDGETED } from '../configuration/budgets.ts';

/** Requests a budget check of a job. Event functions, schedules and reconciliation send it. */
export const BudgetCheck = z.object({
  schema: z.literal('ground-control/budget-check'),
  version: z.literal('1.0'),
  job: z.object({ type: z.enum(BUDGETED), arn: z.string().check(z.startsWith('arn:'), z.maxLength(2048)) }),
  /** A place in a ledger where the check of another job saw this one; whether it is there is found out. */
  booked: z.optional(z.object({ tag: z.string(), value: z.string(), month: z.string(), key: z.string() })),
});
export type BudgetCheck = z.output<typeof BudgetCheck>;

/** The request to check `job`. */
export const budgetCheckOf = (job: BudgetCheck['job'], booked?: BudgetCheck['booked']): BudgetCheck => ({
  schema: 'ground-control/budget-check',
  version: '1.0',
  job,
  ...(booked !== undefined && { booked }),
});
