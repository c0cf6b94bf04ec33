/** What people are told about a month's budget: its warnings, and that it is spent. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Detail, StateChange } from '../../schemas/event/state-change.ts';
import type { Severity } from '../../schemas/vocabulary.ts';
import type { Alert } from '../alert/alert.ts';
import { formatTime } from '../alert/render/time.ts';
import { displayName, nameOfType } from '../alert/wording.ts';
import { formatPrice, formatUsd, secondsFor } from '../cost/money.ts';
import { type Allowance, nameOf, shareOf } from './booking.ts';
import { nameOfMonth } from './calendar.ts';
import type { BudgetPlan } from './check.ts';
import { isAsGoodAsSpent, type MonthStanding, newestFirst } from './ledger.ts';

/**
 * A month has come to `percent` of its budget; or `given-away`: what is not spent is held by running jobs, and a job that
 * needed more has been stopped, or would be.
 */
export interface MonthNews {
  readonly standing: MonthStanding;
  readonly what: number | 'given-away';
  /** It is the last that people hear of before jobs are stopped. */
  readonly isLast: boolean;
}

const ALL = 100;

/** What is to be told of the months of a job: how far each has come, and that nothing is left where it is stopped for that. */
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

/** The alert for `news`; `id` is its identity. `change` is the job that was looked at when it showed. */
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
  return {
    outcome: 'budget',
    severity,
    status: undefined,
    label: what === ALL ? 'BUDGET SPENT' : what === 'given-away' ? 'BUDGET GIVEN AWAY' : `BUDGET ${what} %`,
    change: aboutBudget(change, standing),
    id,
    headline: headline(what, standing),
    cause: {
      code: what === ALL ? 'monthly-budget-spent' : isSpent ? 'monthly-budget-given-away' : 'monthly-budget-warning',
      cause: `${standingWords(standing)} ${isSpent ? consequence[mode].spent : `${outlook(standing, now, timeZone)} ${consequence[mode].later}`}`,
      nextStep: `${raiseMonth(standing)} What runs now: npm run cost.`,
      retry: undefined,
    },
    reason: undefined,
    owner: { owner: of['owner'] ?? 'unknown', team: of['team'] ?? 'unknown', project: of['project'] ?? 'unknown' },
    durationSeconds: undefined,
    cost: undefined,
    links: { console: undefined, logs: undefined },
  };
}

function headline(what: MonthNews['what'], { tag, value, month }: MonthStanding): string {
  const who = `${nameOfType(tag)} ${displayName(value)}`;
  const budget = `its budget for ${nameOfMonth(month)}`;
  if (what === 'given-away') return `${who}: running jobs hold all that is left of ${budget}.`;
  return what === ALL ? `${who} has spent ${budget}.` : `${who} has used ${what} % of ${budget}.`;
}

const consequence = {
  enforce: {
    spent: 'Its running jobs are stopped, the newest first, and so are new ones.',
    later:
      'Then its running jobs are stopped, the newest first; one that keeps no checkpoints loses what it has not written.',
  },
  observe: {
    spent: 'Nothing is stopped: ground-control.yml says budgets.mode: observe.',
    later: 'Nothing will be stopped then: ground-control.yml says budgets.mode: observe.',
  },
} as const;

/** `$1612.40 of $2000.00 are spent, and $40.00 more reserved by 3 running jobs.` */
export function standingWords({ spent, reserved, budget, running }: MonthStanding): string {
  const jobs = running === 0 ? '' : `, and ${formatUsd(reserved)} more reserved by ${count(running)}`;
  return `${formatUsd(spent)} of ${formatUsd(budget)} are spent${jobs}.`;
}

const count = (jobs: number) => `${jobs} running ${jobs === 1 ? 'job' : 'jobs'}`;

/** When what runs now will have spent the rest. */
function outlook({ spent, budget, perHour }: MonthStanding, now: Date, timeZone: string): string {
  const seconds = secondsFor(Math.max(0, budget - spent), perHour);
  if (seconds === undefined) return 'Nothing that is running is charged at this moment.';
  const at = formatTime(new Date(now.getTime() + seconds * 1000), timeZone);
  return `At ${formatPrice(perHour)} an hour, as now, the rest is spent at ${at}.`;
}

export const raiseMonth = ({ tag, value }: MonthStanding): string =>
  `To go on this month, raise budgets.monthly: ${tag}: ${value} in ground-control.yml, and deploy.`;

/** What the audit keeps of a month. */
export function monthNumbers(standing: MonthStanding): Record<string, string> {
  return Object.fromEntries(factsOf(standing).map(({ label, value }) => [label.toLowerCase(), value]));
}

function factsOf(standing: MonthStanding): Detail[] {
  const { spent, reserved, budget, running } = standing;
  return [
    { label: 'Month', value: nameOf(standing) },
    { label: 'Spent', value: `${formatUsd(spent)} of ${formatUsd(budget)}` },
    { label: 'Reserved', value: `${formatUsd(reserved)} by ${count(running)}` },
    ...(running === 0 ? [] : [{ label: 'Running, newest first', value: namesOf(standing) }]),
  ];
}

const MOST_NAMES = 10;

function namesOf({ holdings }: MonthStanding): string {
  const newest = newestFirst(holdings).slice(0, MOST_NAMES);
  const names = newest.map(([, { job }]) => job.arn.slice(job.arn.lastIndexOf('/') + 1));
  return `${names.join(', ')}${holdings.size > MOST_NAMES ? ', …' : ''}`;
}

/** The budget in the job's place: nothing of the job is about it. */
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
