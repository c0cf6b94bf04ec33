/**
 * Enters one job in the ledgers of its monthly budgets, and reads how much they leave for it.
 *
 * The cost of a job that runs over the end of a month is divided between both months by time.
 */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { incarnationKey } from '../change/identity.ts';
import type { Verdict } from '../change/outcome.ts';
import { type Cost, type CostPart, isPriced, type Metered } from '../cost/meter.ts';
import { amountOver, type MicroUsd, secondsFor } from '../cost/money.ts';
import { endOf, monthOf, nameOfMonth, sharesByMonth } from './calendar.ts';
import type { Booked, Checked } from './checked.ts';
import type { JobRef } from './job.ts';
import { type Claim, type Granted, type Holding, type LedgerId, type MonthStanding, totalsOf } from './ledger.ts';
import type { Cap, Limits } from './limits.ts';
import type { MonthlyBudget } from './monthly-budgets.ts';
import { VERIFY_AFTER } from './times.ts';

/** A running job reserves money of a month. */
export interface ClaimEntry extends Booked {
  readonly kind: 'claim';
  readonly budget: MicroUsd;
  readonly claim: Claim;
}

/** The job's cost in a month is final. */
export interface CloseEntry extends Booked {
  readonly kind: 'close';
  /** When the job ended; absent when that is not known. */
  readonly at: Date | undefined;
  /** What the job cost in the month; absent: the last known amount is kept. */
  readonly amount: MicroUsd | undefined;
}

/** The job no longer belongs to the ledger. */
export interface DropEntry extends Booked {
  readonly kind: 'drop';
}

export type Entry = ClaimEntry | CloseEntry | DropEntry;

export interface BookingFacts {
  readonly job: JobRef;
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly metered: Metered;
  readonly limits: Limits;
  readonly checked: Checked;
  readonly now: Date;
  /** The monthly budgets that count the job. */
  readonly monthly: readonly MonthlyBudget[];
  readonly timeZone: string;
}

/** How much a job may cost under its monthly budgets. */
export interface Allowance {
  /** The cap that each month sets for the job, and whether that is less than the job asked for. */
  readonly left: readonly { readonly cap: Cap & { readonly month: MonthStanding }; readonly isShort: boolean }[];
  /** When the job has to be checked again because of its months. */
  readonly renewAt: Date | undefined;
  /** When the first of its months ends; the next month has a new budget. */
  readonly monthEndsAt: Date | undefined;
  /** Other jobs that need a check, each with the place where it is entered. */
  readonly others: readonly { readonly job: JobRef; readonly booked: Booked }[];
}

/** The allowance of a job that no monthly budget counts. */
export const NO_ALLOWANCE: Allowance = { left: [], renewAt: undefined, monthEndsAt: undefined, others: [] };

/** Time that a stopping job is expected to take and that SageMaker charges. Seconds. */
const STOPPING_SECONDS = 600;

/**
 * The entries for the job of `facts`. The job is dropped from ledgers that it no longer belongs to. An earlier job of
 * the same name whose end nobody saw is closed with its last known amount. While the cost is not known, entries stay.
 */
export function entriesFor(facts: BookingFacts): Entry[] {
  const key = incarnationKey(facts.change);
  const entries = facts.monthly.flatMap((budget) => entriesIn(budget, key, facts));
  const isKnown = isPriced(facts.metered) && entries.length > 0;
  const stays = ({ tag, value, month }: LedgerId) =>
    facts.monthly.some((one) => one.tag === tag && one.value === value) &&
    (!isKnown || entries.some((entry) => entry.month === month));
  const left = facts.checked.booked.flatMap(({ tag, value, month, key: booked }): Entry[] => {
    if (booked !== key) return [{ tag, value, month, key: booked, kind: 'close', amount: undefined, at: undefined }];
    return stays({ tag, value, month }) ? [] : [{ tag, value, month, key, kind: 'drop' }];
  });
  return [...left, ...entries];
}

