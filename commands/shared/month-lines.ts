/** The ledgers of monthly budgets, as `cost` shows them. */
import type { Ledgers } from '../../adapters/dynamodb/ledgers.ts';
import { monthOf, nameOfMonth } from '../../domain/budget/calendar.ts';
import { type MonthStanding, totalsOf } from '../../domain/budget/ledger.ts';
import { formatUsd, toMicroUsd } from '../../domain/cost/money.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { plainText } from '../../schemas/text/plain-text.ts';

/** How this month stands against every budget that is configured. */
export async function monthsOf(
  { budgets: { monthly }, timeZone }: Configuration,
  ledgers: Ledgers,
  now: Date,
): Promise<MonthStanding[]> {
  const month = monthOf(now, timeZone);
  const standings: MonthStanding[] = [];
  for (const [tag, values] of Object.entries(monthly)) {
    for (const [value, usd] of Object.entries(values)) {
      const ledger = await ledgers.read({ tag, value, month });
      standings.push({ tag, value, month, budget: toMicroUsd(usd), ...totalsOf(ledger, now) });
    }
  }
  return standings;
}

/** One line of `--json`. */
export function monthJson({ tag, value, month, budget, spent, reserved, running }: MonthStanding): object {
  const usd = (amount: number) => amount / 1_000_000;
  return {
    budget: { tag, value },
    month,
    budgetUsd: usd(budget),
    spentUsd: usd(spent),
    reservedUsd: usd(reserved),
    running,
  };
}

/** `project churn, November 2026: $80.00 of $100.00 spent (80 %), $20.00 reserved by 2 running jobs`. */
export function monthLine({ tag, value, month, budget, spent, reserved, running }: MonthStanding): string {
  const name = plainText(`${tag} ${value}`, 200);
  const percent = Math.floor((100 * spent) / budget);
  const held = running === 0 ? 'nothing runs' : `${formatUsd(reserved)} reserved by ${running} running`;
  return `${name}, ${nameOfMonth(month)}: ${formatUsd(spent)} of ${formatUsd(budget)} spent (${percent} %), ${held}`;
}
