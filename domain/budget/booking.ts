/**
 * What is entered of one job into the ledgers of its monthly budgets, and what they leave it.
 *
 * A job that runs over the end of a month is counted in both, by time.
 */
import type { StateChange } from '../../schemas/state-change.ts';
import type { JobRef } from '../action.ts';
import { type Cost, isPriced, type Metered } from '../cost/meter.ts';
import { amountOver, type MicroUsd, secondsFor } from '../cost/money.ts';
import { incarnationKey } from '../identity.ts';
import type { Verdict } from '../outcome.ts';
import type { Checked } from './check.ts';
import {
  type Claim,
  type Granted,
  type Holding,
  LEASE_SECONDS,
  type Ledger,
  type LedgerId,
  type MonthStanding,
  totalsOf,
} from './ledger.ts';
import type { Cap, Limits } from './limits.ts';
import type { MonthlyBudget } from './monthly.ts';
import { endOf, monthOf, nameOfMonth, sharesByMonth } from './months.ts';

/** A job's place in a ledger. */
export interface Booked extends LedgerId {
  readonly key: string;
}

export interface ClaimEntry extends Booked {
  readonly kind: 'claim';
  readonly budget: MicroUsd;
  readonly claim: Claim;
}

export interface CloseEntry extends Booked {
  readonly kind: 'close';
  /** Absent: what it is known to have spent. */
  readonly amount: MicroUsd | undefined;
}

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
  /** The budgets it is counted in. */
  readonly monthly: readonly MonthlyBudget[];
  readonly timeZone: string;
}

/** What the months leave a job. */
export interface Allowance {
  /** What each leaves it, and whether that is less than it asked for. */
  readonly left: readonly { readonly cap: Cap & { readonly month: MonthStanding }; readonly isShort: boolean }[];
  /** When it has to be asked about again. */
  readonly renewAt: Date | undefined;
  /** Other jobs to be asked about: they gave up what they held, or nobody has asked about them for long. */
  readonly others: readonly JobRef[];
}

/** Of a job that no monthly budget counts. */
export const NO_ALLOWANCE: Allowance = { left: [], renewAt: undefined, others: [] };

/** SageMaker gives a job that is told to stop some minutes, and charges them. Seconds. */
const STOPPING_SECONDS = 600;

/**
 * The entries for the job of `facts`. Where it stood before and belongs no more it is taken out; an earlier incarnation that
 * nobody saw end is closed with what it is known to have spent.
 */
export function entriesFor(facts: BookingFacts): Entry[] {
  const key = incarnationKey(facts.change);
  const entries = facts.monthly.flatMap((budget) => entriesIn(budget, key, facts));
  const stays = ({ tag, value, month }: LedgerId) =>
    facts.monthly.some((one) => one.tag === tag && one.value === value) &&
    (entries.length === 0 || entries.some((entry) => entry.month === month));
  const left = facts.checked.booked.flatMap(({ tag, value, month, key: booked }): Entry[] => {
    if (booked !== key) return [{ tag, value, month, key: booked, kind: 'close', amount: undefined }];
    return stays({ tag, value, month }) ? [] : [{ tag, value, month, key, kind: 'drop' }];
  });
  return [...left, ...entries];
}

/** The ledgers that a job stands in after `entries`. */
export const bookedBy = (entries: readonly Entry[]): Booked[] =>
  entries.flatMap(({ kind, tag, value, month, key }) => (kind === 'drop' ? [] : [{ tag, value, month, key }]));

function entriesIn({ tag, value, amount: budget }: MonthlyBudget, key: string, facts: BookingFacts): Entry[] {
  const { change, verdict, metered, now, timeZone } = facts;
  const { startedAt } = change;
  if (startedAt === undefined) return [];
  const runs = verdict.outcome === 'running';
  const end = change.endedAt ?? now;
  if (!isPriced(metered)) {
    if (runs) return [];
    const month = monthOf(end, timeZone);
    return [{ tag, value, month, key, kind: 'close', amount: undefined }];
  }
  const shares = sharesByMonth(metered.amount, startedAt, end, timeZone);
  const present = monthOf(now, timeZone);
  const closed = [...shares].flatMap(([month, amount]): Entry[] =>
    runs && month === present ? [] : [{ tag, value, month, key, kind: 'close', amount }],
  );
  if (!runs) return closed;
  const claim = claimOf(facts, metered, startedAt, shares.get(present) ?? 0, endOf(present, timeZone));
  return [...closed, { tag, value, month: present, key, kind: 'claim', budget, claim }];
}

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
  const isStopping = verdict.status !== 'InProgress' || checked.stoppingAt !== undefined;
  const wanted = isStopping
    ? within(STOPPING_SECONDS)
    : Math.min(
        limits.cap === undefined ? within(LEASE_SECONDS) : limits.cap.amount - earlier,
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
    footing: isStopping ? 'over' : limits.protected || limits.isProtectionUnclear ? 'protected' : 'free',
  };
}

/** What `granted` leaves the job of `facts`. */
export function allowanceOf(
  { metered, limits, now, timeZone }: BookingFacts,
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
  const renewals = [
    ...left.map(({ cap }) => endOf(cap.month.month, timeZone)),
    ...left.flatMap(({ cap }) => nextWarning(cap.month, warnAt, now) ?? []),
    ...(limits.cap === undefined ? [new Date(now.getTime() + LEASE_SECONDS * 1000)] : []),
  ];
  const others = granted.flatMap(({ entry, result }) => toAskAbout(result.ledger, entry.key, now));
  return { left, renewAt: new Date(Math.min(...renewals.map((at) => at.getTime()))), others };
}

const LONG_AGO = 24 * 3600_000;
const MOST_OTHERS = 20;

function toAskAbout({ running }: Ledger, key: string, now: Date): JobRef[] {
  const isDue = ({ footing, at }: Holding) => footing === 'revoked' || now.getTime() - at.getTime() > LONG_AGO;
  return [...running]
    .flatMap(([other, holding]) => (other !== key && isDue(holding) ? [holding.job] : []))
    .slice(0, MOST_OTHERS);
}

/** The least that a month leaves the job, where it is less than it asked for. */
export function tightest({ left }: Allowance): Cap | undefined {
  return left.flatMap(({ cap, isShort }) => (isShort ? [cap] : [])).toSorted((a, b) => a.amount - b.amount)[0];
}

/** `the November 2026 budget of project churn`. */
export const nameOf = ({ tag, value, month }: LedgerId): string =>
  `the ${nameOfMonth(month)} budget of ${tag} ${value}`;

/** When all that runs will have spent the next share of the budget that people are told of. */
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
