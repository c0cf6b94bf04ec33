/** The words for what is told about a job's budget: what happened, why, what to do. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { formatDuration } from '../../schemas/text/duration.ts';
import type { Severity } from '../../schemas/vocabulary.ts';
import { toStop, toTag, toUntag } from '../alert/commands.ts';
import type { Command } from '../alert/failure-causes.ts';
import { formatTime } from '../alert/render/time.ts';
import type { Verdict } from '../change/outcome.ts';
import type { Owner } from '../change/owner.ts';
import type { Cost } from '../cost/meter.ts';
import { amountOver, formatUsd } from '../cost/money.ts';
import { nameOf } from './booking.ts';
import type { Finding } from './check.ts';
import type { MonthStanding } from './ledger.ts';
import type { Cap } from './limits.ts';
import { raiseMonth, standingWords } from './month-alert.ts';

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
  readonly commands: readonly Command[];
}

/** The words for `news`. */
export function wordsFor(news: BudgetNews, context: BudgetContext): Words {
  switch (news.kind) {
    case 'flaw':
      return {
        code: 'budget-tag',
        label: 'BUDGET TAG',
        severity: 'warning',
        headline: 'carries a budget tag that cannot be understood',
        cause: news.flaws.map(({ text }) => text).join(' '),
        nextStep: 'Correct it. It is read again at the next check, within an hour.',
        commands: news.flaws.flatMap(({ key, example, others }) => [
          ...others.map((other) => toUntag(context.change, `To take ${other} away`, other)),
          toTag(context.change, `To set ${key}, for example`, key, example),
        ]),
      };
    case 'not-priced':
      return {
        code: 'budget-not-priced',
        label: 'NOT PRICED',
        severity: 'warning',
        headline: `${notPriced(news)}, but what it costs is not known: it will not be stopped`,
        cause: `${sentence(news.reason)} Ground Control stops nothing whose cost it does not know.`,
        nextStep: 'Watch it yourself, or give its price in ground-control.yml under budgets.prices.',
        commands: [toStop(context.change)],
      };
    case 'warning':
      return warning(news, context);
    case 'over':
      return over(news, context);
    case 'stopped':
      return stopped(news, context);
    case 'asked':
      return asked(news, context);
    case 'not-stopped':
      return {
        code: 'budget-not-stopped',
        label: 'STILL RUNNING',
        severity: 'critical',
        headline: `was told to stop and has not ended: its status is ${news.status}`,
        cause: `It was told at ${formatTime(news.stoppedAt, context.timeZone)} and still costs money: ${spent(news)} so far.`,
        nextStep: 'Stop it by hand. If that does not help, ask AWS support.',
        commands: [toStop(context.change)],
      };
  }
}

type News<K extends BudgetNews['kind']> = Extract<BudgetNews, { kind: K }>;

function warning({ threshold, cost, cap, exhaustedAt, last }: News<'warning'>, context: BudgetContext): Words {
  const at = exhaustedAt === undefined ? undefined : formatTime(exhaustedAt, context.timeZone);
  const when = at === undefined ? 'when the cap is reached' : `at ${at} at the present rate`;
  return {
    code: 'budget-warning',
    label: `BUDGET ${threshold} %`,
    severity: last ? 'warning' : 'info',
    headline: `has used ${threshold} % of its budget`,
    cause: `${formatUsd(cost.amount)} of ${formatUsd(cap.amount)} are spent. ${consequence(context, when)} The cap is set by ${cap.from}.`,
    nextStep: 'Let it go on with a higher cap, end it now, or leave it.',
    commands: [toRaise(cap, context), toStop(context.change, 'To end it now')],
  };
}

