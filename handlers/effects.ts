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
import type { ResourceTable } from '../adapters/dynamodb/resource-table.ts';
import type { Environment } from '../adapters/environment.ts';
import { publisherTo } from '../adapters/sns/publish.ts';
import type { NotifyAction } from '../domain/action.ts';
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

/** Publishes an action of the outbox, writes its audit record, and removes it. */
export const relayKeptWith =
  ({ audit, isRelaying }: Pick<World, 'audit' | 'isRelaying'>, outbox: () => RelayOutbox) =>
  async (action: RelayAction): Promise<void> => {
    const [eventId = new Error('EventBridge did not answer')] = await relayDeeds(isRelaying).publish([action]);
    if (eventId instanceof Error) throw eventId;
    const event = { id: null, detailType: 'action' };
    await audit.keep({ version: 1, event, ...relayed(action, eventId, new Date().toISOString()) });
    await outbox().remove(action);
  };

/** Publishes what a resource still owes to other systems, as its item `state` says, unless another function does so now. */
export const owedRelays =
  ({ table, audit, isRelaying }: World) =>
  async (key: string, state: Remembered): Promise<void> => {
    const pending = pendingRelays(key, state.untold).filter(
      ({ settles }) => !isHeldByAnother(state, settles, '', Date.now()),
    );
    if (!isRelaying || pending.length === 0) return;
    const recordOf = (recorded: Omit<AuditRecord, 'version' | 'event'>): AuditRecord => ({
      version: 1,
      event: { id: null, detailType: 'reconciliation' },
      ...recorded,
    });
    const nobody = () => Promise.reject(new Error('reconciliation tells nobody here'));
    const means = { table, publish: () => nobody, reportFailure: nobody, relay: relayDeeds(true), keep: audit.keep };
    const results = await owedWith(means, { state, event: undefined, recordOf }).relay(pending);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };

/**
 * Gives the effects for a decision and the Lambda context of its invocation. `onceIn` runs the effects that no change
 * owes.
 */
export function effectsWith({ environment, table, audit, isRelaying }: World, onceIn: (context: Context) => Once) {
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
      await once(deed.settles, async () => {
        await outbox().keep(deed);
        return 'kept for publication';
      });
      const kept = await outbox().read(deed);
      if (kept !== undefined) await relayKept(kept);
    };
    return { once, notify, record, settle: owed.settle, release: owed.release, relay: owed.relay };
  };
}
