/**
 * A policy over jobs of the past: asks the production policy about each job at the times at which it would have been asked,
 * and carries out what it decides on jobs that are long over. Nothing waits, and nothing is touched.
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
import { LedgersInMemory } from './ledgers-in-memory.ts';
import { type Past, type PastJob, runningAt, stoppedAt } from './past-jobs.ts';

/** What would have become of one job. */
export interface PastVerdict {
  readonly job: string;
  readonly type: Budgeted;
  readonly endedAt: string | null;
  readonly costUsd: number | null;
  readonly capUsd: number | null;
  /** Per cent that would have been warned of. */
  readonly warned: readonly number[];
  readonly stoppedAt: string | null;
  /** What it would have been stopped for: `the tag …`, `the November 2026 budget of project churn`. */
  readonly stoppedFor: string | null;
  readonly savedUsd: number;
  /** Why nothing would have been done. */
  readonly reason: string | null;
}

/** What a month would have come to. */
export interface PastMonth extends LedgerId {
  readonly spent: MicroUsd;
  readonly budget: MicroUsd;
  /** Per cent that people would have been told of; 100: that it is spent. */
  readonly told: readonly number[];
}

/** A job on its way through the past. */
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
    run.ask(course, startedAt);
    run.ask(course, endedAt);
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
  readonly #questions: { readonly at: number; readonly course: Course }[] = [];
  readonly #courses = new Map<string, Course>();
  readonly #ledgers = new LedgersInMemory();
  readonly #stops = new Map<number, number>();
  #now = new Date(0);
  #current: Course | undefined;

  constructor(configuration: Configuration, list: PriceList) {
    // What is observed is what would have been stopped.
    const budgets = { ...configuration.budgets, mode: 'enforce' } as const;
    this.#configuration = { ...configuration, budgets };
    this.#costs = costsWith(budgets.prices, list, async () => this.#children());
  }

  ask(course: Course, at: Date): void {
    this.#courses.set(course.past.change.resource.arn ?? course.past.change.resource.name, course);
    const from = this.#questions.findLastIndex((question) => question.at <= at.getTime());
    this.#questions.splice(from + 1, 0, { at: at.getTime(), course });
  }

  async play(): Promise<void> {
    let asked = 0;
    for (let next = this.#questions.shift(); next !== undefined; next = this.#questions.shift()) {
      // Ctrl-C is heard between questions.
      if (++asked % 1000 === 0) await setImmediate();
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
      if (found !== undefined) this.ask(found, this.#now);
    }
    this.#note(course, plan, metered, situation);
    if (plan.nextAt !== undefined && course.stopped === undefined && plan.nextAt < course.end) {
      // A schedule that was set for the moment that it fires in would be set again and again.
      this.ask(course, new Date(Math.max(plan.nextAt.getTime(), this.#now.getTime() + 1000)));
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
      course.reason = `over its budget, and left to people: ${stops === 1 ? '1 job was' : `${stops} jobs were`} stopped within that hour`;
      return;
    }
    this.#stops.set(hour, stops + 1);
    course.stopped = { at: this.#now, why: cap.month === undefined ? `the cap of ${cap.from}` : cap.from };
    // Its end, as it would have been, closes what it holds.
    this.ask(course, this.#now);
  }

  /** What `course` has cost by `now`; one that was stopped, by then. */
  #costOf(course: Course, change: StateChange, now: Date): Promise<Metered> {
    this.#current = course;
    this.#now = now;
    return this.#costs(change, now);
  }

  /** The training jobs of the tuning job that is asked about, as they were. */
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

/** The job as it would have been described at `now`. */
function asOf({ past: { change }, stopped, end }: Course, now: Date): StateChange {
  if (stopped !== undefined) return stoppedAt(change, stopped.at);
  return now >= end && change.endedAt !== undefined ? change : runningAt(change, now);
}
