/** What a resource owes to other systems: changes and actions that the event bus has not confirmed. */
import type { RelayPolicy } from '../../schemas/configuration/relays.ts';
import type { Claimed, Remembered } from '../../schemas/stored/resource.ts';
import type { RelayAction } from '../action.ts';
import type { Alert } from '../alert/alert.ts';
import { resourceKey } from '../change/identity.ts';
import type { JudgedChange } from '../change/judged.ts';
import { relayedChange, type UnidentifiedChange } from './change.ts';
import type { UnidentifiedAction } from './deed.ts';

/** The name of what is owed, from the identity of the change or of the action. */
export const relayName = (identity: string): string => `relay|${identity}`;

/** The action that publishes `content`. `resource` is the key of its resource. */
export const relayOf = (
  resource: string,
  identity: string,
  content: UnidentifiedChange | UnidentifiedAction,
): RelayAction => ({ kind: 'relay', resource, settles: relayName(identity), content: JSON.stringify(content) });

/** The actions that publish what the resource still owes, in the order in which it happened. */
export const pendingRelays = (resource: string, untold: Remembered['untold']): RelayAction[] =>
  [...(untold ?? [])]
    .flatMap(([settles, { relay: content }]): RelayAction[] =>
      content === undefined ? [] : [{ kind: 'relay', resource, settles, content }],
    )
    // DynamoDB does not keep the order of a map.
    .toSorted((one, other) => placeOf(one.content) - placeOf(other.content));

/** Order numbers of changes follow the clock, so that they can be compared with the times of actions. */
function placeOf(content: string): number {
  const relayed: UnidentifiedChange | UnidentifiedAction = JSON.parse(content);
  return 'order' in relayed ? relayed.order : Date.parse(relayed.at);
}

/**
 * What the bus for other systems is to get: what it has not confirmed, and the change itself if it was accepted for the
 * first time. A change that another function has left to this one is completed, unless somebody has sent it already.
 */
export function relaysOf(
  { change, key, now, isFirst, isStillNews }: JudgedChange,
  before: Remembered | undefined,
  alert: () => Alert,
  { tags }: RelayPolicy,
): readonly RelayAction[] {
  const resource = resourceKey(change);
  const isSameOne = before !== undefined && before.generation === now.generation;
  const content = () => relayedChange(alert(), now, isSameOne ? before.status : undefined, tags);
  const name = relayName(key);
  const pending = pendingRelays(resource, before?.untold).map((relay) => {
    const isIncomplete = relay.settles === name && before?.untold?.get(name)?.isIncomplete === true;
    return isIncomplete ? { ...relay, content: completed(relay.content, content()) } : relay;
  });
  // Two changes of one time may be accepted in turn, each of them twice.
  const isKnown = before?.announced?.has(name) === true || before?.untold?.has(name) === true;
  const isDue = (isFirst || isStillNews) && !isKnown;
  return newestOf(isDue ? [...pending, relayOf(resource, key, content())] : pending);
}

/** `untold` without what is owed to other systems. */
export const withoutRelays = (untold: ReadonlyMap<string, Claimed>): Map<string, Claimed> =>
  new Map([...untold].filter(([, { relay }]) => relay === undefined));

/**
 * The content of a change that another function has stored and left to this one, with what only this one knows. What was
 * stored stays otherwise: it is what the change was when it was accepted.
 */
function completed(stored: string, { cost, cause }: UnidentifiedChange): string {
  const known: UnidentifiedChange = JSON.parse(stored);
  return JSON.stringify({ ...known, cost: cost ?? known.cost, cause: cause ?? known.cause });
}

/** The most changes of one resource that wait for the bus, and the most bytes: an item may have 400 KB (DynamoDB quotas). */
const MOST_WAITING = 50;
const MOST_BYTES = 100_000;

/** `relays` without the oldest, if they are too many for the item of a resource. While the bus takes none, these are lost. */
function newestOf(relays: readonly RelayAction[]): readonly RelayAction[] {
  let bytes = 0;
  const newest = relays.slice(-MOST_WAITING).toReversed();
  const most = newest.findIndex(({ settles, content }) => {
    bytes += ENCODER.encode(settles + content).length;
    return bytes > MOST_BYTES;
  });
  return (most < 0 ? newest : newest.slice(0, Math.max(1, most))).toReversed();
}

const ENCODER = new TextEncoder();