function over(news: News<'over'>, context: BudgetContext): Words {
  const { change } = context;
  const month = ofMonth(news.cap.month);
  switch (news.why) {
    case 'protected':
      return {
        code: 'budget-protected',
        label: 'OVER BUDGET',
        severity: 'error',
        headline: `${hasSpent(news)}: it goes on, since it is protected`,
        cause: `${month}Its tag says that it must not be stopped. It goes on costing money.`,
        nextStep: 'Stop it if it is not worth it.',
        commands: [toStop(change)],
      };
    case 'unclear':
      return {
        code: 'budget-unclear',
        label: 'OVER BUDGET, NOT STOPPED',
        severity: 'critical',
        headline: `${hasSpent(news)}: it was not stopped, since it may be protected`,
        cause: `${month}The tag that says whether it must not be stopped cannot be read. It goes on costing money: you decide.`,
        nextStep: 'Stop it, or correct the tag.',
        commands: [toStop(change)],
      };
    case 'observed':
      return {
        code: 'budget-observed',
        label: 'OVER BUDGET',
        severity: 'error',
        headline: `${hasSpent(news)}: it would be stopped now`,
        cause: `${month}Nothing was stopped: ground-control.yml says budgets.mode: observe.`,
        nextStep: 'Stop it yourself, or let Ground Control do it with budgets.mode: enforce.',
        commands: [toStop(change)],
      };
  }
}

function stopped(news: News<'stopped'>, context: BudgetContext): Words {
  const { cap } = news;
  const { month } = cap;
  const about = { code: 'budget-stopped', label: 'STOPPED AT BUDGET', severity: 'error' } as const;
  const lost = `${keptWork(context, 'is')}${savedWords(news, context)}`;
  if (month !== undefined) {
    return {
      ...about,
      headline: `was told to stop: ${nameOf(month)} has nothing left`,
      cause: `${standingWords(month)} The newest jobs are stopped first. It has cost ${spent(news)}. ${lost}`,
      nextStep: `${raiseMonth(month)} ${AUDIT}`,
      commands: [],
    };
  }
  return {
    ...about,
    headline: 'was told to stop: its budget is spent',
    cause: `It has cost ${spent(news)}, set by ${cap.from}. ${lost}`,
    nextStep: `To run it again with more, set the tag ${context.capTag} to a higher amount. ${AUDIT}`,
    commands: [],
  };
}

const AUDIT = 'The audit has the numbers (npm run audit).';

function asked(news: News<'asked'>, context: BudgetContext): Words {
  const { change, mostStopsPerHour: most } = context;
  const { month } = news.cap;
  const why =
    most === 0
      ? 'ground-control.yml says that people are asked each time (budgets.mostStopsPerHour: 0).'
      : `Ground Control has stopped ${most} jobs within this hour, the most it may (budgets.mostStopsPerHour).`;
  const later =
    month === undefined || most === 0
      ? 'It does not stop this one: you decide.'
      : 'It stops this one in the next hour, unless there is money for it then.';
  return {
    code: 'budget-asked',
    label: 'OVER BUDGET, NOT STOPPED',
    severity: 'critical',
    headline: `${hasSpent(news)}: it was not stopped`,
    cause: `${ofMonth(month)}${why} ${later}`,
    nextStep: month === undefined ? 'Stop it, or raise its cap.' : `Stop it, or give it more. ${raiseMonth(month)}`,
    commands: [toStop(change), ...(month === undefined ? [toRaise(news.cap, context)] : [])],
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
      return `Only what it has written to its outputs ${is} kept.`;
  }
}

/** What it might have cost besides, had it run until its own time limit. */
function savedWords({ cost }: { readonly cost: Cost }, { change: { billing, startedAt } }: BudgetContext): string {
  const saved = mostSaved(cost, billing?.limitSeconds, startedAt);
  return saved === undefined
    ? ''
    : ` That saved up to ${formatUsd(saved.amount)}, which it would have cost besides until its time limit of ${formatDuration(saved.limitSeconds)}.`;
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
  return `has cost ${spent(news)}${month === undefined ? '' : `, and ${nameOf(month)} has nothing left`}`;
}

const ofMonth = (month: MonthStanding | undefined) => (month === undefined ? '' : `${standingWords(month)} `);

function notPriced({ cap, monthly }: Extract<BudgetNews, { kind: 'not-priced' }>): string {
  const months = monthly.map(({ tag, value }) => `${tag} ${value}`).join(' and of ');
  return cap === undefined ? `counts in the monthly budget of ${months}` : `may cost ${formatUsd(cap.amount)}`;
}

/** A cap to go on with. */
const doubled = ({ amount }: Cap): string => String(Math.ceil((2 * amount) / 1_000_000));

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const toRaise = (cap: Cap, { change, capTag }: BudgetContext) =>
  toTag(change, 'To raise its cap', capTag, doubled(cap));
