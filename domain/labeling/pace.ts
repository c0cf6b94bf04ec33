/**
 * How fast the workers of a labeling job are, and whether the job will be done before it expires.
 *
 * The pace is taken from the last days, not from the whole life of the job: a team that has stopped has no pace.
 */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import { expiryOf, sum } from './end.ts';
import { labeledBefore } from './link.ts';

/** How many objects were done at one moment: labeled, or failed for good. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly done: number;
}

/** What the table stores about a running job. */
export interface Standing {
  /** When Ground Control last saw the count rise, epoch milliseconds. */
  readonly changedAt: number;
  /** Counts of the last days, the oldest first. */
  readonly samples: readonly Sample[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The pace is taken from this time. A week always includes a weekend, so every window is alike. */
const WINDOW = 7 * DAY;
/** Samples are at least this far apart, so that few are stored. */
const APART = 6 * HOUR;

const doneOf = ({ LabelCounters: { TotalLabeled, FailedNonRetryableError } }: LabelingDescription) =>
  sum(TotalLabeled, FailedNonRetryableError);

/** What to store after Ground Control looked at `job` at `now`. `before` is what was stored. */
export function observe(job: LabelingDescription, before: Standing | undefined, now: Date): Standing {
  const at = now.getTime();
  const done = doneOf(job);
  // Nothing is learned from a description without counters.
  if (done === undefined) return before ?? { changedAt: at, samples: [] };
  const last = before?.samples.at(-1);
  if (before === undefined || last === undefined) {
    const created = job.CreationTime.getTime();
    const atFirst = Math.min(labeledBefore(job) ?? 0, done);
    // If nothing was ever done, the count has not changed since creation. Otherwise the last change is not known.
    return {
      changedAt: done === 0 || done === labeledBefore(job) ? created : at,
      samples: [
        { at: created, done: atFirst },
        { at, done },
      ],
    };
  }
  if (at <= last.at) return before;
  const previous = before.samples.at(-2);
  const kept = previous !== undefined && at - previous.at < APART ? before.samples.slice(0, -1) : before.samples;
  const all = [...kept, { at, done }];
  // The first sample is the creation, which Ground Control did not observe. A whole observed day replaces it.
  const wasObservedForADay = all[0]?.at === job.CreationTime.getTime() && at - (all[1]?.at ?? at) >= DAY;
  const samples = wasObservedForADay ? all.slice(1) : all;
  // Keeps one sample from before the window, so that the samples cover all of it.
  const firstInside = samples.findIndex((one) => at - one.at <= WINDOW);
  return { changedAt: done > last.done ? at : before.changedAt, samples: samples.slice(Math.max(0, firstInside - 1)) };
}

/** When the job will be done at its present pace; absent when it would never be done. */
export function doneAt(job: LabelingDescription, { samples }: Standing, now: Date): Date | undefined {
  const left = job.LabelCounters.Unlabeled;
  const [first, last] = [samples[0], samples.at(-1)];
  if (left === undefined || first === undefined || last === undefined || last.at <= first.at || last.done <= first.done)
    return undefined;
  const at = now.getTime() + (left * (last.at - first.at)) / (last.done - first.done);
  // A Date cannot hold a later time: that counts as never.
  return at < 8.64e15 ? new Date(at) : undefined;
}

/**
 * A warning about a running job. `late`: at its pace it expires before it is done. `stalled`: no object was done since
 * `since`.
 */
export type LabelingNews =
  | { readonly kind: 'late'; readonly expiresAt: Date; readonly doneAt: Date | undefined }
  | { readonly kind: 'stalled'; readonly since: Date; readonly done: number };

/**
 * The warnings about `job` at `now`. `late` comes from `warnDays` before the job expires; 0 turns it off. `stalled`
 * comes after `stalledHours` in which no object was done; absent turns it off. It needs counters of the job.
 */
export function newsOf(
  job: LabelingDescription,
  standing: Standing,
  policy: { readonly warnDays: number; readonly stalledHours?: number | undefined },
  now: Date,
): LabelingNews[] {
  const count = doneOf(job);
  const hasNothingLeft = job.LabelCounters.Unlabeled === 0 && count !== 0;
  if (job.LabelingJobStatus !== 'InProgress' || hasNothingLeft) return [];
  const expiresAt = expiryOf(job);
  const isNear = expiresAt.getTime() - now.getTime() <= policy.warnDays * DAY && policy.warnDays > 0;
  const done = doneAt(job, standing, now);
  const late: LabelingNews[] =
    isNear && (done === undefined || done > expiresAt) ? [{ kind: 'late', expiresAt, doneAt: done }] : [];
  const idle = now.getTime() - standing.changedAt;
  const stalled: LabelingNews[] =
    count !== undefined && policy.stalledHours !== undefined && idle >= policy.stalledHours * HOUR
      ? [{ kind: 'stalled', since: new Date(standing.changedAt), done: count }]
      : [];
  return [...late, ...stalled];
}
