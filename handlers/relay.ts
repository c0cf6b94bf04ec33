/** Publishes to the bus for other systems, if `ground-control.yml` has relays. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Audit } from '../adapters/dynamodb/audit.ts';
import { relayOutboxIn } from '../adapters/dynamodb/relay-outbox.ts';
import type { ResourceTable } from '../adapters/dynamodb/resource-table.ts';
import { type Environment, required } from '../adapters/environment.ts';
import type { NotifyAction, RelayAction } from '../domain/action.ts';
import { isHeldByAnother } from '../domain/change/claim.ts';
import type { UnidentifiedChange } from '../domain/relay/change.ts';
import { deedOf, relayedAction, type UnidentifiedAction } from '../domain/relay/deed.ts';
import { pendingRelays, relayOf } from '../domain/relay/owed.ts';
import type { AuditRecord } from '../schemas/stored/audit-record.ts';
import type { Remembered } from '../schemas/stored/resource.ts';
import { lazy } from './lazy.ts';

/** What relays are built from. */
export interface RelayWorld {
  readonly environment: Environment;
  /** Days after which the table forgets what was published. */
  readonly daysKept: number;
  readonly table: ResourceTable;
  readonly audit: Audit;
  readonly dynamoDb: DynamoDBClient;
  /** Whether other systems get what Ground Control knows. */
  readonly isRelaying: boolean;
}

/** Publishes for other systems. Without relays nothing is published, and no client is loaded. */
export interface Relays {
  /**
   * Publishes `actions`, writes the audit record of each that the bus has, and calls `done` with it. Returns a result for
   * each of them, in their order.
   */
  readonly publish: (
    actions: readonly RelayAction[],
    done: (action: RelayAction) => Promise<void>,
  ) => Promise<readonly PromiseSettledResult<void>[]>;
  /** What Ground Control did when it sent the notice of `action` `at` an instant (ISO 8601), if that is published. */
  readonly deedIn: (action: NotifyAction, at: string) => RelayAction | undefined;
  /** Keeps `deed` until it is published, if only by reconciliation. */
  readonly keepDeed: (deed: RelayAction) => Promise<void>;
  /**
   * Publishes `deed`, once. No retry may come: until the bus has the deed, it waits in the outbox, where reconciliation
   * finds it.
   */
  readonly publishDeed: (deed: RelayAction) => Promise<void>;
  /** Publishes what a resource still owes, as its item `state` says, unless another function does so now. */
  readonly publishOwed: (key: string, state: Remembered) => Promise<void>;
  /** Publishes the deed of the outbox at `key`, if it is still there. */
  readonly publishKept: (key: string) => Promise<void>;
}

/** The relays of `world`. */
export function relaysIn({ environment, daysKept, table, audit, dynamoDb, isRelaying }: RelayWorld): Relays {
  const client = lazy(async () => {
    const { relayTo } = await import('../adapters/eventbridge/relay.ts');
    return relayTo(required('RELAY_BUS_NAME'));
  });
  const outbox = lazy(() => relayOutboxIn(environment.STATE_TABLE, daysKept, dynamoDb));

  const put = async (actions: readonly RelayAction[]): Promise<readonly (string | Error)[]> => {
    try {
      return await (await client())(actions);
    } catch (error) {
      // What the decision did besides is still reported.
      return actions.map(() => (error instanceof Error ? error : new Error(String(error))));
    }
  };
  const publish: Relays['publish'] = async (actions, done) => {
    const results = actions.length === 0 ? [] : await put(actions);
    return Promise.allSettled(
      actions.map(async (action, at) => {
        const result = results[at] ?? new Error('EventBridge did not answer');
        if (result instanceof Error) throw result;
        // Not in one transaction, which would cost twice as much: a repetition changes neither.
        await audit.keep(recordOf(action, result, new Date().toISOString()));
        await done(action);
      }),
    );
  };
  const publishFromOutbox = async (deed: RelayAction | undefined): Promise<void> => {
    if (deed !== undefined) throwFirst(await publish([deed], outbox().published));
  };

  return {
    publish,
    deedIn({ key, resource, notice: { message } }, at) {
      const deed = isRelaying ? deedOf(message.cause?.code) : undefined;
      return deed && relayOf(resource, key, relayedAction(deed, message, at));
    },
    keepDeed: async (deed) => void (await outbox().keep(deed)),
    publishDeed: async (deed) => publishFromOutbox(await outbox().keep(deed)),
    publishKept: async (key) => publishFromOutbox(isRelaying ? await outbox().read(key) : undefined),
    async publishOwed(key, state) {
      if (!isRelaying) return;
      const isFree = ({ settles }: RelayAction) => !isHeldByAnother(state, settles, '', Date.now());
      const pending = pendingRelays(key, state.untold).filter(isFree);
      const settle = ({ settles }: RelayAction) => table.settle(key, settles, { as: 'announced', state });
      throwFirst(await publish(pending, settle));
    },
  };
}

/** Throws the first failure among `results`. */
function throwFirst(results: readonly PromiseSettledResult<void>[]): void {
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The audit record of what was published `at` an instant as the event `eventId`. */
function recordOf({ resource, settles, content }: RelayAction, eventId: string, at: string): AuditRecord {
  const told: UnidentifiedChange | UnidentifiedAction = JSON.parse(content);
  return {
    version: 1,
    resource,
    key: settles,
    action: 'relay',
    reason:
      told.schema === 'ground-control/action'
        ? `what Ground Control did: ${told.action}`
        : `the change to ${told.status ?? 'a state without a name'}`,
    at,
    event: { id: told.event.id, detailType: told.event.detailType },
    result: `event ${eventId}`,
  };
}
