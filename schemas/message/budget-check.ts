/**
 * A message in the budget function's queue: check what one job has cost. The event functions, schedules, reconciliation
 * and the budget function itself send it.
 */
import * as z from 'zod/mini';
import '../zod-english.ts';
import { BUDGETED } from '../configuration/budgets.ts';

export const BudgetCheck = z.object({
  schema: z.literal('ground-control/budget-check'),
  version: z.literal('1.0'),
  job: z.object({ type: z.enum(BUDGETED), arn: z.string().check(z.startsWith('arn:'), z.maxLength(2048)) }),
  /**
   * A ledger entry of this job that the check of another job found. The check of this job corrects the entry if it is
   * wrong.
   */
  booked: z.optional(z.object({ tag: z.string(), value: z.string(), month: z.string(), key: z.string() })),
});
export type BudgetCheck = z.output<typeof BudgetCheck>;

/** The message that asks for a check of `job`. */
export const budgetCheckOf = (job: BudgetCheck['job'], booked?: BudgetCheck['booked']): BudgetCheck => ({
  schema: 'ground-control/budget-check',
  version: '1.0',
  job,
  ...(booked !== undefined && { booked }),
});
