/** What the table stores about each resource between events. */
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Remembered } from '../../schemas/stored/resource.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { isWritten } from './conditional-write.ts';
import { resourceItem, secondsFromNow } from './keys.ts';

/** Reads and writes single items: resources, idempotency records, audit records and budget state. */
export const USE_STATE: Grant = {
  name: 'state',
  statements: [
    {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }],
    },
  ],
};

const MINUTE = 60_000;
/**
 * Milliseconds after the last write until reconciliation checks a resource. Lambda's own retries of an alert take less
 * than five minutes; after them, reconciliation sends an alert that is still unsent.
 */
export const CHECK_AFTER = { running: 60 * MINUTE, untold: 5 * MINUTE } as const;

export interface ResourceTable {
  /** The item of the resource `key`; absent before its first event. Throws when the item is invalid. */
  readonly recall: (key: string) => Promise<Remembered | undefined>;
  /**
   * Writes `now`; false when another function wrote the item after it was recalled. An item with unsent alerts becomes
   * due for reconciliation in 5 minutes, a running resource in an hour.
   */
  readonly remember: (key: string, now: Remembered) => Promise<boolean>;
  /** Stores that the alert about the change `change` was sent. */
  readonly markAnnounced: (key: string, change: string) => Promise<void>;
  /** Stores that Ground Control stopped the resource, and for which budget; the first one stays. */
  readonly markStopped: (key: string, cause: NonNullable<Remembered['stoppedFor']>) => Promise<void>;
}

/** Resources in the table called `name`. Items expire `daysKept` days after `remember` last wrote them. */
export function resourceTableIn(
  name: string,
  daysKept: number,
  client = new DynamoDBClient(CLIENT_SETTINGS),
): ResourceTable {
  const update = (key: string, input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>): Promise<boolean> =>
    isWritten(() => client.send(new UpdateItemCommand({ TableName: name, Key: resourceItem(key), ...input })));

  return {
    async recall(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: resourceItem(key), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const read = Remembered.safeParse(unmarshall(Item));
      if (read.success) return read.data;
      const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      throw new Error(`the item resource#${key} of table ${name} cannot be read (${wrong}); correct or delete it`);
    },

    remember(key, now) {
      const item = { ...itemOf(key, now), expiresAt: secondsFromNow(daysKept) };
      return isWritten(() =>
        client.send(
          new PutItemCommand({
            TableName: name,
            Item: marshall(item, { removeUndefinedValues: true }),
            ...ifFollows(now.revision),
          }),
        ),
      );
    },

    async markAnnounced(key, change) {
      const mark = 'ADD announced :change, revision :one';
      const values = { ':change': new Set([change]), ':one': 1 };
      // Ended and announced: reconciliation can skip it, unless another alert is still unsent.
      const isLast = '(attribute_not_exists(untold) OR (size(untold) = :one AND contains(untold, :told)))';
      const isDone = await update(key, {
        UpdateExpression: `${mark} REMOVE running, askAt, untold`,
        ConditionExpression: `ended = :true AND ${isLast}`,
        ExpressionAttributeValues: marshall({ ...values, ':told': change, ':true': true }),
      });
      if (isDone) return;
      await update(key, {
        UpdateExpression: `${mark} DELETE untold :change`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall(values),
      });
    },

    async markStopped(key, cause) {
      await update(key, {
        UpdateExpression: 'SET stoppedFor = if_not_exists(stoppedFor, :cause) ADD revision :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall({ ':cause': cause, ':one': 1 }),
      });
    },
  };
}

/** The item of a resource, with the index keys that make reconciliation check it. */
function itemOf(key: string, now: Remembered) {
  const isUntold = (now.untold?.size ?? 0) > 0;
  // SageMaker cannot describe a resource without an ARN.
  const isChecked = now.arn !== undefined && (isUntold || !now.ended);
  const askAt = Date.now() + (isUntold ? CHECK_AFTER.untold : CHECK_AFTER.running);
  return { ...now, pk: resourceItem(key).pk.S, sk: 'state', ...(isChecked && { running: now.type, askAt }) };
}

/** The condition that the item still has the revision before `revision`: nobody has written since it was read. */
const ifFollows = (revision: number) =>
  revision === 1
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#revision = :before',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: marshall({ ':before': revision - 1 }),
      };
