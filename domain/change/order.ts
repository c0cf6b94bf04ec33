/**
 * Which of two reports about a resource is the later one.
 *
 * SageMaker's events come twice, late and out of order. What has ended stays ended; what was created again under its
 * old name starts afresh; of everything else the resource's own time of change decides.
 */

import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { kindOf } from '../kinds.ts';
import { BEGINNINGS, ENDS } from '../statuses.ts';
import type { Verdict } from './outcome.ts';
import type { Owner } from './owner.ts';

/**
 * `accepted`: it is what is now true, and `now` says so; `news` unless it was known. `late`: something newer is known
 * already, and `now` is what this would have made known.
 */
export type Ordering =
  | { readonly kind: 'accepted'; readonly now: Remembered; readonly news: boolean }
  | { readonly kind: 'late'; readonly now: Remembered; readonly reason: string };

/** Whether nothing can follow on the end of a resource of `type`. */
export const isFinal = (type: string): boolean => kindOf(type).end === 'final';

/** Creation times of one resource may differ by rounding: events carry milliseconds, the API fractions of seconds. */
const SAME_CREATION_SECONDS = 1;

/** The same modification may be told with and without fractions of seconds. */
const SAME_MODIFICATION_MILLISECONDS = 1000;
/** Copies of an event are sent within minutes; the same status much later is news (a node that is unhealthy again). */
const SAME_EVENT_MILLISECONDS = 15 * 60_000;
const DAY = 86_400_000;
/** Changes remembered as told or to be told; older ones are still protected by the records of their effects. */
const MOST_ANNOUNCED = 50;

/** Compares `change` with what is remembered of its resource. */
export function order(before: Remembered | undefined, change: StateChange, verdict: Verdict, owner: Owner): Ordering {
  const generation = generationOf(change);
  const told = { change, verdict, owner };
  if (before === undefined) return accept(told, generation);
  const age = ageAgainst(before, change, generation);
  if (age > SAME_CREATION_SECONDS) return accept(told, generation, undefined, before);
  if (age < -SAME_CREATION_SECONDS) {
    return late(told, generation, undefined, before, 'a newer resource of the same name is known');
  }
  if (isCreatedAgain(before, change, verdict, generation)) {
    return accept(told, Math.floor(time(change) / 1000), undefined, before);
  }
  const known = before.generation === 0 ? generation : before.generation;
  // Under the generation it was told with, though a copy may know more.
  if (isSame(before, change, verdict)) return accept(told, before.generation, before, before);
  // A job may be deleted after its end; nothing else can follow on it.
  const isOver = isFinal(before.type) ? verdict.status !== 'Deleted' : time(change) <= before.since;
  if (before.ended && isOver) {
    return late(told, before.generation, before, before, `it has already ended: ${before.status}`);
  }
  // Whatever its time: a job's end is its last word, and so is a deletion.
  const lastWord = hasEnded(change, verdict) && (isFinal(before.type) || verdict.status === 'Deleted');
  if (!lastWord && time(change) !== 0 && time(change) < before.since) {
    return late(told, before.generation, before, before, `a later status is known: ${before.status ?? 'none'}`);
  }
  return accept(told, known, before, before);
}

/** Seconds by which `change` is of a later incarnation than what is remembered; 0 where nothing says so. */
function ageAgainst(before: Remembered, change: StateChange, generation: number): number {
  if (generation === 0) return 0;
  if (before.generation !== 0) return generation - before.generation;
  // What ended before this was created was another one.
  const after = generation - Math.ceil(before.since / 1000);
  return before.ended && before.since > 0 && after > SAME_CREATION_SECONDS && time(change) > before.since ? after : 0;
}

/** Where events carry no creation time: what begins after it was deleted was created again under its name. */
function isCreatedAgain(before: Remembered, change: StateChange, { status }: Verdict, generation: number): boolean {
  if (before.status !== 'Deleted' || generation !== 0 || before.generation !== 0) return false;
  return status !== undefined && BEGINNINGS.has(status) && time(change) > before.since;
}

/** A creation that lies after the event itself is a mistake, and must not silence what comes. */
function generationOf({ createdAt, event: { at } }: StateChange): number {
  if (createdAt === undefined) return 0;
  if (at !== undefined && createdAt.getTime() - at.getTime() > DAY) return 0;
  return Math.floor(createdAt.getTime() / 1000);
}

/** A report, as it was read and judged. */
interface Told {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly owner: Owner;
}

/** `before`: of the same incarnation. `last`: whatever was remembered last under the name. */
function accept(told: Told, generation: number, before?: Remembered, last = before): Ordering {
  const same = before !== undefined && isSame(before, told.change, told.verdict);
  const now = remembered(told, generation, before, last);
  // Copies of an event are sent at times of their own: what counts is when the first told of this status.
  return { kind: 'accepted', now: same ? { ...now, since: before.since } : now, news: !same };
}

function late(
  told: Told,
  generation: number,
  before: Remembered | undefined,
  last: Remembered,
  reason: string,
): Ordering {
  return { kind: 'late', now: remembered(told, generation, before, last), reason };
}

function remembered(
  { change, verdict, owner }: Told,
  generation: number,
  before: Remembered | undefined,
  last: Remembered | undefined,
): Remembered {
  return {
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
    since: time(change),
    createdAt: change.createdAt?.getTime() ?? before?.createdAt,
    startedAt: change.startedAt?.getTime() ?? before?.startedAt,
    endedAt: change.endedAt?.getTime() ?? before?.endedAt,
    // Events of a deletion carry no tags; whose it was is still known.
    owner:
      owner.owner === 'unknown' && owner.team === 'unknown' && owner.project === 'unknown' && before !== undefined
        ? before.owner
        : owner,
    stoppedFor: before?.stoppedFor,
    announced: (before?.announced?.size ?? 0) > MOST_ANNOUNCED ? undefined : before?.announced,
    untold: (last?.untold?.size ?? 0) > MOST_ANNOUNCED ? undefined : last?.untold,
    revision: (last?.revision ?? 0) + 1,
  };
}

/**
 * The same report again. An endpoint that says it was modified since has left the status and come back to it, though
 * nobody told of the time between; so has an execution that ended at another time.
 */
function isSame(before: Remembered, change: StateChange, { status }: Verdict): boolean {
  if (before.status !== status || before.secondaryStatus !== change.secondaryStatus) return false;
  if (isFinal(before.type) || before.since === 0) return true;
  const { modifiedAt, endedAt, event } = change;
  if (modifiedAt !== undefined) return modifiedAt.getTime() - before.since <= SAME_MODIFICATION_MILLISECONDS;
  if (endedAt !== undefined && before.endedAt !== undefined) {
    return Math.abs(endedAt.getTime() - before.endedAt) <= SAME_MODIFICATION_MILLISECONDS;
  }
  return Math.abs((event.at?.getTime() ?? 0) - before.since) <= SAME_EVENT_MILLISECONDS;
}

function hasEnded({ resource: { type } }: StateChange, { status }: Verdict): boolean {
  if (status === 'Deleted') return true;
  return kindOf(type).end !== 'none' && status !== undefined && ENDS.has(status);
}

function time({ modifiedAt, event }: StateChange): number {
  return (modifiedAt ?? event.at)?.getTime() ?? 0;
}
