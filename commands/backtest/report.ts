/** What `backtest` reports: what each job cost, what failed jobs wasted, and what the policy would have done about it. */
import { judge } from '../../domain/change/outcome.ts';
import { type Owner, ownerOf } from '../../domain/change/owner.ts';
import { isPriced } from '../../domain/cost/meter.ts';
import { type MicroUsd, toMicroUsd } from '../../domain/cost/money.ts';
import { type Costs, costsWith } from '../../handlers/cost/cost-of-job.ts';
import { judgePast, type PastMonth, type PastVerdict } from '../../local/backtest/past-budgets.ts';
import type { Past, PastJob } from '../../local/backtest/past-jobs.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { PastPrices } from './prices.ts';

/** One job. Amounts in micro-USD. */
export interface JobRow extends Owner {
  readonly verdict: PastVerdict;
  readonly region: string | undefined;
  readonly status: string | undefined;
  readonly startedAt: Date | undefined;
  /** Absent when it is not known. */
  readonly cost: MicroUsd | undefined;
  /** What the job cost if it failed; of a tuning job that did not fail, what its failed training jobs cost. */
  readonly wasted: MicroUsd;
  readonly saved: MicroUsd;
  /** Its cost is calculated with the price of another region. */
  readonly isApproximate: boolean;
}

/** Sums over jobs. Amounts in micro-USD. Jobs without a known cost count as jobs only. */
export interface Sums {
  readonly jobs: number;
  readonly unpriced: number;
  readonly cost: MicroUsd;
  readonly failed: number;
  readonly wasted: MicroUsd;
  readonly warned: number;
  readonly stopped: number;
  readonly saved: MicroUsd;
  readonly isApproximate: boolean;
}

export const GROUPINGS = ['owner', 'team', 'project'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The jobs of one owner, team or project. */
export interface GroupRow extends Sums {
  readonly by: Grouping;
  readonly name: string;
}

export interface Report {
  readonly jobs: readonly JobRow[];
  /** By owner, by team, by project; the most expensive of each first. */
  readonly groups: readonly GroupRow[];
  readonly months: readonly PastMonth[];
  readonly total: Sums;
  /** Instances that are charged at the price of another region. */
  readonly standIns: readonly string[];
  /** Whether anything in the policy, or a tag of a job, limits what jobs may cost. */
  readonly isLimited: boolean;
}

/** Judges `past` by the budgets of `configuration`. */
export async function reportOn(past: Past, configuration: Configuration, prices: PastPrices): Promise<Report> {
  const { verdicts, months } = await judgePast(past, configuration, prices.list);
  const costs = costsWith(configuration.budgets.prices, {
    list: prices.list,
    trainingJobsOf: async () => [],
    spotShares: async () => [],
  });
  const jobs: JobRow[] = [];
  for (const verdict of verdicts) {
    const { change } = verdict.past;
    const cost = verdict.costUsd === null ? undefined : toMicroUsd(verdict.costUsd);
    jobs.push({
      ...ownerOf(change.tags, configuration.tags),
      verdict,
      region: change.region,
      status: judge(change).status,
      startedAt: change.startedAt,
      cost,
      wasted: await wastedBy(verdict.past, cost, costs, past.until),
      saved: toMicroUsd(verdict.savedUsd),
      isApproximate: cost !== undefined && cost > 0 && prices.standIns(machinesOf(verdict.past)).length > 0,
    });
  }
  const approximate = jobs.filter(({ isApproximate }) => isApproximate);
  const { caps, teams, projects, monthly } = configuration.budgets;
  const hasCaps = [caps, ...Object.values(teams), ...Object.values(projects), ...Object.values(monthly)].some(
    (group) => Object.keys(group).length > 0,
  );
  return {
    jobs,
    groups: GROUPINGS.flatMap((by) => groupsOf(jobs, by)),
    months,
    total: sumsOf(jobs),
    standIns: [...new Set(prices.standIns(approximate.flatMap(({ verdict }) => machinesOf(verdict.past))))].sort(),
    isLimited: hasCaps || verdicts.some(({ capUsd, flaws }) => capUsd !== null || flaws.length > 0),
  };
}

/** The jobs whose instances are charged. */
const machinesOf = ({ change, children }: PastJob) => (change.resource.type === 'tuning-job' ? children : [change]);

const isFailed = (change: PastJob['change']) => judge(change).outcome === 'failed';

async function wastedBy(
  { change, children }: PastJob,
  cost: MicroUsd | undefined,
  costs: Costs,
  until: Date,
): Promise<MicroUsd> {
  if (isFailed(change)) return cost ?? 0;
  let wasted = 0;
  for (const child of children.filter(isFailed)) {
    const metered = await costs(child, until);
    if (isPriced(metered)) wasted += metered.amount;
  }
  // SageMaker may write down the end of a training job later than that of its tuning job.
  return Math.min(wasted, cost ?? wasted);
}

function sumsOf(rows: readonly JobRow[]): Sums {
  const sum = (amount: (row: JobRow) => number) => rows.reduce((total, row) => total + amount(row), 0);
  const count = (isOne: (row: JobRow) => boolean) => rows.filter(isOne).length;
  return {
    jobs: rows.length,
    unpriced: count(({ cost }) => cost === undefined),
    cost: sum(({ cost }) => cost ?? 0),
    failed: count(({ verdict }) => isFailed(verdict.past.change)),
    wasted: sum(({ wasted }) => wasted),
    warned: count(({ verdict }) => verdict.warned.length > 0),
    stopped: count(({ verdict }) => verdict.stoppedAt !== null),
    saved: sum(({ saved }) => saved),
    isApproximate: rows.some(({ isApproximate }) => isApproximate),
  };
}

function groupsOf(jobs: readonly JobRow[], by: Grouping): GroupRow[] {
  const members = new Map<string, JobRow[]>();
  for (const job of jobs) {
    const group = members.get(job[by]);
    if (group === undefined) members.set(job[by], [job]);
    else group.push(job);
  }
  return [...members]
    .map(([name, rows]) => ({ by, name, ...sumsOf(rows) }))
    .toSorted((one, other) => other.cost - one.cost || (one.name < other.name ? -1 : 1));
}
