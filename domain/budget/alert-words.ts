/** The words of an alert about a job's budget: what happened, why, and what to do. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { counted } from '../../schemas/text/count.ts';
import { formatDuration } from '../../schemas/text/duration.ts';
import type { Severity } from '../../schemas/vocabulary.ts';
import type { Command } from '../alert/causes/cause.ts';
import { toStop, toTag, toUntag } from '../alert/commands.ts';
import { formatTime } from '../alert/render/time.ts';
import type { Verdict } from '../change/outcome.ts';
import type { Owner } from '../change/owner.ts';
import type { Cost } from '../cost/meter.ts';
import { amountOver, exact, formatPrice, formatUsd, wholePercent } from '../cost/money.ts';
import type { WarmPool } from '../cost/warm-pool.ts';
import type { Finding } from './check.ts';
import type { Cap } from './limits.ts';
import { isSpent, type MonthStanding, nameOf } from './month/month.ts';
import { raiseMonth, spentInMonth, standingWords } from './month/month-words.ts';

/** `held-back`: Ground Control has stopped `most` jobs in this hour, as many as it may, and tries again `againAt`. */
export type BudgetNews =
  | Finding
  | {
      readonly kind: 'held-back';
      readonly cost: Cost;
      readonly cap: Cap;
      readonly most: number;
      readonly againAt: Date;
    }
  /** Ground Control ended the warm pool of the job, which it had stopped. */
  | { readonly kind: 'pool-ended'; readonly cost: Cost; readonly pool: WarmPool };

export interface BudgetContext {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly owner: Owner;
  readonly mode: 'observe' | 'enforce';
  readonly protected: boolean;
  /** The first of the tag keys that set a cap. */
  readonly capTag: string;
  readonly timeZone: string;
}

interface Words {
  readonly code: `budget-${string}`;
  readonly label: string;
  readonly severity: Severity;
  /** Amount, limit and time, for an SMS. */
  readonly summary?: string;
  /** What happened, after the job's name. */
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
        headline: 'has a budget tag that Ground Control cannot understand',
        cause: news.flaws.map(({ explanation }) => explanation).join(' '),
        nextStep: 'Correct every tag. Ground Control reads the tags again within an hour.',
        commands: news.flaws.flatMap(({ key, example, others }) => [
          ...others.map((other) => toUntag(context.change, `To remove ${other}`, other)),
          toTag(context.change, `To set ${key}, for example`, key, example),
        ]),
      };
    case 'not-priced':
      return {
        code: 'budget-not-priced',
        label: 'NOT PRICED',
        severity: 'warning',
        headline: `${limitWords(news)}, but its cost is not known: Ground Control will not stop it`,
        cause: `${sentence(news.reason)} Ground Control stops no job without a known cost.`,
        nextStep: 'Watch the job yourself, or add its price to ground-control.yml under budgets.prices.',
        commands: [toStop(context.change)],
      };
    case 'warning':
      return warning(news, context);
    case 'over':
      return over(news, context);
    case 'stopped':
      return stopped(news, context);
    case 'held-back':
      return heldBack(news, context);
    case 'pool-ended':
      return {
        code: 'budget-pool-ended',
        label: 'WARM POOL ENDED',
        severity: 'info',
        headline: 'has no warm pool any more: Ground Control ended it after it had stopped the job',
        cause:
          `The pool would have cost ${formatPrice(news.pool.perHour)} an hour until ` +
          `${formatTime(news.pool.until, context.timeZone)}: up to ${formatUsd(news.pool.mostMore)} more.`,
        nextStep:
          'Nothing has to be done. To keep warm pools of stopped jobs, set budgets.endWarmPools: false in ground-control.yml.',
        commands: [],
      };
    case 'not-stopped':
      return {
        code: 'budget-not-stopped',
        label: 'STILL RUNNING',
        severity: 'critical',
        summary: `${spentOf(news)}, told to stop at ${formatTime(news.stoppedAt, context.timeZone)}`,
        headline: `has not ended, although Ground Control told it to stop: its status is ${news.status}`,
        cause:
          `Ground Control told the job to stop at ${formatTime(news.stoppedAt, context.timeZone)}. ` +
          `The job still costs money: ${formatUsd(news.cost.amount)} so far.`,
        nextStep: 'Stop the job by hand. If that does not help, ask AWS support.',
        commands: [toStop(context.change)],
      };
  }
}

type News<K extends BudgetNews['kind']> = Extract<BudgetNews, { kind: K }>;

