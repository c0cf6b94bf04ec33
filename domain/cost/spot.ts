/**
 * What spot capacity will probably cost, from what the last ended spot jobs paid.
 *
 * SageMaker says what a spot job pays only when it has ended: `BillableTimeInSeconds` of `TrainingTimeInSeconds` are
 * charged, at on-demand prices (API reference, DescribeTrainingJob).
 */
import type { StateChange } from '../../schemas/event/state-change.ts';

/** What one ended job paid. */
export interface PaidShare {
  /** Name of the job. */
  readonly job: string;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  /** Share of the on-demand price, in percent: whole, rounded up, from 1 to 100. */
  readonly percent: number;
}

/** What a running job will probably pay: at most this share, if it is like 9 of 10 jobs before it. */
export interface SpotShare {
  /** Share of the on-demand price, in percent: from 1 to 100. */
  readonly percent: number;
  /** Number of ended jobs that it comes from. */
  readonly jobs: number;
}

/** Number of jobs that are kept for each instance type. */
const MOST_SHARES = 20;
/** With fewer jobs nobody can tell. */
const FEWEST_SHARES = 3;
const PERCENTILE = 0.9;

/** What the ended spot job `change` paid, on instances of `type`. Absent if it is no such job, or has several types. */
export function paidShareOf({ resource, billing, endedAt, instances }: StateChange) {
  const { spot, billableSeconds = 0, trainedSeconds = 0 } = billing ?? {};
  const [type, ...others] = new Set(instances.map((group) => group.type));
  // A job that was charged nothing says nothing about the price.
  if (spot !== true || billableSeconds === 0 || trainedSeconds === 0) return undefined;
  if (endedAt === undefined || type === undefined || others.length > 0) return undefined;
  const percent = Math.min(100, Math.ceil((100 * billableSeconds) / trainedSeconds));
  return { type, share: { job: resource.name, endedAt: endedAt.getTime(), percent } satisfies PaidShare };
}

/** `known` with `share`: the newest 20. Returns `known` itself if it has the job already, or if all are newer. */
export function withShare(known: readonly PaidShare[], share: PaidShare): readonly PaidShare[] {
  if (known.some(({ job, endedAt }) => job === share.job && endedAt === share.endedAt)) return known;
  const newest = [...known, share].toSorted((one, other) => one.endedAt - other.endedAt).slice(-MOST_SHARES);
  return newest.includes(share) ? newest : known;
}

/** The share that 90 % of the `known` jobs did not exceed; absent with fewer than 3 jobs. */
export function spotShareOf(known: readonly PaidShare[]): SpotShare | undefined {
  if (known.length < FEWEST_SHARES) return undefined;
  const percents = known.map(({ percent }) => percent).toSorted((one, other) => one - other);
  const percent = percents[Math.ceil(PERCENTILE * percents.length) - 1];
  return percent === undefined ? undefined : { percent, jobs: percents.length };
}
