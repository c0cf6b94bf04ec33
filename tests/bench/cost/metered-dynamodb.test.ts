import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MeteredDynamoDb, startMeteredDynamoDb } from '../../../bench/cost/metered-dynamodb.ts';
import { readTable } from '../../../local/embedded-aws/dynamodb/table.ts';
import { type LocalAws, startLocalAws } from '../../../local/embedded-aws/start.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';

let aws: LocalAws;
let metered: MeteredDynamoDb;
beforeAll(async () => {
  aws = await startLocalAws(Configuration.parse({}));
  metered = await startMeteredDynamoDb(aws.endpoint, readTable(process.env['STATE_TABLE'] ?? ''));
});
afterAll(async () => {
  await metered.close();
  await aws.stop();
});

it('passes calls on, and measures them by the items that they found and left', async () => {
  const client = new DynamoDBClient({ endpoint: metered.endpoint });
  const TableName = process.env['STATE_TABLE'];
  const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
  await client.send(new PutItemCommand({ TableName, Item: { ...Key, x: { S: 'x'.repeat(2000) } } }));
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET #day = :day, #at = :at REMOVE x',
      ExpressionAttributeNames: { '#day': 'day', '#at': 'at' },
      ExpressionAttributeValues: { ':day': { S: '2026-11-20' }, ':at': { S: '1' } },
    }),
  );
  const refused = new PutItemCommand({ TableName, Item: Key, ConditionExpression: 'attribute_not_exists(pk)' });
  await expect(client.send(refused)).rejects.toThrow('conditional request failed');
  const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
  expect(Item).toEqual({ ...Key, day: { S: '2026-11-20' }, at: { S: '1' } });
  expect(metered.calls.map(({ operation, read, write }) => [operation, read, write])).toEqual([
    ['PutItem', 0, 2],
    // The table writes 2 KB, as the item was before; the index writes the new item.
    ['UpdateItem', 0, 3],
    ['PutItem', 0, 1],
    ['GetItem', 0.5, 0],
  ]);
  expect(metered.calls.map(({ storedBytes }) => Math.sign(storedBytes))).toEqual([1, -1, 0, 0]);
});
