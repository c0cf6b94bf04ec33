/**
 * Applies the budgets of a configuration to past jobs. The production policy checks each job at the times at which it
 * would have been checked, and its decisions are simulated. Nothing waits, and no AWS resource changes.
 */
import { setImmediate } from 'node:timers/promises';
import type { PriceList } from '../../adapters/pricing/price-list.ts';
import type { StopsPerHour } from '../../domain/action.ts';
import { type BudgetPlan, checkBudget } from '../../domain/budget/check.ts';
import { type Checked, UNCHECKED } from '../../domain/budget/checked.ts';
import { situationOf, stopKeyOf } from '../../domain/budget/decide.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import { monthOf } from '../../domain/budget/month/calendar.ts';
import type { LineId } from '../../domain/budget/month/line.ts';
import { budgetOf, type MonthStanding, standingOf } from '../../domain/budget/month/month.ts';
import { sharesOf, sharesOfStopping } from '../../domain/budget/month/shares.ts';
import { heldUntil } from '../../domain/budget/times.ts';
import { incarnationKey } from '../../domain/change/identity.ts';
import { judge } from '../../domain/change/outcome.ts';
import { isPriced, type Metered } from '../../domain/cost/meter.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { lookAtMonth } from '../../handlers/budget/month/look.ts';
import { type Costs, costsWith } from '../../handlers/cost/cost-of-job.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { MonthsInMemory } from './months-in-memory.ts';
import { type Past, type PastJob, runningAt, stoppedAt } from './past-jobs.ts';

/** What Ground Control would have done about one job. */
export interface PastVerdict {
  readonly past: PastJob;
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
  /** Tags that cannot be read, in the words of the alert about them. */
  readonly flaws: readonly string[];
}

/** What one month of a budget would have cost. */
export interface PastMonth extends LineId {
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
  const begins: (() => void)[] = [];
  for (const past of jobs) {
    const { change } = past;
    const { type } = change.resource;
    if (!isBudgeted(type)) continue;
    const { startedAt, endedAt = until } = change;
    if (startedAt === undefined) {
      verdicts.push(async () => ({ ...NOTHING, past, job: change.resource.name, type, ...unbegun(change) }));
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
    run.checkAt(course, endedAt);
    begins.push(() => run.checkAt(course, startedAt));
    verdicts.push(() => run.verdictOf(course));
  }
  // Of one moment the ends come first: what has ended spends no more.
  for (const begin of begins) begin();
  await run.play();
  return { verdicts: await Promise.all(verdicts.map((verdict) => verdict())), months: await run.months() };
}

const NOTHING = {
  endedAt: null,
  costUsd: null,
  capUsd: null,
  warned: [],
  stoppedAt: null,
  stoppedFor: null,
  savedUsd: 0,
  flaws: [],
} as const;

/**
 * The cost of a job without a start. A full description of an end names the start, unless the job never began: SageMaker
 * then charges nothing.
 */
function unbegun(change: StateChange): Pick<PastVerdict, 'costUsd' | 'endedAt' | 'reason'> {
  const { outcome } = judge(change);
  const neverBegan = ['failed', 'stopped', 'time-limit'].includes(outcome) && change.createdAt !== undefined;
  const endedAt = change.endedAt?.toISOString() ?? null;
  if (neverBegan) return { costUsd: 0, endedAt, reason: 'it never began' };
  const isWaiting = outcome === 'running' && change.createdAt !== undefined;
  return { costUsd: null, endedAt, reason: isWaiting ? 'it has not begun' : 'no event says when it began' };
}

class Simulation {
  readonly #configuration: Configuration;
  readonly #costs: Costs;
  /** Checks to come, in the order of their times (epoch milliseconds). */
  readonly #checks: { readonly at: number; readonly what: Course | LineId }[] = [];
  readonly #courses = new Map<string, Course>();
  readonly #months = new MonthsInMemory();
  /** Stops, by clock hour. */
  readonly #stops = new Map<string, Set<string>>();
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
    this.#schedule(course, at);
  }

