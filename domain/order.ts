/**
 * Which of two reports about a resource is the later one.
 *
 * SageMaker's events come twice, late and out of order. What has ended stays ended; what was created again under its
 * old name starts afresh; of everything else the resource's own time of change decides.
 */
import type { Remembered } from '../schemas/remembered.ts';
import type { StateChange } from '../schemas/state-change.ts';
import type { Verdict } from './outcome.ts';
import type { Owner } from './owner.ts';

/** `accepted`: it is what is now true, and `now` says so; `news` unless it was known. `late`: something newer is known already. */
export type Ordering =
  | { readonly kind: 'accepted'; readonly now: Remembered; readonly news: boolean }
  | { readonly kind: 'late'; readonly reason: string };

/** Jobs run once: their end is the last word on them. */
const JOBS: ReadonlySet<string> = new Set([
  'training-job',
  'tuning-job',
  'processing-job',
  'transform-job',
  'labeling-job',
  'human-loop',
]);
/** These end, too, but a failed execution may be retried, and then goes on under its old ARN. */
const RETRIED: ReadonlySet<string> = new Set(['pipeline-execution', 'pipeline-step']);
const ENDS: ReadonlySet<string> = new Set(['Completed', 'Succeeded', 'Failed', 'Stopped']);

/** Whether nothing can follow on the end of a resource of `type`. */
export const isFinal = (type: string): boolean => JOBS.has(type);

/** Creation times of one resource may differ by rounding: events carry milliseconds, the API fractions of seconds. */
const SAME_CREATION_SECONDS = 1;

/** The same modification may be told with and without fractions of seconds. */
const SAME_MODIFICATION_MILLISECONDS = 1000;
/** Copies of an event are sent within minutes; the same status much later is news (a node that is unhealthy again). */
const SAME_EVENT_MILLISECONDS = 15 * 60_000;
/** Changes remembered as told; older ones are still protected by the records of their effects. */
const MOST_ANNOUNCED = 50;

/** Compares `change` with what is remembered of its resource. */
export function order(before: Remembered | undefined, change: StateChange, verdict: Verdict, owner: Owner): Ordering {
  const generation = seconds(change.createdAt);
  if (before === undefined) return accept(undefined, change, verdict, owner, generation);
  const age = generation === 0 || before.generation === 0 ? 0 : generation - before.generation;
  if (age > SAME_CREATION_SECONDS) return accept(undefined, change, verdict, owner, generation, before.revision);
  if (age < -SAME_CREATION_SECONDS) return late('a newer resource of the same name is known');
  const known = before.generation === 0 ? generation : before.generation;
  // Under the generation it was told with, though a copy may know more.
  if (isSame(before, change, verdict)) return accept(before, change, verdict, owner, before.generation);
  if (before.ended && (isFinal(before.type) || time(change) <= before.since)) {
    return late(`it has already ended: ${before.status}`);
  }
  if (!hasEnded(change, verdict) && time(change) !== 0 && time(change) < before.since) {
    return late(`a later status is known: ${before.status ?? 'none'}`);
  }
  return accept(before, change, verdict, owner, known);
}

function accept(
  before: Remembered | undefined,
  change: StateChange,
  verdict: Verdict,
  owner: Owner,
  generation: number,
  revision = before?.revision ?? 0,
): Ordering {
  const same = before !== undefined && isSame(before, change, verdict);
  const now: Remembered = {
    version: 1,
    family: change.family,
    type: change.resource.type,
    name: change.resource.name,
    arn: change.resource.arn,
    generation,
    status: verdict.status,
    secondaryStatus: change.secondaryStatus,
    outcome: verdict.outcome,
    ended: hasEnded(change, verdict),
    // Copies of an event are sent at times of their own: what counts is when the first told of this status.
    since: same ? before.since : time(change),
    createdAt: change.createdAt?.getTime() ?? before?.createdAt,
    startedAt: change.startedAt?.getTime() ?? before?.startedAt,
    endedAt: change.endedAt?.getTime() ?? before?.endedAt,
    // Events of a deletion carry no tags; whose it was is still known.
    owner:
      owner.owner === 'unknown' && owner.team === 'unknown' && owner.project === 'unknown' && before !== undefined
        ? before.owner
        : owner,
    announced: (before?.announced?.size ?? 0) > MOST_ANNOUNCED ? undefined : before?.announced,
    revision: revision + 1,
  };
  return { kind: 'accepted', now, news: !same };
}

/**
 * The same report again. An endpoint that says it was modified since has left the status and come back to it, though
 * nobody told of the time between.
 */
function isSame(before: Remembered, change: StateChange, { status }: Verdict): boolean {
  if (before.status !== status || before.secondaryStatus !== change.secondaryStatus) return false;
  if (isFinal(before.type) || before.since === 0) return true;
  const { modifiedAt, event } = change;
  if (modifiedAt !== undefined) return modifiedAt.getTime() - before.since <= SAME_MODIFICATION_MILLISECONDS;
  return (event.at?.getTime() ?? 0) - before.since <= SAME_EVENT_MILLISECONDS;
}

const late = (reason: string): Ordering => ({ kind: 'late', reason });

function hasEnded({ resource: { type } }: StateChange, { status }: Verdict): boolean {
  if (status === 'Deleted') return true;
  return (JOBS.has(type) || RETRIED.has(type)) && status !== undefined && ENDS.has(status);
}

function time({ modifiedAt, event }: StateChange): number {
  return (modifiedAt ?? event.at)?.getTime() ?? 0;
}

function seconds(instant: Date | undefined): number {
  return instant === undefined ? 0 : Math.floor(instant.getTime() / 1000);
}
