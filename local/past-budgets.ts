/**
 * A policy over jobs of the past: asks the production policy about each job at the times at which it would have been asked,
 * and carries out what it decides on jobs that are long over. Nothing waits, and nothing is touched.
 */
import { type Costs, costsWith } from '../adapters/costs.ts';
import type { PriceList } from '../adapters/price-list.ts';
import { allowanceOf, type BookingFacts, type ClaimEntry, entriesFor } from '../domain/budget/booking.ts';
import { type BudgetPlan, type Checked, checkBudget, UNCHECKED } from '../domain/budget/check.ts';
import { drop, type Granted, grant, type Ledger, type LedgerId } from '../domain/budget/ledger.ts';
import { capKey } from '../domain/budget/limits.ts';
import { situationOf } from '../domain/budget/plan.ts';
import { isPriced, type Metered } from '../domain/cost/meter.ts';
import type { MicroUsd } from '../domain/cost/money.ts';
import type { Pause } from '../schemas/billing.ts';
import type { Budgeted } from '../schemas/budgets.ts';
import { isBudgeted } from '../schemas/budgets.ts';
import type { Configuration } from '../schemas/configuration.ts';
import type { StateChange } from '../schemas/state-change.ts';
import type { PastJob } from './past-jobs.ts';

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
  jobs: readonly PastJob[],
  configuration: Configuration,
  list: PriceList,
): Promise<{ readonly verdicts: PastVerdict[]; readonly months: PastMonth[] }> {
  const run = new Simulation(configuration, list);
  const verdicts: (() => Promise<PastVerdict>)[] = [];
  for (const past of jobs) {
    const { change } = past;
    const { type } = change.resource;
    if (!isBudgeted(type)) continue;
    const { startedAt, endedAt } = change;
    if (startedAt === undefined || endedAt === undefined) {
      const reason = `not priced: no event says when it ${startedAt === undefined ? 'began' : 'ended'}`;
      verdicts.push(async () => ({ ...NOTHING, job: change.resource.name, type, reason }));
      continue;
    }
    const course = {
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
  readonly #ledgers = new Map<string, { readonly id: LedgerId; readonly budget: MicroUsd; ledger: Ledger }>();
  readonly #stops = new Map<number, number>();
  #now = new Date(0);

  constructor(configuration: Configuration, list: PriceList) {
    // What is observed is what would have been stopped.
    const budgets = { ...configuration.budgets, mode: 'enforce' } as const;
    this.#configuration = { ...configuration, budgets };
    this.#costs = costsWith(budgets.prices, list, async (name) => this.#childrenOf(name));
  }

  ask(course: Course, at: Date): void {
    this.#courses.set(course.past.change.resource.arn ?? course.past.change.resource.name, course);
    const from = this.#questions.findLastIndex((question) => question.at <= at.getTime());
    this.#questions.splice(from + 1, 0, { at: at.getTime(), course });
  }

  async play(): Promise<void> {
    for (let next = this.#questions.shift(); next !== undefined; next = this.#questions.shift()) {
      this.#now = new Date(next.at);
      await this.#check(next.course);
    }
  }

  months(): PastMonth[] {
    const kept = [...this.#ledgers].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return kept.map(([, { id, budget, ledger }]) => ({
      ...id,
      budget,
      spent: [...ledger.ended.values()].reduce((sum, amount) => sum + amount, 0),
    }));
  }

  async verdictOf({ past, type, end, warned, stopped, reason }: Course): Promise<PastVerdict> {
    const { change } = past;
    this.#now = end;
    const metered = await this.#costs(change, end);
    const { limits } = situationOf(refOf(type, change), change, metered, UNCHECKED, end, this.#configuration);
    return {
      job: change.resource.name,
      type,
      endedAt: end.toISOString(),
      costUsd: isPriced(metered) ? metered.amount / 1_000_000 : null,
      capUsd: limits.cap === undefined ? null : limits.cap.amount / 1_000_000,
      warned: [...warned].toSorted((a, b) => a - b),
      stoppedAt: stopped?.at.toISOString() ?? null,
      stoppedFor: stopped?.why ?? null,
      savedUsd: stopped === undefined || !isPriced(metered) ? 0 : savedUsd(change, metered.amount, stopped.at, end),
      reason: stopped === undefined ? reason : null,
    };
  }

  async #check(course: Course): Promise<void> {
    const { past, type } = course;
    const change = asOf(course, this.#now);
    const metered = await this.#costs(change, this.#now);
    const job = refOf(type, past.change);
    const situation = situationOf(job, change, metered, course.checked, this.#now, this.#configuration);
    const allowance = allowanceOf(situation, this.#book(situation), this.#configuration.budgets.warnAt);
    const plan = checkBudget({ ...situation, allowance, budgets: this.#configuration.budgets });
    for (const other of allowance.others) {
      const found = this.#courses.get(other.arn);
      if (found !== undefined) this.ask(found, this.#now);
    }
    this.#note(course, plan, metered, situation);
    if (plan.nextAt !== undefined && course.stopped === undefined && plan.nextAt < course.end) {
      // A schedule that was set for the moment that it fires in would be set again and again.
      this.ask(course, new Date(Math.max(plan.nextAt.getTime(), this.#now.getTime() + 1000)));
    }
  }

  /** What the function does with the table. */
  #book(facts: BookingFacts): { entry: ClaimEntry; result: Granted }[] {
    const granted: { entry: ClaimEntry; result: Granted }[] = [];
    for (const entry of entriesFor(facts)) {
      const { tag, value, month, key } = entry;
      const name = `${tag}|${value}|${month}`;
      const budget = facts.monthly.find((one) => one.tag === tag && one.value === value)?.amount ?? 0;
      const kept = this.#ledgers.get(name) ?? {
        id: { tag, value, month },
        budget,
        ledger: { ended: new Map(), running: new Map() },
      };
      this.#ledgers.set(name, kept);
      if (entry.kind === 'claim') {
        const result = grant(kept.ledger, budget, key, entry.claim, facts.now);
        kept.ledger = result.ledger;
        granted.push({ entry, result });
      } else {
        kept.ledger = drop(kept.ledger, key);
        if (entry.kind === 'close')
          kept.ledger = { ...kept.ledger, ended: new Map(kept.ledger.ended).set(key, entry.amount ?? 0) };
      }
    }
    return granted;
  }

  #note(
    course: Course,
    plan: BudgetPlan,
    metered: Metered,
    { limits, monthly, verdict }: ReturnType<typeof situationOf>,
  ): void {
    for (const finding of plan.findings) if (finding.kind === 'warning') course.warned.add(finding.threshold);
    const isOver = plan.findings.some(({ kind }) => kind === 'over');
    if (isOver) course.reason = 'over its cap, and protected';
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
      course.checked = { ...course.checked, asked: capKey(cap) };
      course.reason = `over its cap, and left to people: ${stops} jobs were stopped within that hour`;
      return;
    }
    this.#stops.set(hour, stops + 1);
    course.stopped = { at: this.#now, why: cap.from };
    // Its end, as it would have been, closes what it holds.
    this.ask(course, this.#now);
  }

  #childrenOf(name: string): readonly StateChange[] {
    const course = [...this.#courses.values()].find(({ past }) => past.change.resource.name === name);
    return (course?.past.children ?? []).flatMap((child) => {
      if (child.startedAt === undefined || child.startedAt > this.#now) return [];
      return [child.endedAt !== undefined && child.endedAt <= this.#now ? child : runningAt(child, this.#now)];
    });
  }
}

const refOf = (type: Budgeted, { resource }: StateChange) => ({ type, arn: resource.arn ?? resource.name });

/** The job as it would have been described at `now`. */
function asOf({ past: { change }, stopped, end }: Course, now: Date): StateChange {
  if (stopped !== undefined) return { ...runningAt(change, stopped.at), status: 'Stopped', endedAt: stopped.at };
  return now >= end ? change : runningAt(change, now);
}

function runningAt(change: StateChange, now: Date): StateChange {
  const { billing } = change;
  if (billing === undefined) return { ...change, status: 'InProgress', endedAt: undefined };
  const {
    billableSeconds: _billed,
    trainedSeconds: _trained,
    retainedSeconds: _retained,
    pauses = [],
    ...known
  } = billing;
  const past = pauses.flatMap(({ from, to }): Pause[] =>
    from > now ? [] : [{ from, to: to !== undefined && to <= now ? to : undefined }],
  );
  return { ...change, status: 'InProgress', endedAt: undefined, billing: { ...known, pauses: past } };
}

/** What it cost after `at`: its cost grew evenly. */
function savedUsd({ startedAt }: StateChange, amount: MicroUsd, at: Date, end: Date): number {
  const start = startedAt?.getTime() ?? 0;
  const share = (end.getTime() - at.getTime()) / Math.max(1, end.getTime() - start);
  return Math.round(amount * share) / 1_000_000;
}
