/** The alerts about a monthly budget: part or all of it is spent, or running jobs have reserved the rest. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Detail, StateChange } from '../../schemas/event/state-change.ts';
import { counted } from '../../schemas/text/count.ts';
import type { Severity } from '../../schemas/vocabulary.ts';
import type { Alert } from '../alert/alert.ts';
import { formatTime } from '../alert/render/time.ts';
import { displayName, nameOfType } from '../alert/wording.ts';
import { formatPrice, formatUsd, secondsFor, wholePercent } from '../cost/money.ts';
import { type Allowance, nameOf, shareOf } from './booking.ts';
import { nameOfMonth } from './calendar.ts';
import type { BudgetPlan } from './check.ts';
import { isAsGoodAsSpent, type MonthStanding, newestFirst } from './ledger.ts';

/**
 * A month has reached a percentage of its budget. `given-away`: running jobs have reserved the rest, and a job that
 * needed more was stopped, or would be stopped in mode `enforce`.
 */
export interface MonthNews {
  readonly standing: MonthStanding;
  readonly what: number | 'given-away';
  /** It is the last warning before jobs are stopped. */
  readonly isLast: boolean;
}

const ALL = 100;

/** The news about the months of a job: the share that is spent, and `given-away` if the job is stopped for that. */
export function monthNews({ left }: Allowance, plan: BudgetPlan, warnAt: readonly number[]): MonthNews[] {
  const spent = [plan.stop?.cap, ...plan.findings.map((finding) => ('cap' in finding ? finding.cap : undefined))].map(
    (cap) => cap?.month,
  );
  return left.flatMap(({ cap: { month: standing } }): MonthNews[] => {
    const percent = [...warnAt, ALL].findLast((one) => hasReached(standing, one));
    const told: MonthNews[] =
      percent === undefined ? [] : [{ standing, what: percent, isLast: percent === warnAt.at(-1) }];
    const isGivenAway = percent !== ALL && spent.includes(standing);
    return isGivenAway ? [...told, { standing, what: 'given-away', isLast: false }] : told;
  });
}

function hasReached({ spent, budget, perHour }: MonthStanding, percent: number): boolean {
  const short = shareOf(budget, percent) - spent;
  return isAsGoodAsSpent(short, perHour);
}

/** The alert for `news`; `id` is its identity. `change` is the job whose check brought the news. */
export function monthAlert(
  id: string,
  { standing, what, isLast }: MonthNews,
  change: StateChange,
  now: Date,
  { budgets: { mode }, timeZone }: Pick<FunctionConfiguration, 'budgets' | 'timeZone'>,
): Alert {
  const { tag, value } = standing;
  const isSpent = what === ALL || what === 'given-away';
  const severity: Severity = isSpent ? 'error' : isLast ? 'warning' : 'info';
  const of = { [tag]: value };
  const { spent, later } = consequence[mode];
  const end = spentAt(standing, now, timeZone);
  return {
    outcome: 'budget',
    severity,
    status: undefined,
    label:
      what === ALL ? 'BUDGET SPENT' : what === 'given-away' ? 'BUDGET RESERVED' : `BUDGET ${used(what, standing)} %`,
    change: aboutBudget(change, standing),
    id,
    summary: `${spentInMonth(standing)}${summaryOf(what, standing, end)}`,
    headline: headline(what, standing),
    cause: {
      code: what === ALL ? 'monthly-budget-spent' : isSpent ? 'monthly-budget-given-away' : 'monthly-budget-warning',
      cause: [standingWords(standing), ...(isSpent ? [spent] : [outlook(standing, end), later])].join(' '),
      nextStep: `${raiseMonth(standing)} To see what runs now: npm run cost.`,
      retry: undefined,
    },
    reason: undefined,
    owner: { owner: of['owner'] ?? 'unknown', team: of['team'] ?? 'unknown', project: of['project'] ?? 'unknown' },
    durationSeconds: undefined,
    cost: undefined,
    links: { console: undefined, logs: undefined },
  };
}

function headline(what: MonthNews['what'], standing: MonthStanding): string {
  const { tag, value, month } = standing;
  const who = `${nameOfType(tag)} ${displayName(value)}`;
  const budget = `its budget for ${nameOfMonth(month)}`;
  if (what === 'given-away') return `${who}: running jobs have reserved all that is left of ${budget}.`;
  return what === ALL ? `${who} has spent ${budget}.` : `${who} has used ${used(what, standing)} % of ${budget}.`;
}

