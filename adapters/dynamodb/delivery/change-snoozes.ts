/** Changes of the item with all snoozes, for the command that people use. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AuditRecord } from '../../../schemas/stored/audit-record.ts';
import type { Snooze } from '../../../schemas/stored/snooze.ts';
import { writeOf } from '../audit.ts';
import { areWritten, waitForOthers } from '../conditional-write.ts';
import { readSnoozes, snoozesItem } from './snoozes.ts';

/** Attempts to change the item, while others change it. */
const MOST_ATTEMPTS = 5;

/**
 * Replaces all snoozes in the table called `TableName` by what `change` makes of them, and writes an audit record with it,
 * which is kept for `daysKept` days.
 */
export async function changeSnoozes(
  TableName: string,
  client: DynamoDBClient,
  change: (all: readonly Snooze[]) => readonly Snooze[],
  record: AuditRecord,
  daysKept: number,
): Promise<void> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const { all, revision } = await readSnoozes(TableName, client);
    const next = { all: change(all), revision: revision + 1 };
    const Put = {
      TableName,
      Item: { ...snoozesItem(), ...marshall(next) },
      ConditionExpression: revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :before',
      ...(revision > 0 && { ExpressionAttributeValues: marshall({ ':before': revision }) }),
    };
    if (await areWritten(client, [{ Put }, { Update: writeOf(record, TableName, daysKept) }])) return;
    await waitForOthers(attempt);
  }
  throw new Error('others change the snoozes at the same time; run the command again');
}
