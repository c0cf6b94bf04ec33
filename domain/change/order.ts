/**
 * Decides whether a change is newer than what the table stores about its resource.
 *
 * Events of SageMaker arrive twice, late and out of order. A job that has ended stays ended. A resource that was
 * created again under its old name starts afresh. In all other cases the time of the change decides.
 */

import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { BEGINNINGS } from '../statuses.ts';
import { deploymentAfter, withDeploying } from './deployment.ts';
import { changeKey, isFinal, resourceKey } from './identity.ts';
import { hasEnded, type Verdict } from './outcome.ts';
import type { Owner } from './owner.ts';
import { isSame } from './same.ts';
import { changedAt, sinceOf, trustedGenerationOf } from './trusted-times.ts';

/**
 * `accepted`: the change is current, and `now` is the state to store. `isCopy`: the table has the change already; `news`
 * is false if it also has all that this copy says. `late`: the table has something newer; `now` is the state that the change describes.
 */
export type Ordering =
  | { readonly kind: 'accepted'; readonly now: Remembered; readonly news: boolean; readonly isCopy: boolean }
  | { readonly kind: 'late'; readonly now: Remembered; readonly reason: string };

/** Creation times of one resource differ by rounding: events carry milliseconds, the API fractions of seconds. */
const SAME_CREATION_SECONDS = 1;

/**
 * The most names that a resource keeps of changes that were announced to people or to other systems, and of changes that
 * were given up.
 */
const MOST_NAMES = 100;

/** Compares `change` with `before`, what the table stores about its resource. */
export function order(before: Remembered | undefined, change: StateChange, verdict: Verdict, owner: Owner): Ordering {
  const generation = trustedGenerationOf(change);
  const report = { change, verdict, owner };
  if (before === undefined) return accept(report, generation);
  const age = ageAgainst(before, change, generation);
  if (age > SAME_CREATION_SECONDS) return accept(report, generation, undefined, before);
  if (age < -SAME_CREATION_SECONDS) {
    return late(report, generation, undefined, before, 'a newer resource of the same name is known');
  }
  if (isCreatedAgain(before, change, verdict, generation)) {
    return accept(report, Math.floor(changedAt(change) / 1000), undefined, before);
  }
  const known = before.generation === 0 ? generation : before.generation;
  // The resource had this status before, and the alert about that is still owed or was given up.
  const earlier = stateAfter(report, before.generation, before, before);
  const name = changeKey(resourceKey(change), earlier);
  if (earlier.since < before.since && (before.untold?.has(name) === true || before.givenUp?.has(name) === true))
    return late(report, before.generation, before, before, `a later status is known: ${before.status ?? 'none'}`);
  // A copy may add the creation time. The change keeps its generation, so that its key stays the same.
  if (isSame(before, change, verdict)) return accept(report, before.generation, before, before);
  // After the end of a job nothing but its deletion can follow.
  const since = sinceOf(before, change);
  const isOver = isFinal(before.type) ? verdict.status !== 'Deleted' : changedAt(change) <= since;
  if (before.ended && isOver) {
    return late(report, before.generation, before, before, `it has already ended: ${before.status}`);
  }
  // The end of a job and a deletion are accepted whatever their time: nothing earlier can replace them.
  const lastWord = hasEnded(change, verdict) && (isFinal(before.type) || verdict.status === 'Deleted');
  if (!lastWord && changedAt(change) !== 0 && changedAt(change) < since) {
    return late(report, before.generation, before, before, `a later status is known: ${before.status ?? 'none'}`);
  }
  return accept(report, known, before, before);
}

/** How many seconds later than `before` the resource of `change` was created; 0 when it seems to be the same one. */
function ageAgainst(before: Remembered, change: StateChange, generation: number): number {
  if (generation === 0) return 0;
  if (before.generation !== 0) return generation - before.generation;
  // `before` has no creation time. If it ended before this resource was created, it was another resource.
  const since = sinceOf(before, change);
  const after = generation - Math.ceil(since / 1000);
  return before.ended && since > 0 && after > SAME_CREATION_SECONDS && changedAt(change) > since ? after : 0;
}

