/** Snoozes in the table: one item has all of them, so that every function reads them with one call. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Snoozes } from '../../../schemas/stored/snooze.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';

/** The key of the item with all snoozes. */
export const snoozesItem = () => marshall({ pk: 'snoozes', sk: 'state' });

/** Reads all snoozes, also those that are over, from the table called `TableName`. */
export async function readSnoozes(TableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): Promise<Snoozes> {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: snoozesItem(), ConsistentRead: true }));
  return Item === undefined ? { all: [], revision: 0 } : Snoozes.parse(unmarshall(Item));
}
