/**
 * What the instances of an ended training job cost while SageMaker keeps them for the next job.
 *
 * A warm pool lasts `KeepAlivePeriodInSeconds` after the end of its job, if nobody uses or ends it before (SageMaker
 * developer guide, managed warm pools). Its time is charged for each instance (API reference, WarmPoolStatus).
 */
import type { StateChange } from '../../schemas/event/state-change.ts';
import { amountOver, type FineUsd, type MicroUsd } from './money.ts';

export interface WarmPool {
  /** What an hour costs, for all instances with their volumes. */
  readonly perHour: FineUsd;
  /** When it ends at the latest. */
  readonly until: Date;
  /** It costs nothing any more: it was ended, another job uses its instances, or its time is over. */
  readonly isOver: boolean;
  /** Seconds for which SageMaker has charged it so far; absent before SageMaker says so. Part of the job's cost. */
  readonly retainedSeconds: number | undefined;
  /** What it can still cost at most, in addition to the job's cost. */
  readonly mostMore: MicroUsd;
}

/** Statuses of a pool that costs its job nothing any more. Source: API reference, WarmPoolStatus. */
const OVER: ReadonlySet<string | undefined> = new Set(['Terminated', 'Reused']);

/** The warm pool that an ended job left at `now`, at `perHour`; absent if it left none. */
export function warmPoolOf(
  { billing, startedAt, endedAt }: StateChange,
  perHour: FineUsd,
  now: Date,
): WarmPool | undefined {
  const { keepAliveSeconds = 0, poolStatus, retainedSeconds } = billing ?? {};
  if (startedAt === undefined || endedAt === undefined || keepAliveSeconds === 0) return undefined;
  const until = new Date(endedAt.getTime() + keepAliveSeconds * 1000);
  const isOver = OVER.has(poolStatus) || until <= now;
  const left = isOver ? 0 : Math.max(0, Math.ceil(keepAliveSeconds - (retainedSeconds ?? 0)));
  return { perHour, until, isOver, retainedSeconds, mostMore: amountOver(perHour, left) };
}
