/** How an effect happens: once per key, and on record. */
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

/** The part of a decision that is executed, and what the audit says about its event. */
export type Executed = Pick<Decision, 'actions' | 'eventId' | 'detailType'>;

/** What effects are made with, while one decision is executed. */
export interface Effects {
  readonly once: Once;
  /** Publishes a notice once, and keeps an audit record of it. */
  readonly notify: (action: NotifyAction) => Promise<void>;
  readonly record: (record: Omit<AuditRecord, 'version' | 'event'>) => Promise<void>;
}

/** What the executor of a function works with. */
export interface World {
  readonly environment: Environment;
  readonly daysKept: number;
  readonly table: ResourceTable;
  readonly audit: Audit;
  readonly dynamoDb: DynamoDBClient;
}

/** The effects of each decision. */
export function effectsWith({ environment, daysKept, table, audit, dynamoDb }: World) {
  const publish = lazy(() => publisherTo(environment.ALERTS_TOPIC_ARN));
  return ({ eventId, detailType }: Executed, context: Context): Effects => {
    const once = onceIn(environment.STATE_TABLE, daysKept, dynamoDb, context);
    const event = { id: eventId ?? null, detailType: detailType ?? '' };
    const record: Effects['record'] = (recorded) => audit.keep({ version: 1, event, ...recorded });
    const notify: Effects['notify'] = async ({ key, resource, notice, numbers, settles }) => {
      const { at, result } = await once(key, () => publish()(notice));
      // From here on people know. A retry of what fails below does not publish again.
      const reason = `${notice.message.outcome}, ${notice.message.severity}`;
      await record({ resource, key, action: 'notify', reason, at, result, numbers });
      // Last, since it ends all retries.
      if (settles !== undefined) await table.markAnnounced(resource, settles);
    };
    return { once, notify, record };
  };
}

/**
 * Leaves an effect that another invocation has in progress to that one. If the other one dies, its own message comes again
 * after the lock has ended. If both were copies of one message, reconciliation finds the alert among the unsent ones.
 */
export async function unlessInProgress(effect: Promise<void>): Promise<void> {
  try {
    await effect;
  } catch (error) {
    if (!(error instanceof IdempotencyAlreadyInProgressError)) throw error;
  }
}