function warning({ threshold, cost, cap, exhaustedAt, last }: News<'warning'>, context: BudgetContext): Words {
  const at = exhaustedAt === undefined ? undefined : formatTime(exhaustedAt, context.timeZone);
  // The warning may come late: a job that began before Ground Control knew it has used more than the threshold.
  const percent = Math.max(threshold, wholePercent(cost.amount, cap.amount));
  return {
    code: 'budget-warning',
    label: `BUDGET ${percent} %`,
    severity: last ? 'warning' : 'info',
    summary: `${spentOf({ cost, cap })}${whatAndWhen(context, at)}`,
    headline: `has used ${percent} % of its budget`,
    cause:
      `${formatUsd(cost.amount)} of ${formatUsd(cap.amount)} is spent. ` +
      `${consequence(context, at)} The cap is set by ${cap.from}.`,
    nextStep: 'Raise the cap, stop the job now, or do nothing.',
    commands: [toRaise(cap, context), toStop(context.change, 'To stop the job now')],
  };
}

function over(news: News<'over'>, context: BudgetContext): Words {
  const { change } = context;
  const summary = `${spentOf(news)}, not stopped`;
  const month = ofMonth(news.cap.month);
  switch (news.why) {
    case 'protected':
      return {
        code: 'budget-protected',
        label: 'OVER BUDGET',
        severity: 'error',
        summary,
        headline: `${hasSpent(news)}: Ground Control does not stop it, because it is protected`,
        cause: `${month}Its tag says that it must not be stopped. The job continues and costs money.`,
        nextStep: 'If the job is not worth its cost, stop it.',
        commands: [toStop(change)],
      };
    case 'unclear':
      return {
        code: 'budget-unclear',
        label: 'OVER BUDGET, NOT STOPPED',
        severity: 'critical',
        summary,
        headline: `${hasSpent(news)}: Ground Control did not stop it, because it may be protected`,
        cause:
          `${month}Ground Control cannot read the tag that says whether the job is protected. ` +
          'The job continues and costs money. You decide.',
        nextStep: 'Stop the job, or correct the tag.',
        commands: [toStop(change)],
      };
    case 'observed':
      return {
        code: 'budget-observed',
        label: 'OVER BUDGET',
        severity: 'error',
        summary,
        headline: `${hasSpent(news)}: in mode enforce, Ground Control would stop it now`,
        cause: `${month}Ground Control stopped nothing, because ${OBSERVED}.`,
        nextStep: 'Stop the job yourself, or let Ground Control do it with budgets.mode: enforce.',
        commands: [toStop(change)],
      };
    case 'uploading':
      return {
        code: 'budget-uploading',
        label: 'OVER BUDGET',
        severity: 'error',
        headline: `${hasSpent(news)}: it is left to finish, because it only saves its results`,
        cause: `${month}If that takes more than an hour, Ground Control stops the job, and the results may be lost.`,
        nextStep: 'Do nothing, or stop the job now.',
        commands: [toStop(change, 'To stop the job now')],
      };
  }
}

function stopped(news: News<'stopped'>, context: BudgetContext): Words {
  const { cap, cost } = news;
  const { month } = cap;
  const about = {
    code: 'budget-stopped',
    label: 'STOPPED AT BUDGET',
    severity: 'error',
    summary: spentOf(news),
  } as const;
  const lost = `${keptWork(context)}${savedWords(cost, context.change)}`;
  if (month !== undefined) {
    return {
      ...about,
      headline: `was told to stop by Ground Control: ${shortOf(month)}`,
      cause: `${standingWords(month)} ${whichStop(month)} This job has cost ${formatUsd(cost.amount)}. ${lost}`,
      nextStep: `${raiseMonth(month)} ${AUDIT}`,
      commands: [],
    };
  }
  return {
    ...about,
    headline: 'was told to stop by Ground Control: its budget is spent',
    cause:
      `The job has cost ${formatUsd(cost.amount)}. ` +
      `Its cap is ${formatUsd(cap.amount)}, set by ${cap.from}. ${lost}`,
    nextStep: `To run the job again, set the tag ${context.capTag} to a higher amount. ${AUDIT}`,
    commands: [],
  };
}

const OBSERVED = 'ground-control.yml has budgets.mode: observe';
const AUDIT = 'Who operates Ground Control sees the numbers with npm run audit.';

