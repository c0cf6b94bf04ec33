/**
 * The ledger of one monthly budget: what jobs that have ended cost in the month, and what those that run have spent and may
 * yet spend of it.
 *
 * A running job holds what it will cost up to its own cap or time limit; one without a cap, what the next hour costs. What
 * one holds no other can spend: as long as jobs keep within what they hold, the month keeps within its budget. Every job is
 * in the ledger once, under its key; totals are sums over the jobs, never counted up.
 */
import type { JobRef } from '../action.ts';
import { amountOver, type FineUsd, type MicroUsd } from '../cost/money.ts';

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
  /** What it may spend. */
  readonly upTo: MicroUsd;
  readonly footing: Footing;
}

/** A running job that asks for `wanted` of the month, what it has spent included. */
export interface Claim extends Omit<Holding, 'upTo'> {
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
  /** Those that run, the newest first. */
  readonly newest: readonly JobRef[];
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
}

/** What is left must last for this long, or it is as good as nothing. Seconds. */
const LAST_MINUTE = 60;
/** What a job without a cap holds at a time, and what others give up for a job to go on. Seconds. */
export const LEASE_SECONDS = 3600;

/** What a running job has spent by `now`, at the rate at which it was last seen to spend. */
function spentBy({ spent, at, perHour }: Pick<Holding, 'spent' | 'at' | 'perHour'>, now: Date): MicroUsd {
  const seconds = Math.floor((now.getTime() - at.getTime()) / 1000);
  return seconds <= 0 ? spent : spent + amountOver(perHour, seconds);
}

/** What of the month is a running job's at `now`: what it holds, or more where it has spent more. */
const takenBy = (holding: Holding, now: Date): MicroUsd => Math.max(holding.upTo, spentBy(holding, now));

const sum = (amounts: Iterable<MicroUsd>): MicroUsd => [...amounts].reduce((total, amount) => total + amount, 0);

export function totalsOf({ ended, running }: Ledger, now: Date): Totals {
  const holdings = [...running.values()];
  const ran = sum(holdings.map((holding) => spentBy(holding, now)));
  return {
    spent: sum(ended.values()) + ran,
    reserved: sum(holdings.map((holding) => takenBy(holding, now))) - ran,
    running: holdings.length,
    newest: newestFirst(running).map(([, { job }]) => job),
    perHour: holdings.reduce((total, { perHour }) => total + perHour, 0n),
  };
}

/**
 * Gives the job called `key` what it claims of `budget`, as far as there is room. Where it would have to be stopped for want
 * of money, the newest running jobs give up first what they hold and have not spent: they are `revoked` then, and are to be
 * asked about. Nobody gives up anything for a job that is protected or `over`.
 */
export function grant(ledger: Ledger, budget: MicroUsd, key: string, claim: Claim, now: Date): Granted {
  const others = new Map([...ledger.running].filter(([other]) => other !== key));
  const { wanted, ...asked } = claim;
  const spent = spentBy(claim, now);
  const room = () =>
    Math.max(0, budget - sum(ledger.ended.values()) - sum([...others.values()].map((one) => takenBy(one, now))));
  const enough = Math.min(wanted, spent + amountOver(claim.perHour, LEASE_SECONDS));
  const isExhausted = () => room() < wanted && room() - spent < amountOver(claim.perHour, LAST_MINUTE);
  if (claim.footing === 'free' && isExhausted()) {
    for (const [newer, holding] of newestFirst(others)) {
      if (room() >= enough || !isNewer([newer, holding], [key, claim])) break;
      if (holding.footing !== 'free' || takenBy(holding, now) <= spentBy(holding, now)) continue;
      others.set(newer, { ...holding, upTo: spentBy(holding, now), footing: 'revoked' });
    }
  }
  const upTo = Math.min(wanted, room());
  const footing = claim.footing === 'free' && isExhausted() ? 'over' : claim.footing;
  const holding: Holding = { ...asked, upTo, footing };
  return { ledger: { ...ledger, running: others.set(key, holding) }, holding, isShort: upTo < wanted };
}

type Started = readonly [string, Pick<Holding, 'startedAt'>];

/** Later started; of two that started together, one always counts as newer than the other. */
function isNewer([oneKey, one]: Started, [otherKey, other]: Started): boolean {
  const apart = one.startedAt.getTime() - other.startedAt.getTime();
  return apart === 0 ? oneKey > otherKey : apart > 0;
}

const newestFirst = (holdings: ReadonlyMap<string, Holding>) =>
  [...holdings].sort((one, other) => (isNewer(one, other) ? -1 : 1));

/** The job called `key` is not this ledger's any more. */
export function drop({ ended, running }: Ledger, key: string): Ledger {
  return { ended: without(ended, key), running: without(running, key) };
}

const without = <T>(map: ReadonlyMap<string, T>, key: string) => new Map([...map].filter(([one]) => one !== key));
