/** Plans jobs with caps and monthly budgets. */
import { jobOf } from './jobs.ts';
import { changeAt, type Life, type PlannedBudget, type Planning } from './life.ts';

const ALONE: readonly PlannedBudget[] = ['spent', 'protected', 'spending', 'modest'];
const MINUTE = 60_000;
/** Minutes that a job with a budget has already run when its first event arrives. */
const RAN = 60;
/** Two `ml.g5.2xlarge` at 1.515 USD an hour each. */
export const USD_PER_HOUR = 3.03;

/** Caps in USD. After `RAN` the machines have cost 3.03 USD. */
export const CAP: Readonly<Partial<Record<PlannedBudget, string>>> = {
  spent: '2.50',
  spending: '3.28', // some five minutes more
  protected: '2.50',
  modest: '5000',
};

/** Each group of so many lives has months of its own. */
const GROUP = 40;

interface Counted {
  readonly budget: PlannedBudget;
  /** Minutes that it has run when the story begins: jobs of a month that runs out begin one after the other. */
  readonly ran: number;
}

/** The jobs that months count, by their number in the group. The newest job of the month that runs out is protected. */
const IN_GROUP: ReadonlyMap<number, Counted> = new Map([
  [3, { budget: 'dry', ran: RAN + 5 }],
  [12, { budget: 'dry', ran: RAN }],
  [17, { budget: 'dry', ran: RAN + 15 }],
  [28, { budget: 'dry', ran: RAN + 10 }],
  [33, { budget: 'shielded', ran: RAN - 5 }],
  [21, { budget: 'gone', ran: RAN }],
  [35, { budget: 'gone', ran: RAN }],
  [13, { budget: 'counted', ran: RAN }],
  [37, { budget: 'moved', ran: RAN }],
]);

/** Minutes into the story from which on the rest of a dry month lasts less than the runway: 10 are too early, 20 late. */
const SHORT_AFTER = 12.5;
/** The default of `budgets.runwayMinutes`. */
export const RUNWAY = 30;

/** The project of a job that a month counts, in the group of the life with this number. */
function projectOf(budget: PlannedBudget, number: number): string {
  const group = Math.floor(number / GROUP);
  return budget === 'shielded' ? `dry-${group}` : budget === 'dry' || budget === 'gone' ? `${budget}-${group}` : budget;
}

/** Monthly budgets in USD, by project, for a plan of `lives` lives. */
export function monthlyBudgets(lives: number): Readonly<Record<string, number>> {
  const jobs = Array.from({ length: lives }, (_, number) => ({ number, ...IN_GROUP.get(number % GROUP) }));
  const projects = Map.groupBy(jobs, ({ number, budget }) => (budget === undefined ? '' : projectOf(budget, number)));
  projects.delete('');
  const dry = (rans: readonly number[]) => rans.reduce((sum, ran) => sum + ran + SHORT_AFTER + RUNWAY, 0);
  const amounts = [...projects].map(([project, of]) => {
    if (project.startsWith('gone')) return [project, 1];
    const cents = Math.round((dry(of.map(({ ran = 0 }) => ran)) / 60) * USD_PER_HOUR * 100);
    return [project, project.startsWith('dry') ? cents / 100 : 1_000_000];
  });
  return Object.fromEntries(amounts);
}

/** The job with a budget that has this number, if it has one. */
export function planBudgeted(planning: Planning): Life | undefined {
  const { random, number, span } = planning;
  // By number, so that also a short story has each kind.
  const counted = IN_GROUP.get(number % GROUP);
  if (counted !== undefined) return spender(planning, counted, random.between(0, span));
  if (number % 20 === 7) return spender(planning, { budget: kindOf(number), ran: RAN }, random.between(0, span));
  return undefined;
}

const kindOf = (number: number): PlannedBudget => ALONE[Math.floor(number / 20) % ALONE.length] ?? 'spent';

/** A job with a budget. Only `counted` and `moved` ones end by themselves; others run until somebody stops them. */
function spender(planning: Planning, { budget, ran }: Counted, begin: number): Life {
  const { random, number, start } = planning;
  const name = `job-${number}`;
  const end = budget === 'counted' || budget === 'moved' ? begin + random.between(5, 300) : undefined;
  const running = changeAt(planning, begin, 'InProgress', 'Training');
  const isAlone = CAP[budget] !== undefined;
  const from = start - ran * MINUTE + (isAlone ? begin : 0);
  const project = isAlone ? undefined : projectOf(budget, number);
  const isProtected = budget === 'protected' || budget === 'shielded';
  return jobOf(
    'training-job',
    start,
    {
      type: 'training-job',
      name,
      arn: `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`,
      createdAt: start + begin,
      team: undefined,
      work: { from, to: end === undefined ? undefined : start + end, usdPerHour: USD_PER_HOUR },
      budget,
      ...(project !== undefined && { project }),
      isListed: true,
      changes: end === undefined ? [running] : [running, changeAt(planning, end, 'Completed', 'Completed')],
    },
    (change) => ({
      ...(project !== undefined && { project: budget === 'moved' && change === running ? 'counted' : project }),
      ...(CAP[budget] !== undefined && { 'ground-control:max-cost-usd': CAP[budget] }),
      ...(isProtected && { 'ground-control:protected': 'true' }),
    }),
  );
}