function heldBack(news: News<'held-back'>, context: BudgetContext): Words {
  const { change, timeZone } = context;
  const { cap, most, againAt } = news;
  const setting = cap.isOwn === true ? 'budgets.mostStopsPerHourByTag' : 'budgets.mostStopsPerHour';
  const why =
    most === 0
      ? `ground-control.yml has ${setting}: 0, so Ground Control does not stop this job: you decide.`
      : `Ground Control has stopped ${counted(most, 'job')} in this hour, the most that ${setting} allows. ` +
        `It tries again at ${formatTime(againAt, timeZone)}, until the job has ended or is protected.`;
  return {
    code: 'budget-held-back',
    label: 'OVER BUDGET, NOT STOPPED',
    severity: 'critical',
    summary: `${spentOf(news)}, not stopped yet`,
    headline: `${hasSpent(news)}: Ground Control did not stop it yet`,
    cause: `${ofMonth(cap.month)}${why}`,
    nextStep:
      cap.month === undefined
        ? 'Stop the job, or raise its cap.'
        : `Stop the job, or let it spend more. ${raiseMonth(cap.month)}`,
    commands: [toStop(change), ...(cap.month === undefined ? [toRaise(cap, context)] : [])],
  };
}

/** What happens when the job reaches its cap: `at` a time, if that is known. */
function consequence(context: BudgetContext, at: string | undefined): string {
  const when = at === undefined ? '' : ` at ${at} at the present rate`;
  const why = context.protected ? 'it is protected' : context.mode === 'observe' ? OBSERVED : undefined;
  return why === undefined
    ? `Ground Control stops the job${when || ' when it reaches its cap'}. ${keptWork(context)}`
    : `The job reaches its cap${when}. Ground Control will not stop it, because ${why}.`;
}

/** The same in a few words, for an SMS. */
function whatAndWhen(context: BudgetContext, at: string | undefined): string {
  const when = at === undefined ? '' : ` at ${at}`;
  if (context.protected || context.mode === 'observe') return `${when && `, all${when}`}, no stop`;
  return `, stop${when || ' at the cap'}`;
}

/** `$8.00 of $10.00 spent`: of the job's cap, or of its month. */
const spentOf = ({ cost, cap }: { readonly cost: Cost; readonly cap: Cap }): string =>
  cap.month === undefined ? `${formatUsd(cost.amount)} of ${formatUsd(cap.amount)} spent` : spentInMonth(cap.month);

/** What is left of the job's work after a stop. */
function keptWork({ change }: BudgetContext): string {
  switch (change.resource.type) {
    case 'transform-job':
      return 'A stopped transform job stores nothing: its output is lost.';
    case 'training-job':
      return change.billing?.checkpoints === true
        ? 'Its checkpoints are kept.'
        : 'The job keeps no checkpoints: what it has not written when it ends is lost.';
    case 'tuning-job':
      return 'Training jobs that have ended keep their models.';
    default:
      return 'Only what the job has written to its outputs is kept.';
  }
}

/** How much more the job could have cost until its own time limit. */
function savedWords({ amount, perHour }: Cost, { billing, startedAt }: StateChange) {
  const limit = billing?.limitSeconds;
  if (limit === undefined || startedAt === undefined || perHour === 0n) return '';
  const saved = amountOver(perHour, Math.ceil(limit)) - amount;
  return saved > 0 && exact(saved) !== undefined
    ? ` The stop saved up to ${formatUsd(saved)}: the cost until its time limit of ${formatDuration(limit)}.`
    : '';
}

function hasSpent({ cost, cap: { amount, month } }: News<'over' | 'held-back'>): string {
  const limit = month === undefined ? `its cap is ${formatUsd(amount)}` : shortOf(month);
  return `has cost ${formatUsd(cost.amount)}, and ${limit}`;
}

/** Why a month stops jobs. */
const shortOf = (month: MonthStanding): string =>
  `${nameOf(month)} ${isSpent(month) ? 'has nothing left' : 'is running out'}`;

/** Which jobs a month stops. */
const whichStop = (month: MonthStanding): string =>
  isSpent(month)
    ? 'Ground Control stops all its jobs, because nothing is left.'
    : 'Ground Control stops the newest jobs, so that older ones go on.';

const ofMonth = (month: MonthStanding | undefined) => (month === undefined ? '' : `${standingWords(month)} `);

/** The limits that hold for a job without a known cost. */
function limitWords({ cap, monthly }: News<'not-priced'>): string {
  if (cap !== undefined) return `has a cap of ${formatUsd(cap.amount)}`;
  return `counts in the monthly budget of ${monthly.map(({ tag, value }) => `${tag} ${value}`).join(' and of ')}`;
}

/** A higher cap to propose. */
const doubled = ({ amount }: Cap): string => String(Math.ceil((2 * amount) / 1_000_000));

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const toRaise = (cap: Cap, { change, capTag }: BudgetContext) =>
  toTag(change, 'To raise its cap', capTag, doubled(cap));
