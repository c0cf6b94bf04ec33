/**
 * The ledger of one monthly budget: what ended jobs cost in the month, and what running jobs have spent and reserved.
 *
 * A running job with a cap reserves money up to its cap or its time limit. A job without a cap reserves a lease: the
 * cost of an hour, or less when little money is left. No job can spend what another one reserves. As long as jobs stay
 * within their reservations, the month stays within its budget. Every job is in the ledger once, under its key. Totals
 * are always summed over the jobs.
 */

import { amountOver, type FineUsd, type MicroUsd, secondsFor } from '../cost/money.ts';
import type { JobRef } from './job.ts';
import { PRECISION_SECONDS } from './times.ts';

/**
 * `free`: its reservation may go to other jobs. `protected`: it may not. `revoked`: the job lost its reservation and
 * was not checked since. `over`: the job is stopping, or there is no money for it.
 */
export const FOOTINGS = ['free', 'protected', 'revoked', 'over'] as const;
export type Footing = (typeof FOOTINGS)[number];

/** What a running job has spent and reserved in the month. */
export interface Holding {
  readonly job: JobRef;
  readonly startedAt: Date;
  /** When the job was last checked. */
  readonly at: Date;
  /** What it had spent in this month by then. */
  readonly spent: MicroUsd;
  readonly perHour: FineUsd;
  /** The job has no cap and reserves a lease. */
  readonly isLeased: boolean;
  /** What the job may spend in the month, including what it has spent. */
  readonly upTo: MicroUsd;
  readonly footing: Footing;
  /** When the check of another job last requested a check of this one. */
  readonly askedAt?: Date | undefined;
}

/** A running job asks for at most `wanted`, which includes what it has spent in the month. */
export interface Claim extends Omit<Holding, 'upTo' | 'askedAt'> {
  readonly wanted: MicroUsd;
}

export interface Ledger {
  /** What jobs that have ended cost in this month, by key. */
  readonly ended: ReadonlyMap<string, MicroUsd>;
  /** Running jobs, by key; none of them is among those that have ended. */
  readonly running: ReadonlyMap<string, Holding>;
}

/** The totals of a ledger at one moment. */
export interface Totals {
  readonly spent: MicroUsd;
  /** Reserved by running jobs and not spent yet. */
  readonly reserved: MicroUsd;
  readonly running: number;
  readonly holdings: ReadonlyMap<string, Holding>;
  /** What all running jobs cost an hour. */
  readonly perHour: FineUsd;
}

/** One month of one budget. */
export interface LedgerId {
  readonly tag: string;
  readonly value: string;
  readonly month: string;
}

/** The totals of a month, with its budget. */
export interface MonthStanding extends LedgerId, Totals {
  readonly budget: MicroUsd;
}

/** The result of a claim. */
export interface Granted {
  readonly ledger: Ledger;
  readonly holding: Holding;
  /** The job got less than it asked for, because the budget has no more. */
  readonly isShort: boolean;
  /** Keys of other jobs that need a check: they lost money, or were not checked for a long time. */
  readonly toAsk: readonly string[];
}

/** The longest and the shortest lease. Seconds. */
export const LEASE_SECONDS = 3600;
const SHORTEST_LEASE = 300;
const MINUTE = 60_000;
/** A check that another job requested may get lost. It is requested again after this time, milliseconds. */
const ASK_AGAIN = { revoked: 5 * MINUTE, silent: 60 * MINUTE } as const;
/** Jobs are normally checked more often than this. Milliseconds. */
const SILENT = 24 * 60 * MINUTE;
const MOST_TO_ASK = 20;

/** What a running job has spent by `now`, at its last known rate. */
export function spentBy({ spent, at, perHour }: Pick<Holding, 'spent' | 'at' | 'perHour'>, now: Date): MicroUsd {
  const seconds = Math.floor((now.getTime() - at.getTime()) / 1000);
  return seconds <= 0 ? spent : spent + amountOver(perHour, seconds);
}

/** What a running job takes of the budget at `now`: its reservation, or what it has spent if that is more. */
const takenBy = (holding: Holding, now: Date): MicroUsd => Math.max(holding.upTo, spentBy(holding, now));

const sum = (amounts: Iterable<MicroUsd>): MicroUsd => {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
};

/** Sums the ledger at `now`. */
export function totalsOf({ ended, running }: Ledger, now: Date): Totals {
  let [spent, reserved, perHour] = [sum(ended.values()), 0, 0n];
  for (const holding of running.values()) {
    const ran = spentBy(holding, now);
    spent += ran;
    reserved += Math.max(0, holding.upTo - ran);
    perHour += holding.perHour;
  }
  return { spent, reserved, running: running.size, holdings: running, perHour };
}

/** Whether `left` is spent at `perHour` before a schedule could fire. */
export const isAsGoodAsSpent = (left: MicroUsd, perHour: FineUsd): boolean =>
  left <= 0 || (secondsFor(left, perHour) ?? Infinity) < PRECISION_SECONDS;

