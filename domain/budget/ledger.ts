/**
 * The ledger of one monthly budget: what jobs that have ended cost in the month, and what those that run have spent and may
 * yet spend of it.
 *
 * A running job with a cap holds what it may cost up to that or its time limit. One without a cap holds what it costs for a
 * while (a lease): an hour, and less as the month comes to its end, so that nobody is stopped for money that lies idle. What
 * one holds no other can spend: as long as jobs keep within what they hold, the month keeps within its budget. Every job is in
 * the ledger once, under its key; totals are sums over the jobs, never counted up.
 */

import { amountOver, type FineUsd, type MicroUsd, secondsFor } from '../cost/money.ts';
import type { JobRef } from './job.ts';
import { PRECISION_SECONDS } from './times.ts';

/**
 * `free`: may be stopped for others. `revoked`: gave up what it held, and has not been looked at since. `over`: there is no
 * money for it, and it is to be stopped, or would be.
 */
export const FOOTINGS = ['free', 'protected', 'revoked', 'over'] as const;
export type Footing = (typeof FOOTINGS)[number];

/** What a running job has of the month. */
export interface Holding {
  readonly job: JobRef;
  readonly startedAt: Date;
  /** When it was looked at, and what it had spent then. */
  readonly at: Date;
  readonly spent: MicroUsd;
  readonly perHour: FineUsd;
  /** It has no cap, and holds what it costs for a while. */
  readonly isLeased: boolean;
  /** What it may spend. */
  readonly upTo: MicroUsd;
  readonly footing: Footing;
  /** When another job's question last had it asked about. */
  readonly askedAt?: Date | undefined;
}

/** A running job that asks for at most `wanted` of the month, what it has spent included. */
export interface Claim extends Omit<Holding, 'upTo' | 'askedAt'> {
  readonly wanted: MicroUsd;
}

export interface Ledger {
  /** What jobs that have ended cost in this month, by key. */
  readonly ended: ReadonlyMap<string, MicroUsd>;
  /** Running jobs, by key; none of them is among those that have ended. */
  readonly running: ReadonlyMap<string, Holding>;
}

/** What the ledger comes to at one moment. */
export interface Totals {
  readonly spent: MicroUsd;
  /** Held by running jobs, and not spent yet. */
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

/** How a month stands against its budget. */
export interface MonthStanding extends LedgerId, Totals {
  readonly budget: MicroUsd;
}

/** What a claim came to. */
export interface Granted {
  readonly ledger: Ledger;
  readonly holding: Holding;
  /** Less than it asked for: the budget has no more. */
  readonly isShort: boolean;
  /** Keys of others that are to be asked about: they gave up what they held, or nobody has asked about them for long. */
  readonly toAsk: readonly string[];
}

/** The longest and the shortest lease. Seconds. */
export const LEASE_SECONDS = 3600;
const SHORTEST_LEASE = 300;
const MINUTE = 60_000;
/** A question that was asked because of another job may get lost; it is asked again after a while. */
const ASK_AGAIN = { revoked: 5 * MINUTE, silent: 60 * MINUTE } as const;
/** Jobs are looked at more often than this. */
const SILENT = 24 * 60 * MINUTE;
const MOST_TO_ASK = 20;

/** What a running job has spent by `now`, at the rate at which it was last seen to spend. */
export function spentBy({ spent, at, perHour }: Pick<Holding, 'spent' | 'at' | 'perHour'>, now: Date): MicroUsd {
  const seconds = Math.floor((now.getTime() - at.getTime()) / 1000);
  return seconds <= 0 ? spent : spent + amountOver(perHour, seconds);
}

/** What of the month is a running job's at `now`: what it holds, or more where it has spent more. */
const takenBy = (holding: Holding, now: Date): MicroUsd => Math.max(holding.upTo, spentBy(holding, now));

const sum = (amounts: Iterable<MicroUsd>): MicroUsd => {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
};

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

/** Whether `left` lasts at `perHour` for less than can be waited for. */
export const isAsGoodAsSpent = (left: MicroUsd, perHour: FineUsd): boolean =>
  left <= 0 || (secondsFor(left, perHour) ?? Infinity) < PRECISION_SECONDS;

/**
 * Gives the job called `key` what it claims of `budget`, as far as there is room. Where it would have to be stopped for want
 * of money, others give up what they hold and have not spent: first leases, however old, as far as they are longer than the
 * shortest; then all of it the newest running jobs, which are `revoked` then. Both are to be asked about. Nobody gives up
 * anything for a job that is protected or `over`.
 *
 * A job that is known to have ended is counted as this claim says: it comes late, and must not count twice.
 */
export function grant(ledger: Ledger, budget: MicroUsd, key: string, claim: Claim, now: Date): Granted {
  const others = without(ledger.running, key);
  const ended = ledger.ended.has(key) ? without(ledger.ended, key) : ledger.ended;
  const { wanted: most, ...asked } = claim;
  const spent = spentBy(claim, now);
  let left = budget - sum(ended.values());
  const leased = { unspent: 0, perHour: claim.perHour };
  const due: string[] = [];
  for (const [other, one] of others) {
    left -= takenBy(one, now);
    if (one.isLeased) {
      leased.unspent += Math.max(0, one.upTo - spentBy(one, now));
      leased.perHour += one.perHour;
    }
    if (due.length < MOST_TO_ASK && isDue(one, now)) due.push(other);
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
  for (const other of due) {
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
    toAsk: [...new Set([...gaveUp, ...due])],
  };
}

/** How long jobs without a cap may go on unasked: half as long as `unspent` lasts all of them, at `perHour` together. */
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

/** Later started; of two that started together, one always counts as newer than the other. */
function isNewer([oneKey, one]: Started, [otherKey, other]: Started): boolean {
  const apart = one.startedAt.getTime() - other.startedAt.getTime();
  return apart === 0 ? oneKey > otherKey : apart > 0;
}

/** Those that began last come first. */
export const newestFirst = (holdings: ReadonlyMap<string, Holding>) =>
  [...holdings].sort((one, other) => (isNewer(one, other) ? -1 : 1));

function without<T>(map: ReadonlyMap<string, T>, key: string): Map<string, T> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
