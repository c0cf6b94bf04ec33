/** Limits how many jobs Ground Control stops in an hour. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { StopsPerHour } from '../../domain/action.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import { isWritten } from './conditional-write.ts';
import { secondsFromNow } from './keys.ts';

/**
 * Whether one more job may be stopped in the UTC hour of `now`, under this limit. If so, counts the stop. A repeated
 * call with the same `key` is allowed and counts once.
 */
export type StopLimit = (key: string, limit: StopsPerHour, now: Date) => Promise<boolean>;

/** The limit, counted in the table called `tableName` with one item per UTC hour. */
export function stopLimitIn(tableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): StopLimit {
  return async (key, { scope, most }, now) => {
    if (most === 0) return false;
    return isWritten(() =>
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: marshall({ pk: `stops#${scope}#${now.toISOString().slice(0, 13)}`, sk: 'state' }),
          UpdateExpression: 'ADD stopped :keys SET expiresAt = :expires',
          ConditionExpression: 'attribute_not_exists(stopped) OR contains(stopped, :key) OR size(stopped) < :most',
          ExpressionAttributeValues: marshall({
            ':keys': new Set([key]),
            ':key': key,
            ':most': most,
            ':expires': secondsFromNow(2),
          }),
        }),
      ),
    );
  };
}