const placeOf = ({ tag, value, month, key }: Booked): Booked => ({ tag, value, month, key });
/** Whether two places are the same. */
export const isSamePlace = (one: Booked, other: Booked) =>
  one.key === other.key && one.tag === other.tag && one.value === other.value && one.month === other.month;

/** Where the job of `facts` is entered after `entries`: the new places, and the old ones that did not change. */
export function bookedBy({ change, checked }: BookingFacts, entries: readonly Entry[]): Booked[] {
  const key = incarnationKey(change);
  const stands = entries.filter((entry) => entry.key === key && entry.kind !== 'drop').map(placeOf);
  const left = checked.booked.filter((place) => !entries.some((entry) => isSamePlace(entry, place)));
  return [...left, ...stands];
}

/**
 * The old places and the new ones, to be stored before anything is entered. If the function fails half-way, the next
 * check still knows all places. Absent when there is no new place.
 */
export function bookedMeanwhile({ checked }: BookingFacts, entries: readonly Entry[]): Booked[] | undefined {
  const added = entries.filter(
    (entry) => entry.kind === 'claim' && !checked.booked.some((place) => isSamePlace(entry, place)),
  );
  return added.length === 0 ? undefined : [...checked.booked, ...added.map(placeOf)];
}

function entriesIn({ tag, value, amount: budget }: MonthlyBudget, key: string, facts: BookingFacts): Entry[] {
  const { change, verdict, metered, now, timeZone } = facts;
  const { startedAt } = change;
  if (startedAt === undefined) return [];
  const runs = verdict.outcome === 'running';
  const end = endWithin(change, startedAt, now);
  if (!isPriced(metered)) {
    if (runs || mayYetBePriced(change, now)) return [];
    const month = monthOf(end, timeZone);
    return [{ tag, value, month, key, kind: 'close', amount: undefined, at: end }];
  }
  const shares = sharesOf(metered.parts ?? [{ amount: metered.amount, from: startedAt, to: end }], timeZone);
  const present = monthOf(now, timeZone);
  const closed = [...shares].flatMap(([month, amount]): Entry[] =>
    runs && month === present ? [] : [{ tag, value, month, key, kind: 'close', amount, at: end }],
  );
  if (!runs) return closed;
  const claim = claimOf(facts, metered, startedAt, shares.get(present) ?? 0, endOf(present, timeZone));
  return [...closed, { tag, value, month: present, key, kind: 'claim', budget, claim }];
}

/** When the job ended, or `now`. An end that cannot be right would lead to the ledger of another month. */
const endWithin = ({ endedAt }: StateChange, startedAt: Date, now: Date): Date =>
  endedAt !== undefined && endedAt >= startedAt && endedAt <= now ? endedAt : now;

/** Divides the cost of all `parts` among the months. */
function sharesOf(parts: readonly CostPart[], timeZone: string): Map<string, MicroUsd> {
  const shares = new Map<string, MicroUsd>();
  for (const { amount, from, to } of parts) {
    for (const [month, share] of sharesByMonth(amount, from, to, timeZone)) {
      shares.set(month, (shares.get(month) ?? 0) + share);
    }
  }
  return shares;
}

/** Whether the cost of an ended job may still become known: for two hours after its end. */
export function mayYetBePriced({ endedAt }: StateChange, now: Date): boolean {
  return endedAt !== undefined && Math.abs(now.getTime() - endedAt.getTime()) < PRICED_WITHIN;
}
const PRICED_WITHIN = 2 * 3600_000;

