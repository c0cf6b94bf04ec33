/**
 * What transactions do, as cases that every DynamoDB has to pass: AWS's own rules, from the API reference of
 * `TransactWriteItems`.
 */
import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';

type Item = Record<string, AttributeValue>;

/**
 * `client` calls the DynamoDB under test. Its table `table` has the string keys `pk` and `sk`. `differs` names the cases
 * that this DynamoDB answers in another way than AWS, with the reason for each. These have to fail.
 */
export function describeTransactions(
  client: () => DynamoDBClient,
  table: string,
  differs: Readonly<Record<string, string>> = {},
): void {
  const unknown = new Set(Object.keys(differs));
  const it = (name: string, run: () => Promise<void>) => {
    unknown.delete(name);
    const reason = differs[name];
    if (reason === undefined) test(name, run);
    else test.fails(`${name}: not here, because ${reason}`, run);
  };
  // Cases share the table: each has items of its own.
  const fresh = () => ({ pk: { S: randomUUID() }, sk: { S: '-' } });
  const TableName = table;
  const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
    client().send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
  const read = async (Key: Item) =>
    (await client().send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const store = (Item: Item) => client().send(new PutItemCommand({ TableName, Item }));

  const put = (Item: Item, rest = {}) => ({ Put: { TableName, Item, ...rest } });
  const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
  const exists = { ConditionExpression: 'attribute_exists(pk)' };
  const remove = (Key: Item, rest = {}) => ({ Delete: { TableName, Key, ...rest } });
  const check = (Key: Item, rest = exists) => ({ ConditionCheck: { TableName, Key, ...rest } });
  const add = (Key: Item, n: string, rest = {}) => ({
    Update: {
      TableName,
      Key,
      UpdateExpression: 'ADD n :n',
      ExpressionAttributeValues: { ':n': { N: n } },
      ...rest,
    },
  });

  /** The reasons of a canceled transaction: codes, and items if there are any. */
  async function reasonsOf(items: TransactWriteItem[]) {
    const error = await write(items).catch((thrown: unknown) => thrown);
    if (!(error instanceof TransactionCanceledException)) throw error;
    return error.CancellationReasons?.map(({ Code, Item }) => (Item === undefined ? Code : { Code, Item }));
  }

  const refused = (name: string, message: RegExp) => ({ name, message: expect.stringMatching(message) });

  it('writes all its items', async () => {
    const [a, b, c, d] = [fresh(), fresh(), fresh(), fresh()];
    for (const item of [b, c, d]) await store({ ...item, n: { N: '1' } });
    await write([put({ ...a, x: { S: 'new' } }, isNew), add(b, '2', exists), remove(c, exists), check(d)]);
    await expect(Promise.all([a, b, c, d].map(read))).resolves.toEqual([
      { ...a, x: { S: 'new' } },
      { ...b, n: { N: '3' } },
      undefined,
      { ...d, n: { N: '1' } },
    ]);
  });

  it('creates an item by an update', async () => {
    const a = fresh();
    await write([add(a, '5')]);
    await expect(read(a)).resolves.toEqual({ ...a, n: { N: '5' } });
  });

  it('checks the absence of an item without creating it', async () => {
    const [a, b] = [fresh(), fresh()];
    await write([check(a, isNew), put(b)]);
    await expect(Promise.all([a, b].map(read))).resolves.toEqual([undefined, b]);
  });

  it('writes nothing when a condition fails, and gives the reasons in order', async () => {
    const [a, b, c, d, e] = [fresh(), fresh(), fresh(), fresh(), fresh()];
    const before = [undefined, { ...b, n: { N: '1' } }, { ...c, m: { M: { deep: { L: [{ S: 'x' }] } } } }, d, e];
    for (const item of before) if (item !== undefined) await store(item);
    await expect(
      reasonsOf([put(a), add(b, '1'), remove(c), put({ ...d, x: { S: 'y' } }, isNew), check(e, isNew)]),
    ).resolves.toEqual(['None', 'None', 'None', 'ConditionalCheckFailed', 'ConditionalCheckFailed']);
    await expect(Promise.all([a, b, c, d, e].map(read))).resolves.toEqual(before);
  });

  it('names the codes in its message', async () => {
    const a = fresh();
    await store(a);
    await expect(write([put(fresh()), put(a, isNew)])).rejects.toMatchObject(
      refused('TransactionCanceledException', /specific reasons \[None, ConditionalCheckFailed\]/),
    );
  });

  it('shows the item that a condition failed on, if it is asked to and there is one', async () => {
    const a = { ...fresh(), n: { N: '7' } };
    const [b, c] = [fresh(), fresh()];
    await store(a);
    await store(c);
    const show = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    const { n: _, ...key } = a;
    await expect(
      reasonsOf([
        add(key, '1', { ...isNew, ...show }),
        remove(b, { ...exists, ...show }),
        put(c, isNew),
        put(fresh(), show),
      ]),
    ).resolves.toEqual([
      { Code: 'ConditionalCheckFailed', Item: a },
      'ConditionalCheckFailed',
      'ConditionalCheckFailed',
      'None',
    ]);
  });

  it('shows the item, too, that the condition of a single write failed on', async () => {
    const a = { ...fresh(), n: { N: '7' } };
    await store(a);
    const { n: _, ...key } = a;
    const show = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
    const rejected = { name: 'ConditionalCheckFailedException', Item: a };
    await expect(client().send(new PutItemCommand({ ...put(a, isNew).Put, ...show }))).rejects.toMatchObject(rejected);
    await expect(
      client().send(new UpdateItemCommand({ ...add(key, '1', isNew).Update, ...show })),
    ).rejects.toMatchObject(rejected);
    const absent = client().send(new DeleteItemCommand({ ...remove(fresh(), exists).Delete, ...show }));
    await expect(absent).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: undefined });
    await expect(client().send(new PutItemCommand(put(a, isNew).Put))).rejects.toMatchObject({ Item: undefined });
  });

  for (const [digits, first, second, sum] of [
    [25, '1234567890123456789012345', '1', '1234567890123456789012346'],
    [37, '1234567890123456789012345', '0.000000000001', '1234567890123456789012345.000000000001'],
  ] as const)
    it(`adds numbers of ${digits} digits exactly`, async () => {
      const a = fresh();
      for (const n of [first, second]) await write([add(a, n)]);
      await expect(read(a)).resolves.toEqual({ ...a, n: { N: sum } });
    });

  it('takes effect once for a token, even when its first answer was lost', async () => {
    const a = fresh();
    const token = randomUUID();
    for (let call = 0; call < 2; call++) await write([add(a, '1', isNew)], token);
    await expect(read(a)).resolves.toEqual({ ...a, n: { N: '1' } });
    await write([add(a, '1')], randomUUID());
    await expect(read(a)).resolves.toEqual({ ...a, n: { N: '2' } });
  });

  it('refuses a token that another transaction succeeded with', async () => {
    const a = fresh();
    const token = randomUUID();
    await write([add(a, '1')], token);
    await expect(write([add(a, '2')], token)).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
    await expect(read(a)).resolves.toEqual({ ...a, n: { N: '1' } });
  });

  it('judges anew when the same token comes again after a cancellation', async () => {
    const a = fresh();
    const token = randomUUID();
    await expect(write([add(a, '1', exists)], token)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    await store({ ...a, n: { N: '1' } });
    await write([add(a, '1', exists)], token);
    await expect(read(a)).resolves.toEqual({ ...a, n: { N: '2' } });
  });

  it('accepts 100 items', async () => {
    const items = Array.from({ length: 100 }, fresh);
    await write(items.map((item) => put(item)));
    await expect(read(items[99] ?? {})).resolves.toEqual(items[99]);
  });

  const wrong: [string, () => TransactWriteItem[], RegExp][] = [
    ['101 items', () => Array.from({ length: 101 }, () => put(fresh())), /less than or equal to 100/],
    ['no item', () => [], /greater than or equal to 1/],
    ['two actions in one item', () => [{ ...put(fresh()), ...remove(fresh()) }], /can only contain one of/],
    ['an item without an action', () => [{}], /should contain Delete or Put or Update/],
    ['an empty key', () => [put(fresh()), remove({ pk: { S: '' }, sk: { S: '-' } })], /empty string value/],
  ];
  for (const [what, items, message] of wrong)
    it(`refuses ${what}`, async () => {
      await expect(write(items())).rejects.toMatchObject(refused('ValidationException', message));
    });

  const also: [string, (key: Item) => TransactWriteItem][] = [
    ['written', put],
    ['removed', remove],
    ['checked', check],
    ['changed', (key) => add(key, '1')],
  ];
  for (const [what, action] of also)
    it(`refuses an item that is written and ${what}, too`, async () => {
      const [a, b] = [fresh(), fresh()];
      await expect(write([put(b), put(a, isNew), action(a)])).rejects.toMatchObject(
        refused('ValidationException', /cannot include multiple operations on one item/),
      );
      await expect(Promise.all([a, b].map(read))).resolves.toEqual([undefined, undefined]);
    });

  it('refuses the whole request for a wrong expression, and writes nothing', async () => {
    const [a, b, c] = [fresh(), fresh(), fresh()];
    await store(c);
    const wrong = { Update: { TableName, Key: b, UpdateExpression: 'SET' } };
    await expect(write([put(a), put(c, isNew), wrong])).rejects.toMatchObject(
      refused('ValidationException', /Invalid UpdateExpression/),
    );
    await expect(Promise.all([a, b].map(read))).resolves.toEqual([undefined, undefined]);
  });

  it('refuses the whole request for a value that no expression uses', async () => {
    const a = fresh();
    await expect(write([put(a, { ...isNew, ExpressionAttributeValues: { ':x': { N: '1' } } })])).rejects.toMatchObject(
      refused('ValidationException', /:x/),
    );
    await expect(read(a)).resolves.toBeUndefined();
  });

  it('is canceled for a change that an item does not allow', async () => {
    const [a, b, c] = [fresh(), { ...fresh(), n: { S: 'text' } }, fresh()];
    await store(b);
    await store(c);
    const { n: _, ...key } = b;
    await expect(reasonsOf([put(a), add(key, '1'), put(c, isNew)])).resolves.toEqual([
      'None',
      'ValidationError',
      'ConditionalCheckFailed',
    ]);
    await expect(Promise.all([a, key].map(read))).resolves.toEqual([undefined, b]);
  });

  it('is canceled for a key that is not the key of the table', async () => {
    const a = fresh();
    await expect(reasonsOf([put(a), remove({ pk: { S: 'x' } })])).resolves.toEqual(['None', 'ValidationError']);
    await expect(read(a)).resolves.toBeUndefined();
  });

  it('refuses a table that does not exist, and writes nothing', async () => {
    const a = fresh();
    const elsewhere = { Put: { TableName: 'no-table-of-ours', Item: fresh() } };
    await expect(write([put(a), elsewhere])).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(read(a)).resolves.toBeUndefined();
  });

  it('is never seen in half', async () => {
    const [a, b] = [fresh(), fresh()];
    // Each attempt of the second kind changes `a` before `b` cancels it. No reader or writer may meet that.
    const spoil = [add(a, '1000'), add(b, '1', { ConditionExpression: 'attribute_exists(other)' })];
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, async (_, turn) => {
        if (turn % 3 === 0) return write([add(a, '1'), add(b, '1')]);
        if (turn % 3 === 1) return write(spoil);
        return read(a);
      }),
    );
    const done = results.filter(({ status }, turn) => turn % 3 === 0 && status === 'fulfilled').length;
    const seen = results.flatMap((result) =>
      result.status === 'fulfilled' && result.value !== undefined && 'n' in result.value ? [result.value['n']] : [],
    );
    expect(done).toBeGreaterThan(0);
    expect(seen.filter((n) => Number(Object(n).N) > done)).toEqual([]);
    const total = { N: String(done) };
    await expect(Promise.all([a, b].map(read))).resolves.toEqual([
      { ...a, n: total },
      { ...b, n: total },
    ]);
  });

  it('loses no other write of its items', async () => {
    const a = fresh();
    const single = () => client().send(new UpdateItemCommand(add(a, '1').Update));
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, turn) =>
        // Each canceled transaction meets writes of its item that are under way.
        turn % 10 < 9 ? single() : write([add(a, '100'), check(fresh(), exists)]),
      ),
    );
    const done = results.filter(({ status }) => status === 'fulfilled').length;
    expect(done).toBeGreaterThan(0);
    await expect(read(a)).resolves.toEqual({ ...a, n: { N: String(done) } });
  });

  if (unknown.size > 0) throw new Error(`no case has the name ${[...unknown].join(', ')}`);
}
