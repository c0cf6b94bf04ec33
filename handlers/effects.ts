/**
 * Effects: what Ground Control does to the outside world. Each is done once, and leaves an audit record.
 *
 * What a change owes is claimed in the item of its resource (`owed.ts`). Alerts that no change owes, stops and creations
 * have a record of their own, by their idempotency key.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import type { Audit } from '../adapters/dynamodb/audit.ts';
import type { Once } from '../adapters/dynamodb/once.ts';
import { type RelayOutbox, relayOutboxIn } from '../adapters/dynamodb/relay-outbox.ts';
import type { ResourceTable } from '../adapters/dynamodb/resource-table.ts';
import type { Environment } from '../adapters/environment.ts';
import { publisherTo } from '../adapters/sns/publish.ts';
import type { NotifyAction, RelayAction } from '../domain/action.ts';
import { isHeldByAnother } from '../domain/change/claim.ts';
import type { Decision } from '../domain/decide.ts';
import { pendingRelays } from '../domain/relay/owed.ts';
import type { AuditRecord } from '../schemas/stored/audit-record.ts';
import type { Remembered } from '../schemas/stored/resource.ts';
import { lazy } from './lazy.ts';
import { type Owed, owedWith, reasonOf } from './owed.ts';
import { relayDeeds, relayed } from './relay.ts';

/** The actions of a decision, what was stored and claimed before them, and the event that caused them. */
export interface Executed
  extends Pick<Decision, 'actions' | 'eventId' | 'detailType'>,
    Partial<Pick<Decision, 'remember'>> {
  /** The event, or the reference to it, as it was received. Operators get it when its alert is given up. */
  readonly event?: unknown;
}

/** What an executor uses to act, for the time of one decision. */
export interface Effects extends Pick<Owed, 'settle' | 'release' | 'relay'> {
  /** Runs an effect once per key, also across copies and retries of an event. */
  readonly once: Once;
  /** Publishes a notice once, and writes its audit record. Settles the change that owes it. */
  readonly notify: (action: NotifyAction) => Promise<void>;
  /** Writes an audit record. Writing the same record again changes nothing. */
  readonly record: (record: Omit<AuditRecord, 'version' | 'event'>) => Promise<void>;
}

/** What every executor is built from. */
export interface World {
  readonly environment: Environment;
  /** Days after which the table forgets idempotency keys and counted tasks. */
  readonly daysKept: number;
  readonly table: ResourceTable;
  readonly audit: Audit;
  readonly dynamoDb: DynamoDBClient;
  /** Whether other systems get what Ground Control knows. */
  readonly isRelaying: boolean;
}

/** The outbox of actions in the table. */
const outboxOf = ({ environment, daysKept, dynamoDb }: World) =>
  lazy(() => relayOutboxIn(environment.STATE_TABLE, daysKept, dynamoDb));

/** An audit record of what was done after no event. */
const recordOfNoEvent = (recorded: Omit<AuditRecord, 'version' | 'event'>): AuditRecord => ({
  version: 1,
  event: { id: null, detailType: 'published again' },
  ...recorded,
});

/** Publishes an action of the outbox, and writes its audit record. */
const publishKeptIn = (world: World, outbox: () => RelayOutbox) => async (action: RelayAction) => {
  const [eventId = new Error('EventBridge did not answer')] = await relayDeeds(world.isRelaying).publish([action]);
  if (eventId instanceof Error) throw eventId;
  await world.audit.keep(recordOfNoEvent(relayed(action, eventId, new Date().toISOString())));
  await outbox().published(action);
};

/** What reconciliation publishes for other systems. */
export interface OwedRelays {
  /** Publishes what a resource still owes, as its item `state` says, unless another function does so now. */
  readonly ofResource: (key: string, state: Remembered) => Promise<void>;
  /** Publishes the action of the outbox at `key`, if it is still there. */
  readonly ofOutbox: (key: string) => Promise<void>;
}

/** Publishes nothing without relays. */
export function owedRelays(world: World): OwedRelays {
  const { table, audit, isRelaying } = world;
  const outbox = outboxOf(world);
  const publishKept = publishKeptIn(world, outbox);
  return {
    async ofResource(key, state) {
      const pending = pendingRelays(key, state.untold).filter(
        ({ settles }) => !isHeldByAnother(state, settles, '', Date.now()),
      );
      if (!isRelaying || pending.length === 0) return;
      const nobody = () => Promise.reject(new Error('reconciliation tells nobody here'));
      const means = { table, publish: () => nobody, reportFailure: nobody, relay: relayDeeds(true), keep: audit.keep };
      const results = await owedWith(means, { state, event: undefined, recordOf: recordOfNoEvent }).relay(pending);
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },

    async ofOutbox(key) {
      const action = isRelaying ? await outbox().read(key) : undefined;
      if (action !== undefined) await publishKept(action);
    },
  };
}

/**
 * Gives the effects for a decision and the Lambda context of its invocation. `onceIn` runs the effects that no change
 * owes.
 */
export function effectsWith(world: World, onceIn: (context: Context) => Once) {
  const { environment, table, audit, isRelaying } = world;
  const outbox = outboxOf(world);
  const publishKept = publishKeptIn(world, outbox);
  const publish = lazy(() => publisherTo(environment.ALERTS_TOPIC_ARN));
  const reportFailure = lazy(async () => {
    const { failureQueueAt } = await import('../adapters/sqs/failed.ts');
    return failureQueueAt(environment.FAILED_QUEUE_URL);
  });
  const relay = relayDeeds(isRelaying);
  return ({ eventId, detailType, remember, event }: Executed, context: Context): Effects => {
    const recordOf = (recorded: Omit<AuditRecord, 'version' | 'event'>): AuditRecord => ({
      version: 1,
      event: { id: eventId ?? null, detailType: detailType ?? '' },
      ...recorded,
    });
    const owed = owedWith(
      { table, publish, reportFailure, relay, keep: audit.keep },
      { state: remember, event, recordOf },
    );
    const once = onceIn(context);
    const record: Effects['record'] = (recorded) => audit.keep(recordOf(recorded));
    const notify: Effects['notify'] = async (action) => {
      const { key, resource, notice, numbers, settles, stoppedFor } = action;
      // Before the notice: whichever try sends it, the alert about the end agrees with it.
      if (stoppedFor !== undefined) await table.markStopped(resource, stoppedFor);
      if (settles !== undefined) return owed.notify({ ...action, settles });
      const { at, result } = await once(key, () => publish()(notice));
      // The alert is published: when something below fails, the retry does not publish again.
      await record({ resource, key, action: 'notify', reason: reasonOf(action), at, result, numbers });
      const deed = relay.deedIn(action, at);
      if (deed === undefined) return;
      // No retry of this notice may come: until the bus has the deed, it waits in the outbox.
      const kept = await outbox().keep(deed);
      if (kept !== undefined) await publishKept(kept);
    };
    return { once, notify, record, settle: owed.settle, release: owed.release, relay: owed.relay };
  };
}
