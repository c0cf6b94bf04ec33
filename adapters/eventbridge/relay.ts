/** Publishes to the event bus for other systems. */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RelayAction } from '../../domain/action.ts';
import type { UnidentifiedChange } from '../../domain/relay/change.ts';
import type { UnidentifiedAction } from '../../domain/relay/deed.ts';
import type { RelayedAction, RelayedChange } from '../../schemas/message/relay.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

/** Publishes to the bus of the stack, and to no other. */
export const RELAY_CHANGES: Grant = {
  name: 'relay',
  statements: [{ actions: ['events:PutEvents'], on: [{ 'Fn::GetAtt': ['RelayBus', 'Arn'] }] }],
};

/** The source of the events. Rules for one relay also match `redrivenSource`. */
export const RELAY_SOURCE = 'ground-control';

/** The source of an event that people put back for the relay called `name`: no other relay gets it. */
export const redrivenSource = (name: string): string => `${RELAY_SOURCE}.redriven.${name}`;

/** The detail-types of the events, by their schema. */
const DETAIL_TYPES = {
  'ground-control/change': 'ground-control.change.v1',
  'ground-control/action': 'ground-control.action.v1',
} as const;

/** The most entries of one call (EventBridge API reference, PutEvents). */
const MOST_ENTRIES = 10;
/** How often an entry is sent, and the milliseconds before the second time. */
const MOST_ATTEMPTS = 3;
const FIRST_WAIT = 100;
/** The client itself repeats nothing: a bus that hangs must not use up the time of a function. */
const SETTINGS = { ...TABLE_SETTINGS, maxAttempts: 1 };

/** The id that EventBridge gave an event, or why the bus has not confirmed that it took the event. */
export type Put = string | Error;

/** Publishes `actions`. Returns a result for each of them, in their order. */
export type Relay = (actions: readonly RelayAction[]) => Promise<readonly Put[]>;

/** Publishes to the bus called `EventBusName`. */
export function relayTo(EventBusName: string, client = new EventBridgeClient(SETTINGS)): Relay {
  return (actions) =>
    putAll(
      client,
      actions.map((action) => ({ ...entryOf(action), EventBusName })),
    );
}

/**
 * Puts `entries` on their bus; sends only the entries again that the bus refused. Returns a result for each of them, in
 * their order.
 */
export async function putAll(
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
): Promise<readonly Put[]> {
  const results: Put[] = entries.map(() => new Error('EventBridge did not answer'));
  let open = entries.map((entry, at) => ({ entry, at }));
  for (let attempt = 1; attempt <= MOST_ATTEMPTS && open.length > 0; attempt++) {
    if (attempt > 1) await setTimeout(Math.random() * FIRST_WAIT * 2 ** (attempt - 1));
    for (let from = 0; from < open.length; from += MOST_ENTRIES) {
      const batch = open.slice(from, from + MOST_ENTRIES);
      const answers = await put(
        client,
        batch.map(({ entry }) => entry),
      );
      for (const [nth, { at }] of batch.entries())
        results[at] = answers[nth] ?? new Error('EventBridge did not answer');
      // Most likely no call succeeds now, and a bus that hangs must not use up the time of a function.
      if (answers.every((answer) => answer instanceof Error)) break;
    }
    open = open.filter(({ at }) => results[at] instanceof Error);
  }
  return results;
}

/** One call. Returns a result for each of `Entries`. */
async function put(client: EventBridgeClient, Entries: PutEventsRequestEntry[]): Promise<Put[]> {
  try {
    const { Entries: answers = [] } = await client.send(new PutEventsCommand({ Entries }));
    return Entries.map((_, at) => {
      const { EventId, ErrorCode = 'no event id', ErrorMessage = '' } = answers[at] ?? {};
      return EventId === undefined ? new Error(`EventBridge refused the event: ${ErrorCode} ${ErrorMessage}`) : EventId;
    });
  } catch (error) {
    return Entries.map(() => (error instanceof Error ? error : new Error(String(error))));
  }
}

/** The entry of `action`, without its bus. The same action has the same entry. */
export function entryOf({ resource: key, settles, content }: RelayAction): PutEventsRequestEntry {
  const { schema, version, ...told }: UnidentifiedChange | UnidentifiedAction = JSON.parse(content);
  const resource = { id: hashOf(key), ...told.resource };
  const detail = { schema, version, id: hashOf(settles).slice(0, 32), ...told, resource };
  const { arn } = resource;
  return {
    Source: RELAY_SOURCE,
    DetailType: DETAIL_TYPES[schema],
    Detail: JSON.stringify(detail satisfies Record<keyof RelayedChange & keyof RelayedAction, unknown>),
    ...(arn !== null && { Resources: [arn] }),
  };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
