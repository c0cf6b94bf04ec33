/** How the monthly budgets of a stage stand. */
import type { Months } from '../../adapters/dynamodb/months.ts';
import { monthOf } from '../../domain/budget/month/calendar.ts';
import { type MonthStanding, standingOf } from '../../domain/budget/month/month.ts';
import { toMicroUsd } from '../../domain/cost/money.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';

/** The numbers of this month for every configured budget; with `month`, those of another one (`2026-10`). */
export async function monthsOf(
  { budgets: { monthly }, timeZone }: Configuration,
  months: Months,
  now: Date,
  month = monthOf(now, timeZone),
): Promise<MonthStanding[]> {
  const standings: MonthStanding[] = [];
  for (const [tag, values] of Object.entries(monthly)) {
    for (const [value, usd] of Object.entries(values)) {
      const id = { tag, value, month };
      standings.push(standingOf(id, toMicroUsd(usd), await months.read(id), now, timeZone));
    }
  }
  return standings;
}
