/** The request to check the budget of a job: a message on the queue of the budget function. */
import * as z from 'zod/mini';
import '../zod-english.ts';
import { BUDGETED } from '../configuration/budgets.ts';

/** Requests a budget check of a job. Event functions, schedules and reconciliation send it. */
export const BudgetCheck = z.object({
  schema: z.literal('ground-control/budget-check'),
  version: z.literal('1.0'),
  job: z.object({ type: z.enum(BUDGETED), arn: z.string().check(z.startsWith('arn:'), z.maxLength(2048)) }),
  /** Epoch milliseconds. A check that began at this time or later serves this request too. */
  dueAt: z.optional(z.number()),
});
export type BudgetCheck = z.output<typeof BudgetCheck>;

/** Requests a look at one month of a budget. Schedules and reconciliation send it. */
export const MonthLook = z.object({
  schema: z.literal('ground-control/month-look'),
  version: z.literal('1.0'),
  tag: z.string(),
  value: z.string(),
  month: z.string(),
});
export type MonthLook = z.output<typeof MonthLook>;

/** The request to check `job`. */
export const budgetCheckOf = (job: BudgetCheck['job'], dueAt?: number): BudgetCheck => ({
  schema: 'ground-control/budget-check',
  version: '1.0',
  job,
  ...(dueAt !== undefined && { dueAt }),
});

/** The request to look at a month. */
export const monthLookOf = ({ tag, value, month }: Omit<MonthLook, 'schema' | 'version'>): MonthLook => ({
  schema: 'ground-control/month-look',
  version: '1.0',
  tag,
  value,
  month,
});
