/** A lease: one holder at a time, and not longer than it says. */
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { TABLE_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { isWritten } from './conditional-write.ts';

/** With `USE_STATE`: gives a lease back. */
export const HOLD_LEASE: Grant = {
  name: 'lease',
  statements: [{ actions: ['dynamodb:DeleteItem'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] }],
};

export interface Lease {
  /** Takes the lease at `now` until `until` (epoch milliseconds); false when another holder has it. */
  readonly take: (holder: string, now: number, until: number) => Promise<boolean>;
  /** Gives the lease back, if `holder` has it. */
  readonly release: (holder: string) => Promise<void>;
}

/** The lease called `name` in the table called `tableName`. */
export function leaseIn(tableName: string, name: string, client = new DynamoDBClient(TABLE_SETTINGS)): Lease {
  const key = { pk: `lease#${name}`, sk: 'state' };
  return {
    take: (holder, now, until) =>
      isWritten(() =>
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall({ ...key, heldBy: holder, heldUntil: until }),
            // The holder finds its own lease when it repeats a write whose answer was lost.
            ConditionExpression: 'attribute_not_exists(pk) OR heldUntil <= :now OR heldBy = :holder',
            ExpressionAttributeValues: marshall({ ':now': now, ':holder': holder }),
          }),
        ),
      ),

    async release(holder) {
      await isWritten(() =>
        client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: marshall(key),
            ConditionExpression: 'heldBy = :holder',
            ExpressionAttributeValues: marshall({ ':holder': holder }),
          }),
        ),
      );
    },
  };
}
