/** The figures that teams, jobs and workers have. */
import type { Histogram } from './histogram.ts';
import type { Tally } from './tally.ts';
import type { Collected } from './team-work.ts';

/** Times of tasks, in seconds. */
export interface Times {
  /** How many tasks have a known time. */
  readonly tasks: number;
  readonly median: number;
  readonly p90: number;
}

/** How many answers were compared with the consolidated label, and the share that equals it, from 0 to 1. */
export interface Agreement {
  readonly tasks: number;
  readonly share: number;
}

/** What is absent is not known, or hidden. */
export interface Figures {
  readonly tasks: number;
  /** Wall time: from accepting to submitting, breaks included, by the log. */
  readonly wall: Times | undefined;
  /** Active time: without breaks, by the worker-response files. It is never mixed with wall time. */
  readonly active: Times | undefined;
  /** How many tasks were declined and returned; absent when the log has no such entries at all, or when hidden. */
  readonly declined: number | undefined;
  readonly returned: number | undefined;
  readonly agreement: Agreement | undefined;
}

export type Kinds = Collected['kinds'];

/** The figures of one tally. `kinds`: kinds of entries that the log has at all. */
export const figuresOf = (tally: Tally, kinds: Kinds): Figures => ({
  tasks: tally.tasks,
  wall: timesOf(tally.wall),
  active: timesOf(tally.active, 1000),
  declined: kinds.has('declined') ? tally.declined : undefined,
  returned: kinds.has('returned') ? tally.returned : undefined,
  agreement: tally.compared === 0 ? undefined : { tasks: tally.compared, share: tally.equal / tally.compared },
});

/** Median and 90th percentile in seconds, of a histogram that counts in `unit`s a second. */
export function timesOf(histogram: Histogram, unit = 1): Times | undefined {
  const [median, p90] = histogram.quantiles(50, 90);
  if (median === undefined || p90 === undefined) return undefined;
  return { tasks: histogram.total, median: median / unit, p90: p90 / unit };
}
