/** Snoozes in the table: one item has all of them, so that every function reads them with one call. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AuditRecord } from '../../../schemas/stored/audit-record.ts';
import { type Snooze, Snoozes } from '../../../schemas/stored/snooze.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import { writeOf } from '../audit.ts';
import { areWritten, waitForOthers } from '../conditional-write.ts';

/** Attempts to change the item, while others change it. */
const MOST_ATTEMPTS = 5;

export interface SnoozeTable {
  /** All snoozes, also those that are over. */
  readonly read: () => Promise<readonly Snooze[]>;
  /** Replaces all snoozes by what `change` makes of them, and writes an audit record with it. */
  readonly change: (change: (all: readonly Snooze[]) => readonly Snooze[], record: AuditRecord) => Promise<void>;
}

/** The snoozes in the table called `TableName`. Audit records are kept for `daysKept` days. */
export function snoozesIn(
  TableName: string,
  daysKept: number,
  client = new DynamoDBClient(TABLE_SETTINGS),
): SnoozeTable {
  const Key = marshall({ pk: 'snoozes', sk: 'state' });
  const readItem = async (): Promise<Snoozes> => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    return Item === undefined ? { all: [], revision: 0 } : Snoozes.parse(unmarshall(Item));
  };
  return {
    read: async () => (await readItem()).all,

    async change(change, record) {
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        const { all, revision } = await readItem();
        const next = { all: change(all), revision: revision + 1 };
        const Put = {
          TableName,
          Item: { ...Key, ...marshall(next) },
          ConditionExpression: revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :before',
          ...(revision > 0 && { ExpressionAttributeValues: marshall({ ':before': revision }) }),
        };
        if (await areWritten(client, [{ Put }, { Update: writeOf(record, TableName, daysKept) }])) return;
        await waitForOthers(attempt);
      }
      throw new Error('others change the snoozes at the same time; run the command again');
    },
  };
}
