/** What people are told about a job's budget. */
import { formatDuration } from '../../schemas/duration.ts';
import type { Detail, StateChange } from '../../schemas/state-change.ts';
import type { Severity } from '../../schemas/vocabulary.ts';
import type { Alert } from '../alert.ts';
import { type Cost, costFacts } from '../cost/meter.ts';
import { amountOver, formatUsd } from '../cost/money.ts';
import { linksFor } from '../links.ts';
import type { Verdict } from '../outcome.ts';
import type { Owner } from '../owner.ts';
import { formatTime } from '../render/time.ts';
import { displayName, nameOfType } from '../wording.ts';
import { nameOf } from './booking.ts';
import type { Finding } from './check.ts';
import type { MonthStanding } from './ledger.ts';
import type { Cap } from './limits.ts';
import { raiseMonth, standingWords } from './month-alerts.ts';

/** `asked`: it would have been stopped, had not enough been within the hour. */
export type BudgetNews = Finding | { readonly kind: 'asked'; readonly cost: Cost; readonly cap: Cap };

export interface BudgetContext {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly owner: Owner;
  readonly mode: 'observe' | 'enforce';
  readonly protected: boolean;
  /** First of the tag keys that set a cap. */
  readonly capTag: string;
  readonly mostStopsPerHour: number;
  readonly timeZone: string;
}

interface Words {
  readonly code: string;
  readonly label: string;
  readonly severity: Severity;
  readonly headline: string;
  readonly cause: string;
  readonly nextStep: string;
}

/** The alert for `news`; `id` is its identity. */
export function budgetAlert(id: string, news: BudgetNews, context: BudgetContext): Alert {
  const { change, verdict, owner } = context;
  const { code, label, severity, headline, cause, nextStep } = wordsFor(news, context);
  return {
    outcome: 'budget',
    severity,
    status: verdict.status,
    label,
    change: { ...change, details: [...change.details, ...numbersOf(news)] },
    id,
    headline: `${nameOfType(change.resource.type)} ${displayName(change.resource.name)} ${headline}.`,
    cause: { code, cause, nextStep, retry: undefined },
    reason: undefined,
    owner,
    durationSeconds: undefined,
    cost: 'cost' in news ? news.cost : undefined,
    links: linksFor(change),
  };
}

function wordsFor(news: BudgetNews, context: BudgetContext): Words {
  const month = 'cap' in news ? news.cap?.month : undefined;
  switch (news.kind) {
    case 'flaw':
      return {
        code: 'budget-tag',
        label: 'BUDGET TAG',
        severity: 'warning',
        headline: 'carries a budget tag that cannot be understood',
        cause: news.flaws.join(' '),
        nextStep: `Correct it: ${addTag(context, '25')}. It is read again at the next check.`,
      };
    case 'not-priced':
      return {
        code: 'budget-not-priced',
        label: 'NOT PRICED',
        severity: 'warning',
        headline: `${notPriced(news)}, but what it costs is not known: it will not be stopped`,
        cause: `${sentence(news.reason)} Ground Control stops nothing whose cost it does not know.`,
        nextStep: 'Watch it yourself, or give its price in ground-control.yml under budgets.prices.',
      };
    case 'warning':
      return warning(news, context);
    case 'over':
      return news.why === 'protected'
        ? {
            code: 'budget-protected',
            label: 'OVER BUDGET',
            severity: 'error',
            headline: `${hasSpent(news)} and goes on, since it is protected`,
            cause: `${ofMonth(month)}Its tag says that it must not be stopped. It goes on costing money.`,
            nextStep: `Stop it if it is not worth it: ${stopCommand(context)}`,
          }
        : {
            code: 'budget-observed',
            label: 'OVER BUDGET',
            severity: 'error',
            headline: `${hasSpent(news)} and would be stopped now`,
            cause: `${ofMonth(month)}Nothing was stopped: ground-control.yml says budgets.mode: observe.`,
            nextStep: `Stop it yourself, ${stopCommand(context)}, or let Ground Control do it with budgets.mode: enforce.`,
          };
    case 'stopped':
      return {
        code: 'budget-stopped',
        label: 'STOPPED AT BUDGET',
        severity: 'error',
        headline: `was told to stop: ${month === undefined ? 'its budget' : nameOf(month)} is spent`,
        cause:
          month === undefined
            ? `It has cost ${spent(news)}, set by ${news.cap.from}. ${stoppedWork(context)}${savedWords(news, context)}`
            : `${ofMonth(month)}The newest jobs are stopped first. It has cost ${spent(news)}. ${stoppedWork(context)}`,
        nextStep:
          month === undefined
            ? `To run it again with more, set the tag ${context.capTag} to a higher amount. The audit has the numbers (npm run audit).`
            : `${raiseMonth(month)} The audit has the numbers (npm run audit).`,
      };
    case 'asked':
      return {
        code: 'budget-asked',
        label: 'OVER BUDGET, NOT STOPPED',
        severity: 'critical',
        headline: `${hasSpent(news)} and was not stopped`,
        cause: `${ofMonth(month)}Ground Control has stopped ${context.mostStopsPerHour} jobs within this hour, the most it may (budgets.mostStopsPerHour). It does not stop this one: you decide.`,
        nextStep:
          month === undefined
            ? `Stop it: ${stopCommand(context)}, or raise its cap: ${addTag(context, doubled(news.cap))}`
            : `Stop it: ${stopCommand(context)}. ${raiseMonth(month)}`,
      };
    case 'not-stopped':
      return {
        code: 'budget-not-stopped',
        label: 'STILL RUNNING',
        severity: 'critical',
        headline: `was told to stop and has not ended: its status is ${news.status}`,
        cause: `It was told at ${formatTime(news.stoppedAt, context.timeZone)} and still costs money: ${spent(news)} so far.`,
        nextStep: `Stop it by hand: ${stopCommand(context)}. If that does not help, ask AWS support.`,
      };
  }
}

