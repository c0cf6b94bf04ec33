/**
 * What one job adds to the lines of its monthly budgets.
 *
 * A running job has a line in the present month and in the next one, where it begins with the month. An ended job has
 * what it cost, divided among the months by time.
 */
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { incarnationKey } from '../../change/identity.ts';
import type { Verdict } from '../../change/outcome.ts';
import { type Cost, isPriced, type Metered } from '../../cost/meter.ts';
import { amountOver, type FineUsd } from '../../cost/money.ts';
import type { Checked } from '../checked.ts';
import { STILL_STOPPING, VERIFY_AFTER } from '../times.ts';
import { endOf, monthAfter, monthOf, sharesByMonth, startOf } from './calendar.ts';
import {
  FLAT,
  fixed,
  frozen,
  type Line,
  type LineId,
  plus,
  type Role,
  rising,
  type Share,
  type ShareChange,
} from './line.ts';
import type { MonthlyBudget } from './monthly-budgets.ts';

export interface ShareFacts {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly metered: Metered;
  readonly isProtected: boolean;
  readonly checked: Checked;
  readonly now: Date;
  /** The monthly budgets that count the job. */
  readonly monthly: readonly MonthlyBudget[];
  readonly timeZone: string;
}

/** The shares of a job from now on, and how they differ from those that the table has. */
export interface Shared {
  readonly shares: readonly Share[];
  readonly changes: readonly ShareChange[];
}

const DAY = 86_400_000;
/** A month stays as it is from this time after its end, so that no late message can change an old one. Milliseconds. */
const SETTLED_AFTER = 31 * DAY;

/**
 * The shares of the job that `facts` describe. Shares of an earlier job of the same name, whose end nobody saw, end when
 * that job was last checked.
 */
export function sharesOf(facts: ShareFacts): Shared {
  const { change, checked, now, timeZone } = facts;
  const key = incarnationKey(change);
  const own = checked.shares.filter((share) => share.key === key);
  const earlier = checked.shares.filter((share) => share.key !== key);
  const isSettled = ({ month }: LineId) => now.getTime() - endOf(month, timeZone).getTime() > SETTLED_AFTER;
  // SageMaker may describe a job as it was before its end. A job that has ended does not run again.
  const isOver = facts.verdict.outcome === 'running' && own.some(({ role }) => role === 'ended');
  const wanted = wantedBy(facts, key, own).filter((share) => !isSettled(share));
  const shares = isOver ? own : [...own.filter(isSettled), ...wanted];
  const closed = earlier.map((was) => ({ was, is: closedAt(was, checked.checkedAt ?? was.startedAt, timeZone) }));
  return { shares, changes: [...closed, ...changesBetween(own, shares)] };
}

/** The shares of a job that SageMaker no longer has: they end when it was last checked. */
export function sharesOfGone({ shares, checkedAt }: Checked, timeZone: string): Shared {
  const closed = shares.map((share) => closedAt(share, checkedAt ?? share.startedAt, timeZone));
  return { shares: closed, changes: changesBetween(shares, closed) };
}

/** The shares of a job that Ground Control is about to stop. */
export function sharesOfStopping(shares: readonly Share[]): Shared {
  const stopping = shares.map((share) => (share.role === 'running' ? { ...share, role: 'stopping' as const } : share));
  return { shares: stopping, changes: changesBetween(shares, stopping) };
}

const isSameLine = (one: LineId, other: LineId) =>
  one.tag === other.tag && one.value === other.value && one.month === other.month;

const isSameShare = (one: Share, other: Share) =>
  one.role === other.role &&
  one.base === other.base &&
  one.rate === other.rate &&
  one.startedAt.getTime() === other.startedAt.getTime();

function changesBetween(held: readonly Share[], wanted: readonly Share[]): ShareChange[] {
  const gone = held.filter((was) => !wanted.some((is) => isSameLine(was, is))).map((was) => ({ was }));
  const others = wanted.flatMap((is): ShareChange[] => {
    const was = held.find((one) => isSameLine(one, is));
    if (was === undefined) return [{ is }];
    return isSameShare(was, is) ? [] : [{ was, is }];
  });
  return [...gone, ...others];
}

/** `share` of a job that ended at `at`. */
function closedAt(share: Share, at: Date, timeZone: string): Share {
  const [start, end] = [startOf(share.month, timeZone), endOf(share.month, timeZone)];
  const within = new Date(Math.min(Math.max(at.getTime(), start.getTime(), share.startedAt.getTime()), end.getTime()));
  return { ...share, ...(share.rate === 0n ? {} : frozen(share, within)), role: 'ended' };
}

function wantedBy(facts: ShareFacts, key: string, held: readonly Share[]): Share[] {
  const { change, monthly } = facts;
  const { startedAt } = change;
  if (startedAt === undefined) return [];
  const { lines, role } = linesOf(facts, startedAt, held);
  return monthly.flatMap(({ tag, value }) =>
    [...lines].map(([month, line]): Share => ({ tag, value, month, key, role, startedAt, ...line })),
  );
}

