/** What the numbers of `backtest` cannot show. */
import { monthOf, nameOfMonth } from '../../domain/budget/month/calendar.ts';

/** A sentence about prices of the day `asOf`. */
export const limitOfPrices = (asOf: string): string =>
  `Costs are estimates from on-demand prices of ${asOf}, not of then. They are not the bill, which has discounts.`;

/** Sentences about the history of an account from `since` on. */
export function limitsOfHistory(since: Date, timeZone: string): string[] {
  return [
    'Tags are those of today. A tag that was added, changed or deleted since counts as it is now.',
    'Jobs that were deleted from SageMaker are missing.',
    'Only training, tuning, processing and transform jobs count: no endpoints, notebooks or clusters.',
    `${nameOfMonth(monthOf(since, timeZone))} is incomplete: jobs that ended before the first day are not read.`,
  ];
}