function warning(news: Extract<Finding, { kind: 'warning' }>, context: BudgetContext): Words {
  const { threshold, cost, cap, exhaustedAt, last } = news;
  const at = exhaustedAt === undefined ? undefined : formatTime(exhaustedAt, context.timeZone);
  const when = at === undefined ? 'when the cap is reached' : `at ${at} at the present rate`;
  return {
    code: 'budget-warning',
    label: `BUDGET ${threshold} %`,
    severity: last ? 'warning' : 'info',
    headline: `has used ${threshold} % of its budget`,
    cause: `${formatUsd(cost.amount)} of ${formatUsd(cap.amount)} are spent. ${consequence(context, when)} The cap is set by ${cap.from}.`,
    nextStep: `To let it go on, raise its cap: ${addTag(context, doubled(news.cap))}. To end it now: ${stopCommand(context)}`,
  };
}

function consequence(context: BudgetContext, when: string): string {
  if (context.protected) return 'It is protected: it is not stopped.';
  if (context.mode === 'observe')
    return `It would be stopped ${when}; ground-control.yml says budgets.mode: observe, so it is not.`;
  return `It will be stopped ${when}. ${keptWork(context, 'will be')}`;
}

function keptWork({ change }: BudgetContext, is: 'will be' | 'is'): string {
  switch (change.resource.type) {
    case 'transform-job':
      return `Its output ${is} lost: a transform job that is stopped stores nothing.`;
    case 'training-job':
      return change.billing?.checkpoints === true
        ? `Its checkpoints are kept.`
        : `It keeps no checkpoints: what it has not written by then ${is} lost.`;
    case 'tuning-job':
      return `Training jobs that have ended keep their models.`;
    default:
      return `Only what it has written to its outputs ${is === 'is' ? 'is' : 'will be'} kept.`;
  }
}
const stoppedWork = (context: BudgetContext) => keptWork(context, 'is');

/** What it might have cost besides, had it run until its own time limit. */
function savedWords({ cost }: { readonly cost: Cost }, { change: { billing, startedAt } }: BudgetContext): string {
  const saved = mostSaved(cost, billing?.limitSeconds, startedAt);
  return saved === undefined
    ? ''
    : ` Saved: up to ${formatUsd(saved.amount)} more, had it run to its time limit of ${formatDuration(saved.limitSeconds)}.`;
}

function mostSaved(cost: Cost, limitSeconds: number | undefined, startedAt: Date | undefined) {
  if (limitSeconds === undefined || startedAt === undefined || cost.perHour === 0n) return undefined;
  const amount = amountOver(cost.perHour, Math.ceil(limitSeconds)) - cost.amount;
  return amount > 0 ? { amount, limitSeconds } : undefined;
}

function spent({ cost, cap }: { readonly cost: Cost; readonly cap: Cap }): string {
  const amount = formatUsd(cost.amount);
  return cap.month === undefined ? `${amount} of at most ${formatUsd(cap.amount)}` : amount;
}

function hasSpent(news: { readonly cost: Cost; readonly cap: Cap }): string {
  const { month } = news.cap;
  return `has cost ${spent(news)}${month === undefined ? '' : `, ${nameOf(month)} is spent,`}`;
}

const ofMonth = (month: MonthStanding | undefined) => (month === undefined ? '' : `${standingWords(month)} `);

function notPriced({ cap, monthly }: Extract<BudgetNews, { kind: 'not-priced' }>): string {
  const months = monthly.map(({ tag, value }) => `${tag} ${value}`).join(' and of ');
  return cap === undefined ? `counts in the monthly budget of ${months}` : `may cost ${formatUsd(cap.amount)}`;
}

function numbersOf(news: BudgetNews): Detail[] {
  if (!('cap' in news) || news.cap === undefined) return [];
  const { amount, from, month } = news.cap;
  const cap =
    month === undefined
      ? { label: 'Cap', value: `${formatUsd(amount)}, set by ${from}` }
      : { label: 'Month', value: `${formatUsd(month.spent)} of ${formatUsd(month.budget)} spent, ${nameOf(month)}` };
  return 'cost' in news ? [cap, ...costFacts(news.cost, false)] : [cap];
}

/** A cap to go on with. */
const doubled = ({ amount }: Cap): string => String(Math.ceil((2 * amount) / 1_000_000));

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function addTag({ change, capTag }: BudgetContext, value: string): string {
  return `aws sagemaker add-tags --resource-arn ${change.resource.arn ?? 'ARN'} --tags Key=${capTag},Value=${value}`;
}

const STOP: Readonly<Record<string, string>> = {
  'training-job': 'stop-training-job --training-job-name',
  'tuning-job': 'stop-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name',
  'processing-job': 'stop-processing-job --processing-job-name',
  'transform-job': 'stop-transform-job --transform-job-name',
};

function stopCommand({ change: { resource, region } }: BudgetContext): string {
  const where = region === undefined ? '' : ` --region ${region}`;
  return `aws sagemaker ${STOP[resource.type] ?? 'stop'} ${resource.name}${where}`;
}