  #schedule(what: Course | LineId, at: Date): void {
    // A history has tens of thousands of jobs: the place is found by halves. Checks of one time keep their order.
    let [place, end] = [0, this.#checks.length];
    while (place < end) {
      const middle = Math.floor((place + end) / 2);
      if ((this.#checks[middle]?.at ?? 0) <= at.getTime()) place = middle + 1;
      else end = middle;
    }
    this.#checks.splice(place, 0, { at: at.getTime(), what });
  }

  async play(): Promise<void> {
    let count = 0;
    for (let next = this.#checks.shift(); next !== undefined; next = this.#checks.shift()) {
      // Lets Node handle Ctrl-C.
      if (++count % 1000 === 0) await setImmediate();
      this.#now = new Date(next.at);
      if ('past' in next.what) await this.#check(next.what);
      else await this.#look(next.what);
    }
  }

  /** The months up to now; not the next one, in which running jobs only have a line. */
  async months(): Promise<PastMonth[]> {
    const { timeZone } = this.#configuration;
    const begun = this.#months.ids.filter(({ month }) => month <= monthOf(this.#now, timeZone));
    return Promise.all(
      begun.map(async (id) => {
        const line = await this.#months.read(id);
        const budget = budgetOf(id, this.#configuration) ?? 0;
        const { spent } = standingOf(id, budget, line, this.#now, timeZone);
        const told = [...line.told].flatMap((name) => Number(name.split('|')[1]) || []);
        return { ...id, budget, told: told.toSorted((a, b) => a - b), spent };
      }),
    );
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
      past,
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
      flaws: limits.flaws.map(({ explanation }) => explanation),
    };
  }

  /** Looks at a month as the budget function does. */
  async #look(id: LineId): Promise<void> {
    await lookAtMonth(id, {
      months: this.#months,
      clock: () => this.#now,
      configuration: this.#configuration,
      mayStop: async (key, limit) => this.#mayStop(key, limit),
      deadlines: { arm: async (_, at) => this.#schedule(id, at) },
      tell: async () => true,
      check: async ({ arn }, month) => {
        const course = this.#courses.get(arn);
        if (course !== undefined) await this.#check(course, month);
        return { isStopped: course?.stopped !== undefined };
      },
      timeLeft: () => Infinity,
    });
  }

  /** Like the adapter `stop-limit.ts`. */
  #mayStop(key: string, { scope, most }: StopsPerHour): boolean {
    const hour = `${scope} ${Math.floor(this.#now.getTime() / HOUR)}`;
    const stops = this.#stops.get(hour) ?? new Set();
    if (!stops.has(key) && stops.size >= most) return false;
    this.#stops.set(hour, stops.add(key));
    return true;
  }

  async #check(course: Course, month?: MonthStanding): Promise<void> {
    const { past, type } = course;
    const change = asOf(course, this.#now);
    const metered = await this.#costOf(course, change, this.#now);
    const job = refOf(type, past.change);
    const situation = situationOf(job, change, metered, course.checked, this.#now, this.#configuration);
    const { limits } = situation;
    const shared = sharesOf({ ...situation, isProtected: limits.protected || limits.isProtectionUnclear });
    this.#months.move(job, shared.changes);
    course.checked = { ...course.checked, shares: shared.shares };
    const plan = checkBudget({ ...situation, month, budgets: this.#configuration.budgets });
    this.#note(course, job, plan, metered, situation);
    if (plan.nextAt !== undefined && course.stopped === undefined && plan.nextAt < course.end) {
      // At least a second later: a check that asks for another one at the same moment would repeat forever.
      this.checkAt(course, new Date(Math.max(plan.nextAt.getTime(), this.#now.getTime() + 1000)));
    }
    if (month !== undefined) return;
    const present = monthOf(this.#now, this.#configuration.timeZone);
    for (const { tag, value } of situation.monthly) await this.#look({ tag, value, month: present });
  }

  #note(
    course: Course,
    job: JobRef,
    plan: BudgetPlan,
    metered: Metered,
    { change, limits, monthly, verdict }: ReturnType<typeof situationOf>,
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
    const { mostStopsPerHour, mostStopsPerHourByTag } = this.#configuration.budgets;
    const limit: StopsPerHour =
      cap.isOwn === true ? { scope: 'tag', most: mostStopsPerHourByTag } : { scope: 'policy', most: mostStopsPerHour };
    if (!this.#mayStop(stopKeyOf(incarnationKey(change), cap), limit)) {
      const { heldSince = this.#now } = course.checked;
      course.checked = { ...course.checked, heldSince, heldUntil: heldUntil(this.#now, heldSince) };
      course.reason = `over its budget, and held back: ${counted(limit.most, 'job')} ${agree(limit.most, 'was', 'were')} stopped within that hour`;
      return;
    }
    const shared = sharesOfStopping(course.checked.shares);
    this.#months.move(job, shared.changes);
    course.checked = { ...course.checked, shares: shared.shares };
    course.stopped = { at: this.#now, why: cap.month === undefined ? `the cap of ${cap.from}` : cap.from };
    // Checks the job once more as ended, with its final cost.
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