function claimOf(
  { job, change, verdict, limits, checked, now }: BookingFacts,
  cost: Cost,
  startedAt: Date,
  spent: MicroUsd,
  end: Date,
): Claim {
  const { perHour } = cost;
  const earlier = cost.amount - spent;
  const within = (seconds: number) => spent + amountOver(perHour, Math.max(0, Math.ceil(seconds)));
  const limit = change.billing?.limitSeconds;
  const justStopped = checked.stoppedAt !== undefined && now.getTime() - checked.stoppedAt.getTime() < VERIFY_AFTER;
  const isStopping = verdict.status !== 'InProgress' || justStopped;
  const wanted = isStopping
    ? within(STOPPING_SECONDS)
    : Math.min(
        limits.cap === undefined ? Infinity : limits.cap.amount - earlier,
        limit === undefined ? Infinity : amountOver(perHour, Math.ceil(limit)) - earlier,
        within((end.getTime() - now.getTime()) / 1000),
      );
  return {
    job,
    startedAt,
    at: now,
    spent,
    perHour: cost.isPaused ? 0n : perHour,
    wanted: Math.max(spent, wanted),
    isLeased: limits.cap === undefined && !isStopping,
    footing: isStopping ? 'over' : limits.protected || limits.isProtectionUnclear ? 'protected' : 'free',
  };
}

/** How much the job of `facts` may cost after its months `granted` its claims. */
export function allowanceOf(
  { metered, now, timeZone }: BookingFacts,
  granted: readonly { readonly entry: ClaimEntry; readonly result: Granted }[],
  warnAt: readonly number[],
): Allowance {
  if (!isPriced(metered) || granted.length === 0) return NO_ALLOWANCE;
  const left = granted.map(({ entry, result }) => {
    const { tag, value, month, budget, claim } = entry;
    const standing = { tag, value, month, budget, ...totalsOf(result.ledger, now) };
    const amount = metered.amount - claim.spent + result.holding.upTo;
    return { cap: { amount, from: nameOf(standing), month: standing }, isShort: result.isShort };
  });
  const ends = left.map(({ cap }) => endOf(cap.month.month, timeZone));
  const renewals = [
    ...ends,
    ...left.flatMap(({ cap }) => nextWarning(cap.month, warnAt, now) ?? []),
    ...granted.flatMap(({ result }) => endOfLease(result.holding, now) ?? []),
  ];
  const others = granted.flatMap(({ entry, result }) =>
    result.toAsk.flatMap((key) => {
      const job = result.ledger.running.get(key)?.job;
      return job === undefined ? [] : [{ job, booked: { ...placeOf(entry), key } }];
    }),
  );
  return { left, renewAt: first(renewals), monthEndsAt: first(ends), others };
}

const first = (moments: readonly Date[]) => new Date(Math.min(...moments.map((at) => at.getTime())));

/** When the lease of a job is spent; absent without a lease. At least a minute from `now`. */
function endOfLease({ isLeased, upTo, spent, perHour }: Holding, now: Date): Date | undefined {
  const seconds = isLeased && upTo > spent ? secondsFor(upTo - spent, perHour) : undefined;
  return seconds === undefined ? undefined : new Date(now.getTime() + Math.max(60, seconds) * 1000);
}

/** The lowest cap among the months that grant less than the job asked for. */
export function tightest({ left }: Allowance): Cap | undefined {
  return left.flatMap(({ cap, isShort }) => (isShort ? [cap] : [])).toSorted((a, b) => a.amount - b.amount)[0];
}

/** The name of a monthly budget in alerts: `the November 2026 budget of project churn`. */
export const nameOf = ({ tag, value, month }: LedgerId): string =>
  `the ${nameOfMonth(month)} budget of ${tag} ${value}`;

/** When all running jobs together will reach the next warning threshold of the budget. */
function nextWarning(
  { budget, spent, perHour }: MonthStanding,
  warnAt: readonly number[],
  now: Date,
): Date | undefined {
  const next = [...warnAt, 100].map((percent) => shareOf(budget, percent)).find((amount) => amount > spent);
  const seconds = next === undefined ? undefined : secondsFor(next - spent, perHour);
  return seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1000);
}

/** `percent` of `amount`. */
export const shareOf = (amount: MicroUsd, percent: number): MicroUsd => Math.floor((amount * percent) / 100);
