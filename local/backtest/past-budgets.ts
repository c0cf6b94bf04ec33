/**
 * Applies the budgets of a configuration to past jobs. The production policy checks each job at the times at which it
 * would have been checked, and its decisions are simulated. Nothing waits, and no AWS resource changes.
 */
import { setImmediate } from 'node:timers/promises';
import type { PriceList } from '../../adapters/pricing/price-list.ts';
import { type BudgetPlan, checkBudget } from '../../domain/budget/check.ts';
import { type Checked, UNCHECKED } from '../../domain/budget/checked.ts';
import { situationOf } from '../../domain/budget/decide.ts';
import type { LedgerId } from '../../domain/budget/ledger.ts';
import { capKey } from '../../domain/budget/limits.ts';
import { monthNews } from '../../domain/budget/month-alert.ts';
import { isPriced, type Metered } from '../../domain/cost/meter.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { book } from '../../handlers/budget/book-job.ts';
import { type Costs, costsWith } from '../../handlers/cost/cost-of-job.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { LedgersInMemory } from './ledgers-in-memory.ts';
import { type Past, type PastJob, runningAt, stoppedAt } from './past-jobs.ts';

/** What Ground Control would have done about one job. */
export interface PastVerdict {
  readonly job: string;
  readonly type: Budgeted;
  readonly endedAt: string | null;
  readonly costUsd: number | null;
  readonly capUsd: number | null;
  /** Percentages of the cap that people would have been warned about. */
  readonly warned: readonly number[];
  readonly stoppedAt: string | null;
  /** Why it would have been stopped: `the cap of the tag …`, `the November 2026 budget of project churn`. */
  readonly stoppedFor: string | null;
  readonly savedUsd: number;
  /** Why Ground Control would not have stopped the job; `null` when it would have. */
  readonly reason: string | null;
}

/** What one month of a budget would have cost. */
export interface PastMonth extends LedgerId {
  readonly spent: MicroUsd;
  readonly budget: MicroUsd;
  /** Percentages that people would have been told about; 100: the budget is spent. */
  readonly told: readonly number[];
}

/** The simulation of one job, whose fields change from check to check. */
interface Course {
  readonly past: PastJob;
  readonly type: Budgeted;
  readonly end: Date;
  readonly warned: Set<number>;
  checked: Checked;
  stopped: { readonly at: Date; readonly why: string } | undefined;
  reason: string;
}

const HOUR = 3_600_000;

/**
 * What Ground Control would have done about each job, and what each month would have cost. `list` gives the prices;
 * jobs that had not ended by `until` are followed until then. The policy counts as enforced, whatever its mode.
 */
export async function judgePast(
  { jobs, until }: Pick<Past, 'jobs' | 'until'>,
  configuration: Configuration,
  list: PriceList,
): Promise<{ readonly verdicts: PastVerdict[]; readonly months: PastMonth[] }> {
  const run = new Simulation(configuration, list);
  const verdicts: (() => Promise<PastVerdict>)[] = [];
  for (const past of jobs) {
    const { change } = past;
    const { type } = change.resource;
    if (!isBudgeted(type)) continue;
    const { startedAt, endedAt = until } = change;
    if (startedAt === undefined) {
      verdicts.push(async () => ({
        ...NOTHING,
        job: change.resource.name,
        type,
        reason: 'no event says when it began',
      }));
      continue;
    }
    const course: Course = {
      past,
      type,
      end: endedAt,
      warned: new Set<number>(),
      checked: UNCHECKED,
      stopped: undefined,
      reason: '',
    };
    run.checkAt(course, startedAt);
    run.checkAt(course, endedAt);
    verdicts.push(() => run.verdictOf(course));
  }
  await run.play();
  return { verdicts: await Promise.all(verdicts.map((verdict) => verdict())), months: run.months() };
}

const NOTHING = {
  endedAt: null,
  costUsd: null,
  capUsd: null,
  warned: [],
  stoppedAt: null,
  stoppedFor: null,
  savedUsd: 0,
} as const;

class Simulation {
  readonly #configuration: Configuration;
  readonly #costs: Costs;
  /** Checks to come, in the order of their times (epoch milliseconds). */
  readonly #checks: { readonly at: number; readonly course: Course }[] = [];
  readonly #courses = new Map<string, Course>();
  readonly #ledgers = new LedgersInMemory();
  /** Number of stops, by clock hour. */
  readonly #stops = new Map<number, number>();
  #now = new Date(0);
  #current: Course | undefined;