interface Lines {
  readonly lines: ReadonlyMap<string, Line>;
  readonly role: Role;
}

function linesOf(facts: ShareFacts, startedAt: Date, held: readonly Share[]): Lines {
  const { change, verdict, metered, now, timeZone } = facts;
  const runs = verdict.outcome === 'running';
  const end = endWithin(change, startedAt, now);
  if (isPriced(metered)) {
    return runs
      ? { lines: linesOfRunning(metered, startedAt, now, timeZone), role: roleOf(facts) }
      : linesOfEnded(metered, startedAt, end, now, timeZone);
  }
  const known = held.filter(({ role }) => role !== 'unpriced');
  if (known.length === 0) return { lines: new Map([[monthOf(end, timeZone), FLAT]]), role: 'unpriced' };
  // What was known before counts on: at the price of that time, or up to the end of the job.
  const kept = runs ? known : known.map((share) => closedAt(share, end, timeZone));
  const lines = new Map(kept.map(({ month, base, rate }) => [month, { base, rate }]));
  if (!runs) return { lines, role: 'ended' };
  const last = [...lines.keys()].toSorted().at(-1) ?? monthOf(now, timeZone);
  grow(lines, lines.get(last)?.rate ?? 0n, endOf(last, timeZone), now, timeZone);
  // No job is stopped while its cost is not known.
  return { lines, role: roleOf({ ...facts, isProtected: true }) };
}

function roleOf({ verdict, metered, isProtected, checked: { stoppingAt, stoppedAt }, change, now }: ShareFacts): Role {
  const since = (at: Date | undefined) => (at === undefined ? Infinity : now.getTime() - at.getTime());
  // A stop that was decided may have died before SageMaker heard of it.
  const isStopping = since(stoppedAt) < STILL_STOPPING || since(stoppingAt) < VERIFY_AFTER;
  if (verdict.status !== 'InProgress' || isStopping || change.secondaryStatus === 'Uploading') return 'stopping';
  // To stop a job that waits for capacity saves nothing.
  const isIdle = isPriced(metered) && metered.isPaused;
  return isProtected || isIdle ? 'protected' : 'running';
}

/** When the job ended, or `now`. An end that cannot be right would lead to the line of another month. */
const endWithin = ({ endedAt }: StateChange, startedAt: Date, now: Date): Date =>
  endedAt !== undefined && endedAt >= startedAt && endedAt <= now ? endedAt : now;

/** What was spent in each month, when nothing more is spent. */
function fixedLines({ amount, parts }: Cost, startedAt: Date, end: Date, timeZone: string): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const part of parts ?? [{ amount, from: startedAt, to: end }]) {
    for (const [month, share] of sharesByMonth(part.amount, part.from, part.to, timeZone)) {
      lines.set(month, plus(lines.get(month) ?? FLAT, fixed(share)));
    }
  }
  return lines;
}

/**
 * The lines of an ended job. Its warm pool goes on costing until it is over, and no event tells of that: the job is
 * checked once more then.
 */
function linesOfEnded(cost: Cost, startedAt: Date, end: Date, now: Date, timeZone: string): Lines {
  const lines = fixedLines(cost, startedAt, end, timeZone);
  const { warmPool } = cost;
  if (warmPool === undefined || warmPool.isOver) return { lines, role: 'ended' };
  // What SageMaker has charged for the pool so far is part of the cost.
  grow(lines, warmPool.perHour, warmPool.retainedSeconds === undefined ? end : now, now, timeZone);
  return { lines, role: 'stopping' };
}

/**
 * The lines of a running job. If it has cost the same at every moment, they say so exactly, and they stay the same at
 * every check. Otherwise they have what it cost until `now`, and the present rate from then on.
 */
function linesOfRunning(cost: Cost, startedAt: Date, now: Date, timeZone: string): Map<string, Line> {
  const seconds = Math.max(0, Math.ceil((now.getTime() - startedAt.getTime()) / 1000));
  const isEven = cost.parts === undefined && !cost.isPaused && cost.amount === amountOver(cost.perHour, seconds);
  const before = isEven ? new Map<string, Line>() : fixedLines(cost, startedAt, now, timeZone);
  if (!cost.isPaused) grow(before, cost.perHour, isEven ? startedAt : now, now, timeZone);
  return before;
}

/** Adds to `lines`, by month, what a job costs that costs `rate` from `from` on, up to the month after `now`. */
function grow(lines: Map<string, Line>, rate: FineUsd, from: Date, now: Date, timeZone: string): void {
  if (rate === 0n) return;
  const last = monthAfter(monthOf(now, timeZone), timeZone);
  for (let month = monthOf(from, timeZone); month <= last; month = monthAfter(month, timeZone)) {
    const begin = new Date(Math.max(from.getTime(), startOf(month, timeZone).getTime()));
    lines.set(month, plus(lines.get(month) ?? FLAT, rising(rate, begin)));
  }
}
