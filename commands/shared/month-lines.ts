/** The lines of `cost` about monthly budgets. */
import { nameOfMonth } from '../../domain/budget/month/calendar.ts';
import type { MonthStanding } from '../../domain/budget/month/month.ts';
import { formatPrice, formatUsd, secondsFor } from '../../domain/cost/money.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { formatDuration } from '../../schemas/text/duration.ts';
import { plainText } from '../../schemas/text/plain-text.ts';

/** One line of `--json`. */
export function monthJson({ tag, value, month, budget, spent, perHour, running, unpriced }: MonthStanding): object {
  const usd = (amount: number) => amount / 1_000_000;
  return {
    budget: { tag, value },
    month,
    budgetUsd: usd(budget),
    spentUsd: usd(spent),
    perHourUsd: Number(formatPrice(perHour).slice(1)),
    running,
    notPriced: unpriced,
  };
}

/** `project churn, November 2026: $80.00 of $100.00 is spent (80 %); 2 jobs run at $10.00 an hour, and the rest lasts 2 h`. */
export function monthLine({ tag, value, month, budget, spent, perHour, running, unpriced }: MonthStanding): string {
  const name = plainText(`${tag} ${value}`, 200);
  const percent = Math.floor((100 * spent) / budget);
  const seconds = spent >= budget ? undefined : secondsFor(budget - spent, perHour);
  const lasts = seconds === undefined ? '' : `, and the rest lasts ${formatDuration(seconds)}`;
  const runs =
    running === 0
      ? `no job ${unpriced === 0 ? '' : 'whose cost is known '}is running`
      : `${counted(running, 'job')} ${agree(running, 'runs', 'run')} at ${formatPrice(perHour)} an hour${lasts}`;
  const unknown = unpriced === 0 ? '' : `; the cost of ${counted(unpriced, 'job')} is not known`;
  return `${name}, ${nameOfMonth(month)}: ${formatUsd(spent)} of ${formatUsd(budget)} is spent (${percent} %); ${runs}${unknown}`;
}
