/** Audit records, the newest first and piece by piece: for people who look at them. */
import { type AttributeValue, DynamoDBClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { AuditRecord } from '../../../schemas/stored/audit-record.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import { BY_DAY } from '../keys.ts';

/** Where a record is in the index by day: a later query goes on after it. */
export const Place = z.object({ pk: z.string(), sk: z.string(), day: z.string(), at: z.string() });
export type Place = z.output<typeof Place>;

/** A record, unless it cannot be read, and its place. */
export interface Placed {
  readonly record: AuditRecord | undefined;
  readonly place: Place;
}

/** Records that one query reads. */
const AT_ONCE = 200;

/** The records of a UTC day (`2026-11-20`) in the table called `TableName`, the newest first; only those after `after`. */
export async function* newestOfDay(
  TableName: string,
  day: string,
  after?: Place,
  client = new DynamoDBClient(TABLE_SETTINGS),
): AsyncGenerator<Placed> {
  let start: Record<string, AttributeValue> | undefined = after && marshall(after);
  do {
    const { Items = [], LastEvaluatedKey }: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName,
        IndexName: BY_DAY,
        KeyConditionExpression: '#day = :day',
        ExpressionAttributeNames: { '#day': 'day' },
        ExpressionAttributeValues: marshall({ ':day': day }),
        ScanIndexForward: false,
        Limit: AT_ONCE,
        ExclusiveStartKey: start,
      }),
    );
    for (const item of Items) {
      const stored = unmarshall(item);
      yield { record: AuditRecord.safeParse(stored['record']).data, place: Place.parse(stored) };
    }
    start = LastEvaluatedKey;
  } while (start !== undefined);
}
