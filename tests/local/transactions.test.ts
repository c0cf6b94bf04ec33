import { randomUUID } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { isDynamoDbLocal, useLocalAws } from '../support/local-aws.ts';
import { usePlannedFaults } from '../support/planned-faults.ts';
import { describeTransactions } from '../support/transaction-cases.ts';

const TableName = 'ground-control-local-state';
const faults = usePlannedFaults();
const aws = useLocalAws(undefined, faults.fault);
const client = () => new DynamoDBClient();

/** Why it differs from AWS: the API reference of `TransactWriteItems` names these errors as reasons of a cancellation. */
const refusesAll = 'DynamoDB Local refuses the whole request with a ValidationException';

describe('a transaction of the embedded DynamoDB', () => {
  describeTransactions(
    client,
    TableName,
    isDynamoDbLocal()
      ? {
          'is canceled for a change that an item does not allow': refusesAll,
          'is canceled for a key that is not the key of the table': refusesAll,
        }
      : {},
  );
});

describe('a transaction that meets a fault', () => {
  const Key = { pk: { S: 'a' }, sk: { S: '-' } };
  const addOne = {
    TableName,
    Key,
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };
  const check = { TableName, Key: { pk: { S: 'b' }, sk: { S: '-' } }, ConditionExpression: 'attribute_not_exists(pk)' };
  const write = (ClientRequestToken?: string) =>
    client().send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Update: addOne }, { ConditionCheck: check }],
        ClientRequestToken,
      }),
    );
  const count = async () => (await client().send(new GetItemCommand({ TableName, Key }))).Item?.['n']?.N ?? '0';
  const calls = () => aws().calls.filter(({ operation }) => operation === 'TransactWriteItems').length;
  const NOON = Date.parse('2026-11-21T12:00:00Z');
  afterEach(async () => {
    aws().dynamoDb.clock = () => new Date();
    await aws().emptyTable();
  });

  it('is canceled by a conflict: nothing is written, and the client does not try again', async () => {
    faults.plan({ operation: 'TransactWriteItems', kind: 'conflict' });
    await expect(write()).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, TransactionConflict]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
      ],
    });
    expect([calls(), await count()]).toEqual([1, '0']);
  });

  it('refuses a single write that it conflicts with', async () => {
    faults.plan({ operation: 'UpdateItem', kind: 'conflict' });
    const update = () => client().send(new UpdateItemCommand(addOne));
    await expect(update()).rejects.toMatchObject({ name: 'TransactionConflictException' });
    await update();
    expect(await count()).toBe('1');
  });

  it('lets readers read', async () => {
    await write();
    faults.plan({ operation: 'GetItem', kind: 'conflict' });
    expect(await count()).toBe('1');
  });

  it('takes effect once when its answer is lost and the client tries again', async () => {
    faults.plan({ operation: 'TransactWriteItems', kind: 'lost' });
    await write();
    expect([calls(), await count()]).toEqual([2, '1']);
  });

  it.each(['error', 'throttle'] as const)('takes effect once after the fault %s', async (kind) => {
    faults.plan({ operation: 'TransactWriteItems', kind });
    await write();
    expect([calls(), await count()]).toEqual([2, '1']);
  });

  it('takes effect again when its token is 10 minutes old', async ({ skip }) => {
    skip(isDynamoDbLocal(), 'DynamoDB Local has the clock of the machine');
    const token = randomUUID();
    const counts: string[] = [];
    for (const minutes of [0, 9.99, 10]) {
      aws().dynamoDb.clock = () => new Date(NOON + minutes * 60_000);
      await write(token);
      counts.push(await count());
    }
    expect(counts).toEqual(['1', '1', '2']);
  });
});
