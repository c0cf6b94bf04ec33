/** The audit: a record in the table for every automatic action, found by resource, or by day through an index. */
import {
  type AttributeValue,
  DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { AuditRecord } from '../../schemas/stored/audit-record.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import { BY_DAY, secondsFromNow, withinKey } from './keys.ts';

export interface Audit {
  /** Writes a record. A record of the same resource and key stays as it was first written. */
  readonly keep: (record: AuditRecord) => Promise<void>;
  /** Records of the resource `arn` and of its parts (variants, components), the oldest first. */
  readonly ofResource: (arn: string) => AsyncGenerator<AuditRecord>;
  /** Records of a UTC day (`2026-11-20`), the oldest first. */
  readonly ofDay: (day: string) => AsyncGenerator<AuditRecord>;
}

/** The partition key of a resource and its parts. A resource key is `type|ARN or name`, and `|part` for a part. */
const partitionOf = (resource: string) => withinKey(`audit#${(resource.split('|')[1] ?? resource).toLowerCase()}`);

/**
 * The write of a record into the table `TableName`, from which it expires after `daysKept` days. A record of the same
 * resource and key stays as it was first written.
 */
export const writeOf = (record: AuditRecord, TableName: string, daysKept: number) => ({
  TableName,
  Key: marshall({ pk: partitionOf(record.resource), sk: withinKey(record.key) }),
  UpdateExpression:
    'SET #record = if_not_exists(#record, :record), #day = if_not_exists(#day, :day), #at = if_not_exists(#at, :at), #expires = if_not_exists(#expires, :expires)',
  ExpressionAttributeNames: { '#record': 'record', '#day': 'day', '#at': 'at', '#expires': 'expiresAt' },
  ExpressionAttributeValues: marshall(
    { ':record': record, ':day': record.at.slice(0, 10), ':at': record.at, ':expires': secondsFromNow(daysKept) },
    { removeUndefinedValues: true },
  ),
});

/**
 * The audit in the table called `name`. Records expire after `daysKept` days. Unreadable records are skipped, and
 * `onUnreadable` is called with their keys.
 */
export function auditIn(
  name: string,
  daysKept: number,
  client = new DynamoDBClient(TABLE_SETTINGS),
  onUnreadable: (key: string) => void = () => undefined,
): Audit {
  async function* query(input: QueryCommandInput): AsyncGenerator<AuditRecord> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey }: QueryCommandOutput = await client.send(
        new QueryCommand({ ...input, ExclusiveStartKey: start }),
      );
      for (const item of Items) {
        const { record, pk } = unmarshall(item);
        const read = AuditRecord.safeParse(record);
        if (read.success) yield read.data;
        else onUnreadable(String(pk));
      }
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }

  return {
    async keep(record) {
      await client.send(new UpdateItemCommand(writeOf(record, name, daysKept)));
    },

    async *ofResource(arn) {
      const KeyConditionExpression = 'pk = :pk';
      const ExpressionAttributeValues = marshall({ ':pk': partitionOf(`|${arn}`) });
      const records = await Array.fromAsync(
        query({ TableName: name, KeyConditionExpression, ExpressionAttributeValues }),
      );
      yield* records.sort((one, other) => (one.at < other.at ? -1 : 1));
    },

    ofDay: (day) =>
      query({
        TableName: name,
        IndexName: BY_DAY,
        KeyConditionExpression: '#day = :day',
        ExpressionAttributeNames: { '#day': 'day' },
        ExpressionAttributeValues: marshall({ ':day': day }),
      }),
  };
}
