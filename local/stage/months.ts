/** How the monthly budgets of a stage stand. */
import type { Months } from '../../adapters/dynamodb/months.ts';
import { monthOf, startOf } from '../../domain/budget/month/calendar.ts';
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

/** The numbers of this month and of the `earlier` months before it, for every configured budget; this month first. */
export async function recentMonths(
  configuration: Configuration,
  months: Months,
  earlier: number,
  now: Date,
): Promise<MonthStanding[][]> {
  const { timeZone } = configuration;
  const names = [monthOf(now, timeZone)];
  while (names.length <= earlier) {
    const [last = ''] = names.slice(-1);
    names.push(monthOf(new Date(startOf(last, timeZone).getTime() - 1), timeZone));
  }
  return Promise.all(names.map((name) => monthsOf(configuration, months, now, name)));
}
