/** How a monthly budget stands, in words and numbers. */
import type { Detail } from '../../../schemas/event/state-change.ts';
import { agree, counted } from '../../../schemas/text/count.ts';
import { formatPrice, formatUsd } from '../../cost/money.ts';
import { nameOfMonth } from './calendar.ts';
import { type MonthStanding, nameOf } from './month.ts';

/** `$80.00 of the $100.00 in the … budget of … is spent. 2 jobs run.` */
export function standingWords(standing: MonthStanding): string {
  const { spent, budget } = standing;
  const money = `${formatUsd(spent)} of the ${formatUsd(budget)} in ${nameOf(standing)} is spent.`;
  return [money, ...runningWords(standing)].join(' ');
}

/** `2 jobs run at $10.00 an hour.`; nothing when no job runs. */
export function runningWords({ running, perHour }: MonthStanding): string[] {
  const pace = perHour > 0n ? ` at ${formatPrice(perHour)} an hour` : '';
  return running === 0 ? [] : [`${counted(running, 'job')} ${agree(running, 'runs', 'run')}${pace}.`];
}

/** `$80.00 of $100.00 spent in November 2026`, for an SMS. */
export const spentInMonth = ({ spent, budget, month }: MonthStanding): string =>
  `${formatUsd(spent)} of ${formatUsd(budget)} spent in ${nameOfMonth(month)}`;

/** How to raise the budget of this month. */
export const raiseMonth = ({ tag, value }: MonthStanding): string =>
  `To allow more this month, raise budgets.monthly: ${tag}: ${value} in ground-control.yml, and deploy.`;

/** The numbers of a month that the audit keeps. */
export function monthNumbers(standing: MonthStanding): Record<string, string> {
  return Object.fromEntries(monthFacts(standing).map(({ label, value }) => [label.toLowerCase(), value]));
}

/** The numbers of a month for people. */
export function monthFacts(standing: MonthStanding): Detail[] {
  const { spent, budget, running, perHour, unpriced } = standing;
  return [
    { label: 'Month', value: nameOf(standing) },
    { label: 'Spent', value: `${formatUsd(spent)} of ${formatUsd(budget)}` },
    { label: 'Running', value: `${counted(running, 'job')} at ${formatPrice(perHour)} an hour` },
    ...(unpriced === 0 ? [] : [{ label: 'Not priced', value: counted(unpriced, 'job') }]),
  ];
}