/** Percent of the budget that is spent: a warning may come late, and say more than its threshold. */
const used = (threshold: number, { spent, budget }: MonthStanding): number =>
  Math.max(threshold, wholePercent(spent, budget));

/** What an SMS says after the amount and the limit. */
function summaryOf(what: MonthNews['what'], { reserved }: MonthStanding, end: string | undefined): string {
  if (what === 'given-away') return `, ${formatUsd(reserved)} reserved`;
  return what === ALL || end === undefined ? '' : `, all at ${end}`;
}

const consequence = {
  enforce: {
    spent: 'Ground Control stops running jobs of this budget, the newest first. It also stops new jobs.',
    later:
      'Then Ground Control stops running jobs of this budget, the newest first. ' +
      'A job without checkpoints loses what it has not written.',
  },
  observe: {
    spent: 'Ground Control stops nothing, because ground-control.yml has budgets.mode: observe.',
    later: 'Ground Control will stop nothing then, because ground-control.yml has budgets.mode: observe.',
  },
} as const;

/** `$80.00 of the $100.00 in the … budget of … is spent. Another $9.00 is reserved by 2 running jobs.` */
export function standingWords(standing: MonthStanding): string {
  const { spent, reserved, budget, running } = standing;
  const money = `${formatUsd(spent)} of the ${formatUsd(budget)} in ${nameOf(standing)} is spent.`;
  return running === 0 ? money : `${money} Another ${formatUsd(reserved)} is reserved by ${jobs(running)}.`;
}

/** `$80.00 of $100.00 spent in November 2026`, for an SMS. */
export const spentInMonth = ({ spent, budget, month }: MonthStanding): string =>
  `${formatUsd(spent)} of ${formatUsd(budget)} spent in ${nameOfMonth(month)}`;

const jobs = (running: number): string => counted(running, 'running job');

/** When the jobs that run now will have spent the rest; absent when that is never, or in years. */
function spentAt({ spent, budget, perHour }: MonthStanding, now: Date, timeZone: string): string | undefined {
  const seconds = secondsFor(Math.max(0, budget - spent), perHour);
  return seconds === undefined ? undefined : formatTime(new Date(now.getTime() + seconds * 1000), timeZone);
}

/** The same as a sentence; `end` is when the rest will be spent. */
function outlook({ perHour }: MonthStanding, end: string | undefined): string {
  if (perHour <= 0n) return 'No running job is charged at this moment.';
  const rate = `At the present rate of ${formatPrice(perHour)} an hour, the rest`;
  return end === undefined ? `${rate} lasts for years.` : `${rate} will be spent at ${end}.`;
}

/** How to raise the budget of this month. */
export const raiseMonth = ({ tag, value }: MonthStanding): string =>
  `To allow more this month, raise budgets.monthly: ${tag}: ${value} in ground-control.yml, and deploy.`;

/** The numbers of a month that the audit keeps. */
export function monthNumbers(standing: MonthStanding): Record<string, string> {
  return Object.fromEntries(factsOf(standing).map(({ label, value }) => [label.toLowerCase(), value]));
}

function factsOf(standing: MonthStanding): Detail[] {
  const { spent, reserved, budget, running } = standing;
  return [
    { label: 'Month', value: nameOf(standing) },
    { label: 'Spent', value: `${formatUsd(spent)} of ${formatUsd(budget)}` },
    { label: 'Reserved', value: `${formatUsd(reserved)} by ${jobs(running)}` },
    ...(running === 0 ? [] : [{ label: 'Running, newest first', value: namesOf(standing) }]),
  ];
}

const MOST_NAMES = 10;

function namesOf({ holdings }: MonthStanding): string {
  const newest = newestFirst(holdings).slice(0, MOST_NAMES);
  const names = newest.map(([, { job }]) => job.arn.slice(job.arn.lastIndexOf('/') + 1));
  return `${names.join(', ')}${holdings.size > MOST_NAMES ? ', …' : ''}`;
}

/** The change with the budget as its resource. Nothing about the job stays, because the alert is not about the job. */
function aboutBudget(change: StateChange, standing: MonthStanding): StateChange {
  return {
    ...change,
    resource: { type: standing.tag, name: standing.value, arn: undefined },
    part: undefined,
    status: undefined,
    secondaryStatus: undefined,
    createdAt: undefined,
    startedAt: undefined,
    endedAt: undefined,
    instances: [],
    billing: undefined,
    qualifier: undefined,
    details: factsOf(standing),
  };
}
