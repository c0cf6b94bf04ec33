/**
 * The straight line of a monthly budget: `base + rate x t` is what all its jobs have spent in the month by second `t`.
 *
 * A job that starts at `s` and costs `r` adds `r` to the rate and `-r x s` to the base. When the job ends, it takes both
 * back, and adds its cost to the base. Every change is an addition, so no job reads another. All numbers are whole, so
 * rounding loses nothing: one unit is 1e-10 USD an hour, for a second.
 */
import type { FineUsd, MicroUsd } from '../../cost/money.ts';

/** One month of one budget. */
export interface LineId {
  /** The tag as `ground-control.yml` writes it. */
  readonly tag: string;
  readonly value: string;
  /** Such as `2026-11`. */
  readonly month: string;
}

export interface Line {
  readonly base: bigint;
  /** What an hour costs. */
  readonly rate: FineUsd;
}

/** Units in a millionth of a US dollar. */
const UNITS = 3600n * 10_000n;

export const FLAT: Line = { base: 0n, rate: 0n };

/** Whole seconds since 1970. */
const secondsOf = (at: Date): bigint => BigInt(Math.floor(at.getTime() / 1000));

/** The line of `amount` that was spent and grows no more. */
export const fixed = (amount: MicroUsd): Line => ({ base: BigInt(amount) * UNITS, rate: 0n });

/** The line of a job that costs `rate` from `from` on. */
export const rising = (rate: FineUsd, from: Date): Line => ({ base: -rate * secondsOf(from), rate });

export const plus = (one: Line, other: Line): Line => ({ base: one.base + other.base, rate: one.rate + other.rate });
export const minus = (one: Line, other: Line): Line => ({ base: one.base - other.base, rate: one.rate - other.rate });

/** `line` as it was at `at`, from then on without growth. */
export const frozen = ({ base, rate }: Line, at: Date): Line => ({ base: base + rate * secondsOf(at), rate: 0n });

/** What is spent by `at`, rounded half up. */
export function spentBy(line: Line, at: Date): MicroUsd {
  const twice = 2n * frozen(line, at).base + UNITS;
  const quotient = twice / (2n * UNITS);
  // Division of whole numbers cuts towards zero.
  return Number(twice < 0n && twice % (2n * UNITS) !== 0n ? quotient - 1n : quotient);
}

/**
 * How a month treats a job. `running`: it may be stopped for the month. `protected`: it may not, or that would save
 * nothing now. `stopping`: it is about
 * to end. `unpriced`: its cost is not known, and it adds nothing. `ended`: its cost is final.
 */
export const ROLES = ['running', 'protected', 'stopping', 'unpriced', 'ended'] as const;
export type Role = (typeof ROLES)[number];

/** What a job adds to one line. */
export interface Share extends LineId, Line {
  /** Identity of the job's incarnation. */
  readonly key: string;
  readonly role: Role;
  readonly startedAt: Date;
}

/** A share before and after a change; absent where there is none. */
export interface ShareChange {
  readonly was?: Share;
  readonly is?: Share;
}

/** What the changes of a line add up to. */
export interface Sums extends Line {
  readonly protectedRate: bigint;
  readonly stoppingRate: bigint;
  /** Jobs that have not ended and whose cost is known. */
  readonly running: number;
  /** Jobs whose cost is not known, ended or not. */
  readonly unpriced: number;
}

/** What `share` adds to the sums of its line. */
export function sumsOf(share: Pick<Share, 'base' | 'rate' | 'role'> | undefined): Sums {
  if (share === undefined) return NOTHING;
  const { base, rate, role } = share;
  return {
    base,
    rate,
    protectedRate: role === 'protected' ? rate : 0n,
    stoppingRate: role === 'stopping' ? rate : 0n,
    running: role === 'ended' || role === 'unpriced' ? 0 : 1,
    unpriced: role === 'unpriced' ? 1 : 0,
  };
}

/** No sums at all. */
export const NOTHING: Sums = { ...FLAT, protectedRate: 0n, stoppingRate: 0n, running: 0, unpriced: 0 };

/** What `changes` of one line add to its sums. */
export const sumOf = (changes: readonly ShareChange[]): Sums =>
  changes.reduce((sum, { was, is }) => difference(plusSums(sum, sumsOf(is)), sumsOf(was)), NOTHING);

/** `one` and `other` together. */
export const plusSums = (one: Sums, other: Sums): Sums => difference(one, difference(NOTHING, other));

/** Whether all of `sums` are zero. */
export const isNothing = (sums: Sums): boolean => Object.values(sums).every((one) => BigInt(one) === 0n);

/** `one` without `other`. */
export const difference = (one: Sums, other: Sums): Sums => ({
  ...minus(one, other),
  protectedRate: one.protectedRate - other.protectedRate,
  stoppingRate: one.stoppingRate - other.stoppingRate,
  running: one.running - other.running,
  unpriced: one.unpriced - other.unpriced,
});