/** Whether a deleted resource was created again under its name. For events without a creation time. */
function isCreatedAgain(before: Remembered, change: StateChange, { status }: Verdict, generation: number): boolean {
  if (before.status !== 'Deleted' || generation !== 0 || before.generation !== 0) return false;
  return status !== undefined && BEGINNINGS.has(status) && changedAt(change) > sinceOf(before, change);
}

/** A change with its verdict and its owner. */
interface Report {
  readonly change: StateChange;
  readonly verdict: Verdict;
  readonly owner: Owner;
}

/** `before` is the stored state of the same incarnation, `last` the stored state of any resource of that name. */
function accept(report: Report, generation: number, before?: Remembered, last = before): Ordering {
  const same = before !== undefined && isSame(before, report.change, report.verdict);
  const now = stateAfter(report, generation, before, last);
  if (!same) return { kind: 'accepted', now: { ...now, order: orderAfter(last, report) }, news: true, isCopy: false };
  const deployment =
    before.status === 'InService' ? before.deployment : withDeploying(before.deployment, report.change);
  const news = deployment?.deploying !== before.deployment?.deploying;
  // Copies of an event carry different times. The time of the first copy counts.
  return {
    kind: 'accepted',
    now: { ...now, since: before.since, order: before.order, deployment },
    news,
    isCopy: true,
  };
}

/**
 * The order number of an accepted change. It follows the clock, so that it rises even if the table has forgotten the
 * resource; a wrong clock only moves it ahead.
 */
const orderAfter = (last: Remembered | undefined, { change }: Report): number =>
  Math.max((last?.order ?? 0) + 1, changedAt(change));

function late(
  report: Report,
  generation: number,
  before: Remembered | undefined,
  last: Remembered,
  reason: string,
): Ordering {
  return { kind: 'late', now: stateAfter(report, generation, before, last), reason };
}

function stateAfter(
  { change, verdict, owner }: Report,
  generation: number,
  before: Remembered | undefined,
  last: Remembered | undefined,
): Remembered {
  return {
    version: 2,
    family: change.family,
    type: change.resource.type,
    name: change.resource.name,
    arn: change.resource.arn,
    generation,
    status: verdict.status,
    secondaryStatus: change.secondaryStatus,
    outcome: verdict.outcome,
    ended: hasEnded(change, verdict),
    since: changedAt(change),
    // Of a late change; `accept` gives the others a higher one.
    order: changedAt(change),
    createdAt: change.createdAt?.getTime() ?? before?.createdAt,
    startedAt: change.startedAt?.getTime() ?? before?.startedAt,
    endedAt: change.endedAt?.getTime() ?? before?.endedAt,
    // Events of a deletion carry no tags, so the owner is kept.
    owner:
      owner.owner === 'unknown' && owner.team === 'unknown' && owner.project === 'unknown' && before !== undefined
        ? before.owner
        : owner,
    stoppedFor: before?.stoppedFor,
    deployment: deploymentAfter(change, verdict, before?.deployment),
    announced: before?.announced && new Set(newest([...before.announced])),
    givenUp: last?.givenUp && new Set(newest([...last.givenUp])),
    untold: last?.untold,
    revision: (last?.revision ?? 0) + 1,
  };
}

/**
 * The newest of the names of changes. Late copies of older changes are ignored, so their names are not needed. A name
 * ends in the time of its change (`changeKey` in identity.ts); a final end has none, and is kept.
 */
function newest(names: readonly string[]): readonly string[] {
  if (names.length <= MOST_NAMES) return names;
  const timeOf = (name: string) => Number(/\|(\d+)$/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
  return names.toSorted((one, other) => compare(timeOf(other), timeOf(one))).slice(0, MOST_NAMES);
}

/** Unlike a subtraction, it compares infinite numbers too. */
const compare = (one: number, other: number): number => Number(one > other) - Number(one < other);
