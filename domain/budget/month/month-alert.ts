/** The alerts about a monthly budget: part or all of it is spent, or the rest does not last. */
import type { FunctionConfiguration } from '../../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { counted } from '../../../schemas/text/count.ts';
import { formatDuration } from '../../../schemas/text/duration.ts';
import type { Family, Severity } from '../../../schemas/vocabulary.ts';
import type { NotifyAction } from '../../action.ts';
import type { Alert } from '../../alert/alert.ts';
import { renderNotice } from '../../alert/render/notice.ts';
import { formatTime } from '../../alert/render/time.ts';
import { displayName, nameOfType } from '../../alert/wording.ts';
import { changeAbout } from '../../change/about.ts';
import { formatUsd, secondsFor, wholePercent } from '../../cost/money.ts';
import type { JobRef } from '../job.ts';
import { endOf, nameOfMonth } from './calendar.ts';
import { isSpent, type MonthStanding } from './month.ts';
import { monthFacts, monthNumbers, raiseMonth, runningWords, spentInMonth } from './month-words.ts';

/**
 * What happened to a month. A number: it has reached that percentage. `short`: the rest does not last for the runway,
 * and the newest jobs are stopped. `held-back`: more jobs had to be stopped than the limit of an hour allows.
 */
export type MonthEvent = number | 'short' | 'held-back';

export interface MonthNews {
  readonly standing: MonthStanding;
  readonly what: MonthEvent;
  /** It is the last warning before jobs are stopped. */
  readonly isLast?: boolean;
  /** The jobs that would be stopped, the newest first; only in mode `observe`. */
  readonly wouldStop?: readonly JobRef[];
  /** The jobs whose cost is not known. */
  readonly notPriced?: readonly JobRef[];
  /** When Ground Control tries again to stop jobs. */
  readonly againAt?: Date | undefined;
  /** A job of the budget, for the account and the region. */
  readonly job: JobRef;
}

type Settings = Pick<FunctionConfiguration, 'budgets' | 'timeZone' | 'chat'>;

/** The notice about `news`. People get it once, whichever function finds it. */
export function monthNotice(news: MonthNews, now: Date, configuration: FunctionConfiguration): NotifyAction {
  const { tag, value, month, budget } = news.standing;
  const resource = `monthly-budget|${encodeURIComponent(tag)}/${encodeURIComponent(value)}`;
  const when = news.what === 'held-back' ? `|${news.againAt?.toISOString()}` : '';
  const id = `budget|${resource}|${month}|${budget}|${news.what}${when}`;
  return {
    kind: 'notify',
    key: `notify|${id}`,
    resource,
    isShared: true,
    notice: renderNotice(monthAlert(id, news, now, configuration), configuration),
    numbers: monthNumbers(news.standing),
  };
}

const ALL = 100;

/** The alert for `news`; `id` is its identity. */
export function monthAlert(id: string, news: MonthNews, now: Date, configuration: Settings): Alert {
  const { standing, what, isLast = false } = news;
  const { tag, value } = standing;
  const of = { [tag]: value };
  const end = spentAt(standing, now, configuration.timeZone);
  const isOut = what === ALL || typeof what !== 'number';
  const severity: Severity = what === 'held-back' ? 'critical' : isOut ? 'error' : isLast ? 'warning' : 'info';
  return {
    outcome: 'budget',
    severity,
    status: undefined,
    label: labelOf(news),
    change: aboutBudget(news, now),
    id,
    summary: `${spentInMonth(standing)}${what === ALL || end === undefined ? '' : `, all at ${end}`}`,
    headline: headline(news, configuration),
    cause: {
      code: codeOf(what),
      cause: [
        `${formatUsd(standing.spent)} of ${formatUsd(standing.budget)} is spent.`,
        ...outlook(standing, end),
        ...runningWords(standing),
        ...notPricedWords(news),
        consequence(news, configuration),
      ].join(' '),
      nextStep: `${choice(news, configuration)}${raiseMonth(standing)} Who operates Ground Control sees what runs now with npm run cost.`,
      retry: undefined,
    },
    reason: undefined,
    owner: { owner: of['owner'] ?? 'unknown', team: of['team'] ?? 'unknown', project: of['project'] ?? 'unknown' },
    durationSeconds: undefined,
    cost: undefined,
    links: { console: undefined, logs: undefined },
  };
}

function labelOf({ what, standing }: MonthNews): string {
  if (what === 'held-back') return `${isSpent(standing) ? 'OVER BUDGET' : 'BUDGET RUNS OUT'}, NOT STOPPED`;
  if (what === 'short') return 'BUDGET RUNS OUT';
  return what === ALL ? 'BUDGET SPENT' : `BUDGET ${used(what, standing)} %`;
}

const codeOf = (what: MonthEvent): `monthly-budget-${string}` => {
  if (what === ALL) return 'monthly-budget-spent';
  return typeof what === 'number' ? 'monthly-budget-warning' : `monthly-budget-${what}`;
};

