/** Publishes to the bus for other systems, if `ground-control.yml` has relays. */

import { required } from '../adapters/environment.ts';
import type { Relay } from '../adapters/eventbridge/relay.ts';
import type { NotifyAction, RelayAction } from '../domain/action.ts';
import type { UnidentifiedChange } from '../domain/relay/change.ts';
import { deedOf, relayedAction, type UnidentifiedAction } from '../domain/relay/deed.ts';
import { relayOf } from '../domain/relay/owed.ts';
import { lazy } from './lazy.ts';

/** What is published besides changes: what Ground Control did. */
export interface RelayDeeds {
  /** Publishes `actions`. Returns a result for each of them, in their order. */
  readonly publish: Relay;
  /** What Ground Control did when it sent the notice of `action` `at` an instant (ISO 8601), if that is published. */
  readonly deedIn: (action: NotifyAction, at: string) => RelayAction | undefined;
}

/** `isOn`: there are relays. Without them nothing is published, and no client is loaded. */
export function relayDeeds(isOn: boolean): RelayDeeds {
  const client = lazy(async () => {
    const { relayTo } = await import('../adapters/eventbridge/relay.ts');
    return relayTo(required('RELAY_BUS_NAME'));
  });
  return {
    async publish(actions) {
      if (actions.length === 0) return [];
      try {
        return await (await client())(actions);
      } catch (error) {
        // What the decision did besides is still reported.
        return actions.map(() => (error instanceof Error ? error : new Error(String(error))));
      }
    },
    deedIn({ key, resource, notice: { message } }, at) {
      const deed = isOn ? deedOf(message.cause?.code) : undefined;
      return deed && relayOf(resource, key, relayedAction(deed, message, at));
    },
  };
}

/** The audit record of what was published `at` an instant as the event `eventId`. */
export const relayed = ({ resource, settles, content }: RelayAction, eventId: string | undefined, at: string) => ({
  resource,
  key: settles,
  action: 'relay',
  reason: whatIs(JSON.parse(content)),
  at,
  result: `event ${eventId}`,
});

const whatIs = (content: UnidentifiedChange | UnidentifiedAction): string =>
  content.schema === 'ground-control/action'
    ? `what Ground Control did: ${content.action}`
    : `the change to ${content.status ?? 'a state without a name'}`;
