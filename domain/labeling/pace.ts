/**
 * How fast a labeling job goes, and whether it will be done before it expires.
 *
 * The pace is that of the last days, not of its whole life: a team that has stopped has no pace, however well it began.
 */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import { expiryOf } from './chain.ts';
import { labeledBefore } from './link.ts';

/** Objects that were done with at a moment (epoch milliseconds): labeled, or failed for good. */
export interface Sample {
  readonly at: number;
  readonly done: number;
}

/** What is remembered of a running job. */
export interface Standing {
  /** When a count was last seen to rise, epoch milliseconds. */
  readonly changedAt: number;
  /** Counts of the last days, the oldest first. */
  readonly samples: readonly Sample[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days that the pace is taken from: with a weekend in them, they are no less than the team's usual ones. */
const WINDOW = 7 * DAY;
/** Samples are this far apart, so that few are kept. */
const APART = 6 * HOUR;

const doneOf = ({ LabelCounters: { TotalLabeled, FailedNonRetryableError } }: LabelingDescription) =>
  TotalLabeled + FailedNonRetryableError;

/** What is remembered after `job` was seen at `now`. */
export function observe(job: LabelingDescription, before: Standing | undefined, now: Date): Standing {
  const at = now.getTime();
  const done = doneOf(job);
  const last = before?.samples.at(-1);
  if (before === undefined || last === undefined) {
    const created = job.CreationTime.getTime();
    const atFirst = Math.min(labeledBefore(job) ?? 0, done);
    // Nothing was ever done: that is so since it was created. Else nobody knows since when.
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
  // Nobody looked at first, and its whole life was all there was: a day of looking says more.
  const isSeen = all[0]?.at === job.CreationTime.getTime() && at - (all[1]?.at ?? at) >= DAY;
  const samples = isSeen ? all.slice(1) : all;
  // With the last one before the days that count: they are all looked at, however seldom it was seen.
  const firstInside = samples.findIndex((one) => at - one.at <= WINDOW);
  return { changedAt: done > last.done ? at : before.changedAt, samples: samples.slice(Math.max(0, firstInside - 1)) };
}

/** When it will be done at its present pace; absent where it would never be. */
export function doneAt(job: LabelingDescription, { samples }: Standing, now: Date): Date | undefined {
  const left = job.LabelCounters.Unlabeled;
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at || last.done <= first.done) return undefined;
  const at = now.getTime() + (left * (last.at - first.at)) / (last.done - first.done);
  // Beyond what a Date holds is never.
  return at < 8.64e15 ? new Date(at) : undefined;
}

/** What people are told of a job that runs. */
export type LabelingNews =
  | { readonly kind: 'late'; readonly expiresAt: Date; readonly doneAt: Date | undefined }
  | { readonly kind: 'stalled'; readonly since: Date; readonly done: number };

/**
 * What there is to tell at `now`: that it will expire before it is done, from `warnDays` before it does; that nothing was done
 * for `stalledHours`.
 */
export function newsOf(
  job: LabelingDescription,
  standing: Standing,
  policy: { readonly warnDays: number; readonly stalledHours?: number | undefined },
  now: Date,
): LabelingNews[] {
  const hasNothingLeft = job.LabelCounters.Unlabeled === 0 && doneOf(job) > 0;
  if (job.LabelingJobStatus !== 'InProgress' || hasNothingLeft) return [];
  const expiresAt = expiryOf(job);
  const isNear = expiresAt.getTime() - now.getTime() <= policy.warnDays * DAY && policy.warnDays > 0;
  const done = doneAt(job, standing, now);
  const late: LabelingNews[] =
    isNear && (done === undefined || done > expiresAt) ? [{ kind: 'late', expiresAt, doneAt: done }] : [];
  const idle = now.getTime() - standing.changedAt;
  const stalled: LabelingNews[] =
    policy.stalledHours !== undefined && idle >= policy.stalledHours * HOUR
      ? [{ kind: 'stalled', since: new Date(standing.changedAt), done: doneOf(job) }]
      : [];
  return [...late, ...stalled];
}
