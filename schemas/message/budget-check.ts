/** What the budget function is asked: by the functions of events, by schedules, by reconciliation. */
import * as z from 'zod/mini';
import '../zod-english.ts';
import { BUDGETED } from '../configuration/budgets.ts';

export const BudgetCheck = z.object({
  schema: z.literal('ground-control/budget-check'),
  version: z.literal('1.0'),
  job: z.object({ type: z.enum(BUDGETED), arn: z.string().check(z.startsWith('arn:'), z.maxLength(2048)) }),
  /** A ledger that another job was seen to stand in, under this key: whether it does is found out. */
  booked: z.optional(z.object({ tag: z.string(), value: z.string(), month: z.string(), key: z.string() })),
});
export type BudgetCheck = z.output<typeof BudgetCheck>;

/** The question about `job`. */
export const budgetCheckOf = (job: BudgetCheck['job'], booked?: BudgetCheck['booked']): BudgetCheck => ({
  schema: 'ground-control/budget-check',
  version: '1.0',
  job,
  ...(booked !== undefined && { booked }),
});
