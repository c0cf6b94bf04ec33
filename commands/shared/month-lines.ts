/** The lines of `cost` about monthly budgets. */
import type { Ledgers } from '../../adapters/dynamodb/ledgers.ts';
import { monthOf, nameOfMonth } from '../../domain/budget/calendar.ts';
import { type MonthStanding, totalsOf } from '../../domain/budget/ledger.ts';
import { formatUsd, toMicroUsd } from '../../domain/cost/money.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { plainText } from '../../schemas/text/plain-text.ts';

/** The numbers of this month for every configured budget. */
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

/** `project churn, November 2026: $80.00 of $100.00 is spent (80 %); 2 running jobs have reserved $20.00 more`. */
export function monthLine({ tag, value, month, budget, spent, reserved, running }: MonthStanding): string {
  const name = plainText(`${tag} ${value}`, 200);
  const percent = Math.floor((100 * spent) / budget);
  const held =
    running === 0
      ? 'no job is running'
      : `${counted(running, 'running job')} ${agree(running, 'has', 'have')} reserved ${formatUsd(reserved)} more`;
  return `${name}, ${nameOfMonth(month)}: ${formatUsd(spent)} of ${formatUsd(budget)} is spent (${percent} %); ${held}`;
}