  constructor(configuration: Configuration, list: PriceList) {
    // Enforced, because the result says what would have been stopped.
    const budgets = { ...configuration.budgets, mode: 'enforce' } as const;
    this.#configuration = { ...configuration, budgets };
    this.#costs = costsWith(budgets.prices, {
      list,
      trainingJobsOf: async () => this.#children(),
      // Running spot jobs count at the on-demand price, as they do when Ground Control is new.
      spotShares: async () => [],
    });
  }

  checkAt(course: Course, at: Date): void {
    this.#courses.set(course.past.change.resource.arn ?? course.past.change.resource.name, course);
    const before = this.#checks.findLastIndex((check) => check.at <= at.getTime());
    this.#checks.splice(before + 1, 0, { at: at.getTime(), course });
  }

  async play(): Promise<void> {
    let count = 0;
    for (let next = this.#checks.shift(); next !== undefined; next = this.#checks.shift()) {
      // Lets Node handle Ctrl-C.
      if (++count % 1000 === 0) await setImmediate();
      this.#now = new Date(next.at);
      await this.#check(next.course);
    }
  }

  months(): PastMonth[] {
    const kept = [...this.#ledgers.months].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return kept.map(([, { id, budget, ended, told }]) => ({
      ...id,
      budget,
      told: [...told].toSorted((a, b) => a - b),
      spent: [...ended.values()].reduce((sum, amount) => sum + amount, 0),
    }));
  }

  async verdictOf(course: Course): Promise<PastVerdict> {
    const { past, type, end, warned, stopped, reason } = course;
    const { change } = past;
    const whole = { ...course, stopped: undefined };
    const metered = await this.#costOf(whole, asOf(whole, end), end);
    const short = stopped === undefined ? metered : await this.#costOf(course, asOf(course, end), stopped.at);
    const saved = isPriced(metered) && isPriced(short) ? Math.max(0, metered.amount - short.amount) : 0;
    const { limits } = situationOf(refOf(type, change), change, metered, UNCHECKED, end, this.#configuration);
    return {
      job: change.resource.name,
      type,
      endedAt: change.endedAt?.toISOString() ?? null,
      costUsd: isPriced(metered) ? metered.amount / 1_000_000 : null,
      capUsd: limits.cap === undefined ? null : limits.cap.amount / 1_000_000,
      warned: [...warned].toSorted((a, b) => a - b),
      stoppedAt: stopped?.at.toISOString() ?? null,
      stoppedFor: stopped?.why ?? null,
      savedUsd: saved / 1_000_000,
      reason: stopped === undefined ? reason : null,
    };
  }

  async #check(course: Course): Promise<void> {
    const { past, type } = course;
    const change = asOf(course, this.#now);
    const metered = await this.#costOf(course, change, this.#now);
    const job = refOf(type, past.change);
    const situation = situationOf(job, change, metered, course.checked, this.#now, this.#configuration);
    const { allowance, booked } = await book(
      this.#ledgers,
      situation,
      this.#configuration.budgets.warnAt,
      async () => {},
    );
    course.checked = { ...course.checked, booked };
    const plan = checkBudget({ ...situation, allowance, budgets: this.#configuration.budgets });
    for (const { standing, what } of monthNews(allowance, plan, this.#configuration.budgets.warnAt)) {
      this.#ledgers.month(standing).told.add(what === 'given-away' ? 100 : what);
    }
    for (const other of allowance.others) {
      const found = this.#courses.get(other.job.arn);
      if (found !== undefined) this.checkAt(found, this.#now);
    }
    this.#note(course, plan, metered, situation);
    if (plan.nextAt !== undefined && course.stopped === undefined && plan.nextAt < course.end) {
      // At least a second later: a check that asks for another one at the same moment would repeat forever.
      this.checkAt(course, new Date(Math.max(plan.nextAt.getTime(), this.#now.getTime() + 1000)));
    }
  }

  #note(
    course: Course,
    plan: BudgetPlan,
    metered: Metered,
    { limits, monthly, verdict }: ReturnType<typeof situationOf>,
  ): void {
    for (const finding of plan.findings) if (finding.kind === 'warning') course.warned.add(finding.threshold);
    const over = plan.findings.find((finding) => finding.kind === 'over');
    if (over !== undefined) course.reason = `over its budget, and ${over.why === 'unclear' ? 'perhaps ' : ''}protected`;
    else if (!isPriced(metered)) course.reason = `not priced: ${metered.notPriced}`;
    else if (verdict.outcome !== 'running' && course.reason === '') {
      course.reason =
        limits.cap === undefined ? (monthly.length === 0 ? 'no cap' : 'within its month') : 'within its cap';
    }
    if (plan.stop === undefined || course.stopped !== undefined) return;
    const { cap } = plan.stop;
    const hour = Math.floor(this.#now.getTime() / HOUR);
    const stops = this.#stops.get(hour) ?? 0;
    if (stops >= this.#configuration.budgets.mostStopsPerHour) {
      course.checked = { ...course.checked, asked: new Set([...course.checked.asked, capKey(cap)]) };
      course.reason = `over its budget, and people are asked: ${counted(stops, 'job')} ${agree(stops, 'was', 'were')} stopped within that hour`;
      return;
    }
    this.#stops.set(hour, stops + 1);
    course.stopped = { at: this.#now, why: cap.month === undefined ? `the cap of ${cap.from}` : cap.from };
    // Checks the job once more as ended, which closes its ledger entries.
    this.checkAt(course, this.#now);
  }

  /** What the job of `course` has cost by `now`, when SageMaker describes it as `change`. */
  #costOf(course: Course, change: StateChange, now: Date): Promise<Metered> {
    this.#current = course;
    this.#now = now;
    return this.#costs(change, now);
  }

  /** The training jobs of the tuning job that is being checked, as they were at that time. */
  #children(): readonly StateChange[] {
    const at = this.#current?.stopped?.at ?? this.#now;
    const isStopped = this.#current?.stopped !== undefined;
    return (this.#current?.past.children ?? []).flatMap((child) => {
      if (child.startedAt === undefined || child.startedAt > at) return [];
      if (child.endedAt !== undefined && child.endedAt <= at) return [child];
      return [isStopped ? stoppedAt(child, at) : runningAt(child, at)];
    });
  }
}

const refOf = (type: Budgeted, { resource }: StateChange) => ({ type, arn: resource.arn ?? resource.name });

/** The job as SageMaker would have described it at `now`. */
function asOf({ past: { change }, stopped, end }: Course, now: Date): StateChange {
  if (stopped !== undefined) return stoppedAt(change, stopped.at);
  return now >= end && change.endedAt !== undefined ? change : runningAt(change, now);
}