function headline({ what, standing }: MonthNews, { budgets }: Settings): string {
  const { tag, value, month } = standing;
  const who = `${nameOfType(tag)} ${displayName(value)}`;
  const its = `its budget for ${nameOfMonth(month)}`;
  const short = `${who}: the rest of ${its} lasts less than ${formatDuration(budgets.runwayMinutes * 60)}`;
  if (what === 'short') return `${short} at the present pace.`;
  if (what === 'held-back') return `${isSpent(standing) ? `${who} has spent ${its}` : short}, and jobs go on.`;
  if (what === ALL) return `${who} has spent ${its}.`;
  return `${who} has used ${used(what, standing)} % of ${its}.`;
}

/** Percent of the budget that is spent: a warning may come late, and say more than its threshold. */
const used = (threshold: number, { spent, budget }: MonthStanding): number =>
  Math.max(threshold, wholePercent(spent, budget));

/** What Ground Control does about it. */
function consequence(news: MonthNews, { budgets, timeZone }: Settings): string {
  const { what, standing, wouldStop = [], againAt } = news;
  const { mode, runwayMinutes, mostStopsPerHour } = budgets;
  const runway = formatDuration(runwayMinutes * 60);
  if (mode === 'observe') {
    const would = wouldStop.length === 0 ? '' : ` In mode enforce, it would stop now: ${namesOf(wouldStop)}.`;
    return `Ground Control stops nothing, because ground-control.yml has budgets.mode: observe.${would}`;
  }
  if (mostStopsPerHour === 0) {
    return 'Ground Control stops nothing, because ground-control.yml has budgets.mostStopsPerHour: 0. You decide.';
  }
  if (what === 'held-back') {
    const most = `the most that budgets.mostStopsPerHour allows`;
    const again = againAt === undefined ? '' : ` It may stop more from ${formatTime(againAt, timeZone)} on.`;
    return `Ground Control has stopped ${counted(mostStopsPerHour, 'job')} in this hour, ${most}.${again}`;
  }
  if (what === ALL) {
    const others = standing.protectedPerHour > 0n ? ' Protected jobs go on.' : '';
    return `Ground Control stops the running jobs of this budget, and those that start later this month.${others}`;
  }
  const lost = 'A job without checkpoints loses what it has not written.';
  return what === 'short'
    ? `Ground Control stops the newest jobs, as few as needed for the rest to last ${runway}. Older jobs go on. ${lost}`
    : `When the rest lasts less than ${runway}, Ground Control stops the newest jobs, so that older ones go on. When nothing is left, it stops all. ${lost}`;
}

/** What people may do where Ground Control does not stop the jobs. */
function choice({ what }: MonthNews, { budgets }: Settings): string {
  if (what === 'held-back') return 'Stop jobs yourself, or let them go on. ';
  const isOut = what === ALL || what === 'short';
  return isOut && budgets.mode === 'observe'
    ? 'Stop jobs yourself, or let Ground Control do it with budgets.mode: enforce. '
    : '';
}

const MOST_NAMES = 10;

/** `a, b, and 3 more`. */
function namesOf(jobs: readonly JobRef[]): string {
  const names = jobs.slice(0, MOST_NAMES).map(({ arn }) => displayName(arn.slice(arn.lastIndexOf('/') + 1)));
  return `${names.join(', ')}${jobs.length > MOST_NAMES ? `, and ${jobs.length - MOST_NAMES} more` : ''}`;
}

function notPricedWords({ standing: { unpriced }, notPriced = [] }: MonthNews): string[] {
  if (unpriced === 0) return [];
  const names = notPriced.length === 0 ? '' : `: ${namesOf(notPriced)}`;
  return [`The amount spent does not contain ${counted(unpriced, 'job')} whose cost is not known${names}.`];
}

/**
 * When the jobs that run now will have spent the rest; absent when nothing is left, or the month ends first. The next
 * month has a budget of its own.
 */
function spentAt({ spent, budget, perHour, month }: MonthStanding, now: Date, timeZone: string): string | undefined {
  const seconds = spent >= budget ? undefined : secondsFor(budget - spent, perHour);
  if (seconds === undefined || now.getTime() + seconds * 1000 >= endOf(month, timeZone).getTime()) return undefined;
  return formatTime(new Date(now.getTime() + seconds * 1000), timeZone);
}

/** The same as a sentence. */
function outlook({ spent, budget, perHour }: MonthStanding, end: string | undefined): string[] {
  if (perHour <= 0n || spent >= budget) return [];
  const isShort = (secondsFor(budget - spent, perHour) ?? Infinity) < 60;
  return [
    `At the present pace, the money lasts ${isShort ? 'less than a minute' : `until ${end ?? 'the month ends'}`}.`,
  ];
}

/** A change whose resource is the budget, in the account and the region of one of its jobs. */
function aboutBudget({ standing, job }: MonthNews, now: Date): StateChange {
  const [, partition = 'aws', , region, account] = job.arn.split(':');
  const family: Family = job.type === 'tuning-job' ? 'tuning-job' : job.type;
  return changeAbout({
    event: { id: undefined, detailType: 'budget check', at: now },
    family,
    account,
    region,
    partition,
    resource: { type: standing.tag, name: standing.value, arn: undefined },
    details: monthFacts(standing),
  });
}