/**
 * Gives the job `key` what it claims of `budget`, as far as there is money. If the job had to be stopped for lack of
 * money, other jobs give up unspent reservations. First, leases are cut to the shortest lease, whatever their age. Then
 * the newest running jobs lose everything and become `revoked`. All of them need a check. No job gives up anything for
 * one that is protected or `over`.
 *
 * A late claim of a job in `ended` replaces its entry there, so that the job never counts twice.
 */
export function grant(ledger: Ledger, budget: MicroUsd, key: string, claim: Claim, now: Date): Granted {
  const others = without(ledger.running, key);
  const ended = ledger.ended.has(key) ? without(ledger.ended, key) : ledger.ended;
  const { wanted: most, ...asked } = claim;
  const spent = spentBy(claim, now);
  let left = budget - sum(ended.values());
  const leased = { unspent: 0, perHour: claim.perHour };
  const overdue: string[] = [];
  for (const [other, one] of others) {
    left -= takenBy(one, now);
    if (one.isLeased) {
      leased.unspent += Math.max(0, one.upTo - spentBy(one, now));
      leased.perHour += one.perHour;
    }
    if (overdue.length < MOST_TO_ASK && isDue(one, now)) overdue.push(other);
  }
  const room = () => Math.max(0, left);
  const lease = spent + amountOver(claim.perHour, leaseSeconds(left - spent + leased.unspent, leased.perHour));
  const wanted = claim.isLeased ? Math.min(most, lease) : most;
  const isExhausted = () => room() < wanted && isAsGoodAsSpent(room() - spent, claim.perHour);
  const gaveUp: string[] = [];
  if (claim.footing === 'free' && isExhausted()) {
    const enough = Math.min(wanted, lease);
    for (const [other, one] of others) {
      if (room() >= enough) break;
      if (!one.isLeased || one.footing !== 'free') continue;
      const least = spentBy(one, now) + amountOver(one.perHour, SHORTEST_LEASE);
      if (one.upTo <= least) continue;
      others.set(other, { ...one, upTo: least, askedAt: now });
      gaveUp.push(other);
      left += one.upTo - least;
    }
    for (const [newer, holding] of newestFirst(others)) {
      if (room() >= enough || !isNewer([newer, holding], [key, claim])) break;
      const freed = takenBy(holding, now) - spentBy(holding, now);
      if (holding.footing !== 'free' || freed <= 0) continue;
      others.set(newer, { ...holding, upTo: spentBy(holding, now), footing: 'revoked', askedAt: now });
      gaveUp.push(newer);
      left += freed;
    }
  }
  for (const other of overdue) {
    const holding = others.get(other);
    if (holding !== undefined) others.set(other, { ...holding, askedAt: now });
  }
  const upTo = Math.min(wanted, room());
  const footing = claim.footing === 'free' && isExhausted() ? 'over' : claim.footing;
  const holding: Holding = { ...asked, upTo, footing };
  return {
    ledger: { ended, running: others.set(key, holding) },
    holding,
    isShort: upTo < wanted,
    toAsk: [...new Set([...gaveUp, ...overdue])],
  };
}

/** Length of a lease, seconds: half the time that `unspent` lasts all jobs without a cap, at `perHour` together. */
function leaseSeconds(unspent: MicroUsd, perHour: FineUsd): number {
  const lasts = secondsFor(Math.max(0, unspent), perHour) ?? Infinity;
  return Math.max(SHORTEST_LEASE, Math.min(LEASE_SECONDS, Math.floor(lasts / 2)));
}

function isDue(holding: Holding, now: Date): boolean {
  const { footing, at, askedAt, upTo } = holding;
  const since = (moment: Date | undefined) => now.getTime() - (moment?.getTime() ?? 0);
  const isOverdrawn = footing === 'free' && since(at) > ASK_AGAIN.revoked && spentBy(holding, now) > upTo;
  if ((footing === 'revoked' || isOverdrawn) && since(askedAt) > ASK_AGAIN.revoked) return true;
  return since(at) > SILENT && since(askedAt) > ASK_AGAIN.silent;
}

type Started = readonly [string, Pick<Holding, 'startedAt'>];

/** Whether `one` started later than `other`. Of two jobs that started together, their keys decide. */
function isNewer([oneKey, one]: Started, [otherKey, other]: Started): boolean {
  const apart = one.startedAt.getTime() - other.startedAt.getTime();
  return apart === 0 ? oneKey > otherKey : apart > 0;
}

/** Jobs by their start, the newest first. */
export const newestFirst = (holdings: ReadonlyMap<string, Holding>) =>
  [...holdings].sort((one, other) => (isNewer(one, other) ? -1 : 1));

function without<T>(map: ReadonlyMap<string, T>, key: string): Map<string, T> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
