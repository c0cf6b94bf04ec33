/** The record of every automatic action, in the table: by resource, and by day in an index. */
import {
  type AttributeValue,
  DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { AuditRecord } from '../schemas/audit-record.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';
import { secondsFromNow } from './table.ts';

/** Index of audit records by UTC day. */
const BY_DAY = 'byDay';

export interface Audit {
  /** Keeps a record; the same again changes nothing. */
  readonly keep: (record: AuditRecord) => Promise<void>;
  /** Records of the resource with key `key`. */
  readonly ofResource: (key: string) => AsyncGenerator<AuditRecord>;
  /** Records of a UTC day (`2026-11-20`), the oldest first. */
  readonly ofDay: (day: string) => AsyncGenerator<AuditRecord>;
}

/** The audit in the table called `name`; records are kept for `daysKept` days. */
export function auditIn(name: string, daysKept: number, client = new DynamoDBClient(CLIENT_SETTINGS)): Audit {
  async function* query(input: QueryCommandInput): AsyncGenerator<AuditRecord> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey }: QueryCommandOutput = await client.send(
        new QueryCommand({ ...input, ExclusiveStartKey: start }),
      );
      for (const item of Items) yield AuditRecord.parse(unmarshall(item)['record']);
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }

  return {
    async keep(record) {
      await client.send(
        new UpdateItemCommand({
          TableName: name,
          Key: marshall({ pk: `audit#${record.resource}`, sk: record.key }),
          UpdateExpression:
            'SET #record = if_not_exists(#record, :record), #day = if_not_exists(#day, :day), #at = if_not_exists(#at, :at), #expires = if_not_exists(#expires, :expires)',
          ExpressionAttributeNames: { '#record': 'record', '#day': 'day', '#at': 'at', '#expires': 'expiresAt' },
          ExpressionAttributeValues: marshall(
            {
              ':record': record,
              ':day': record.at.slice(0, 10),
              ':at': record.at,
              ':expires': secondsFromNow(daysKept),
            },
            { removeUndefinedValues: true },
          ),
        }),
      );
    },

    ofResource: (key) =>
      query({
        TableName: name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': `audit#${key}` }),
      }),

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
