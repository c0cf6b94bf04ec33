/** The alert about a job's budget. */
import type { Detail } from '../../schemas/event/state-change.ts';
import type { Alert } from '../alert/alert.ts';
import { linksFor } from '../alert/links.ts';
import { displayName, nameOfType } from '../alert/wording.ts';
import { formatUsd } from '../cost/money.ts';
import { costFacts } from '../cost/words.ts';
import { type BudgetContext, type BudgetNews, wordsFor } from './alert-words.ts';
import { nameOf } from './month/month.ts';

/** The alert for `news`; `id` is its identity. */
export function budgetAlert(id: string, news: BudgetNews, context: BudgetContext): Alert {
  const { change, verdict, owner } = context;
  const { code, label, summary, severity, headline, cause, nextStep, commands } = wordsFor(news, context);
  return {
    outcome: 'budget',
    severity,
    status: verdict.status,
    label,
    change: { ...change, details: [...change.details, ...numbersOf(news, context)] },
    id,
    summary,
    headline: `${nameOfType(change.resource.type)} ${displayName(change.resource.name)} ${headline}.`,
    cause: { code, cause, nextStep, commands, retry: undefined },
    reason: undefined,
    owner,
    durationSeconds: undefined,
    cost: 'cost' in news ? news.cost : undefined,
    links: linksFor(change),
  };
}

function numbersOf(news: BudgetNews, { timeZone }: BudgetContext): Detail[] {
  if (!('cap' in news) || news.cap === undefined) return [];
  const { amount, from, month } = news.cap;
  const cap =
    month === undefined
      ? { label: 'Cap', value: `${formatUsd(amount)}, set by ${from}` }
      : { label: 'Month', value: `${nameOf(month)}: ${formatUsd(month.spent)} of ${formatUsd(month.budget)} is spent` };
  return 'cost' in news ? [cap, ...costFacts(news.cost, false, timeZone)] : [cap];
}
