/**
 * Effects: what Ground Control does to the outside world. Each is done once per idempotency key and leaves an audit
 * record.
 */
import { IdempotencyAlreadyInProgressError } from '@aws-lambda-powertools/idempotency';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import type { Audit } from '../adapters/dynamodb/audit.ts';
import { type Once, onceIn } from '../adapters/dynamodb/once.ts';
import type { ResourceTable } from '../adapters/dynamodb/resource-table.ts';
import type { Environment } from '../adapters/environment.ts';
import { publisherTo } from '../adapters/sns/publish.ts';
import type { NotifyAction } from '../domain/action.ts';
import type { Decision } from '../domain/decide.ts';
import type { AuditRecord } from '../schemas/stored/audit-record.ts';
import { lazy } from './lazy.ts';

/** The actions of a decision, and the event that the audit names as their cause. */
export type Executed = Pick<Decision, 'actions' | 'eventId' | 'detailType'>;

/** What an executor uses to act, for the time of one decision. */
export interface Effects {
  /** Runs an effect once per key, also across copies and retries of an event. */
  readonly once: Once;
  /** Publishes a notice once, writes its audit record, and marks the change as announced. */
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
}

/** Gives the effects for a decision and the Lambda context of its invocation. */
export function effectsWith({ environment, daysKept, table, audit, dynamoDb }: World) {
  const publish = lazy(() => publisherTo(environment.ALERTS_TOPIC_ARN));
  return ({ eventId, detailType }: Executed, context: Context): Effects => {
    const once = onceIn(environment.STATE_TABLE, daysKept, dynamoDb, context);
    const event = { id: eventId ?? null, detailType: detailType ?? '' };
    const record: Effects['record'] = (recorded) => audit.keep({ version: 1, event, ...recorded });
    const notify: Effects['notify'] = async ({ key, resource, notice, numbers, settles, stoppedFor }) => {
      // Before the notice: whichever try sends it, the alert about the end agrees with it.
      if (stoppedFor !== undefined) await table.markStopped(resource, stoppedFor);
      const { at, result } = await once(key, () => publish()(notice));
      // The alert is published: when something below fails, the retry does not publish again.
      const reason = `${notice.message.outcome}, ${notice.message.severity}`;
      await record({ resource, key, action: 'notify', reason, at, result, numbers });
      // Last: an announced change is not retried, neither by Lambda nor by reconciliation.
      if (settles !== undefined) await table.markAnnounced(resource, settles);
    };
    return { once, notify, record };
  };
}

/**
 * Succeeds when another invocation holds the lock of this effect, and leaves the effect to that invocation. If that
 * invocation dies, its own message is retried after the lock expires. If both handled copies of one message,
 * reconciliation finds the unsent alert.
 */
export async function unlessInProgress(effect: Promise<void>): Promise<void> {
  try {
    await effect;
  } catch (error) {
    if (!(error instanceof IdempotencyAlreadyInProgressError)) throw error;
  }
}
