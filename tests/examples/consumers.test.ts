import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { consumer, type Envelope } from '../../examples/relays/consumer.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws/server.ts';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';

/** The table that the examples ask for. */
const TABLE = {
  TableName: 'consumer',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};

let aws: EmbeddedAws;
let client: DynamoDBClient;
beforeAll(async () => {
  aws = await startEmbeddedAws({ topicArn: 'none', queuePaths: [], table: TABLE });
  process.env['TABLE'] = TABLE.TableName;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  // The example logs what fails.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await aws.close();
});

/** Longer than the example's lease. */
const SECONDS_UNTIL_RETRY = 61;
let time: number;
/** Ids of the events that were acted on, in that order. */
let acted: string[];
/** Ids of events whose action fails the next time. */
let failing: Set<string>;
beforeEach(async () => {
  await aws.emptyTable();
  [time, acted, failing] = [1_000_000, [], new Set()];
});

const act = async ({ id }: Pick<Envelope, 'id'>) => {
  // Another invocation may go on meanwhile.
  await Promise.resolve();
  if (failing.delete(id)) throw new Error('the target is down');
  acted.push(id);
};
const handle = async (messages: readonly object[]) => {
  const Records = messages.map((message) => ({ messageId: 'm', body: '', attributes: {}, ...message }));
  const { batchItemFailures } = await consumer(act, client, () => time)({ Records });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
/** As SQS: what fails is delivered again later. */
async function deliver(messages: readonly { readonly messageId: string }[]): Promise<void> {
  let rest = messages;
  for (let times = 0; rest.length > 0 && times < 10; times++) {
    const failed = await handle(rest);
    rest = rest.filter(({ messageId }) => failed.includes(messageId));
    time += SECONDS_UNTIL_RETRY;
  }
  expect(rest).toEqual([]);
}

const change = (resource: string, order: number) => ({
  schema: 'ground-control/change',
  version: '1.0',
  id: `${resource}-${order}`,
  order,
  resource: { id: resource, name: '"; $(x)\n' },
});
const message = (envelope: object, messageId = 'm') => ({ messageId, body: JSON.stringify(envelope) });

/** Shuffled changes of up to three resources, each up to three times, and those of them that fail at first. */
const deliveries = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }), fc.infiniteStream(fc.nat(2)))
  .map(([lasts, copies]) =>
    lasts
      .flatMap((last, at) => Array.from({ length: last }, (_, order) => change(`resource-${at}`, order + 1)))
      .flatMap((envelope) => Array.from({ length: 1 + (copies.next().value ?? 0) }, () => envelope)),
  )
  .chain((all) =>
    fc.record({
      envelopes: fc.shuffledSubarray(all, { minLength: all.length }),
      fails: fc.subarray([...new Set(all.map(({ id }) => id))]),
    }),
  );

/** Each id was acted on once at most, each resource in the order of its changes, and the newest change last. */
function expectNewest(envelopes: readonly ReturnType<typeof change>[]): void {
  expect(new Set(acted).size).toBe(acted.length);
  for (const [resource, changes = []] of Map.groupBy(envelopes, ({ resource: { id } }) => id)) {
    const orders = acted.filter((id) => id.startsWith(`${resource}-`)).map((id) => Number(id.split('-').at(-1)));
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    expect(orders.at(-1)).toBe(Math.max(...changes.map(({ order }) => order)));
  }
}

describe('the example of a consumer in TypeScript', () => {
  it('ends in the newest state, whatever is shuffled, repeated or fails at first', async () => {
    await fc.assert(
      fc
        .asyncProperty(deliveries, async ({ envelopes, fails }) => {
          failing = new Set(fails);
          await deliver(envelopes.map((envelope, at) => message(envelope, `${at}`)));
          expectNewest(envelopes);
        })
        .beforeEach(async () => {
          acted = [];
          await aws.emptyTable();
        }),
      { numRuns: 20 },
    );
  });

  it('acts on an event once, though two invocations get it at the same time', async () => {
    const envelopes = Array.from({ length: 10 }, (_, at) => change(`resource-${at}`, 1));
    const messages = envelopes.map((envelope, at) => message(envelope, `${at}`));
    await Promise.all([deliver(messages), deliver(messages)]);
    expect(acted.toSorted()).toEqual(envelopes.map(({ id }) => id).toSorted());
  });

  it('acts on an action once', async () => {
    const { order: _, ...rest } = change('r', 1);
    const action = { ...rest, schema: 'ground-control/action', id: 'stopped' };
    expect(await handle([message(action), message(action), message({ ...action, id: 'asked' })])).toEqual([]);
    expect(acted).toEqual(['stopped', 'asked']);
  });

  it('acts again at once on what failed', async () => {
    failing.add('r-1');
    expect(await handle([message(change('r', 1), 'a')])).toEqual(['a']);
    expect(acted).toEqual([]);
    expect(await handle([message(change('r', 1), 'a'), message(change('r', 1), 'b')])).toEqual([]);
    expect(acted).toEqual(['r-1']);
  });

  it('acts again on what an invocation did not end, when it has certainly ended', async () => {
    const begun = Promise.withResolvers<void>();
    const dies = () => {
      begun.resolve();
      return new Promise<void>(() => {});
    };
    void consumer(dies, client, () => time)({ Records: [{ ...message(change('r', 1), 'a'), attributes: {} }] });
    await begun.promise;
    expect(await handle([message(change('r', 1), 'a')])).toEqual(['a']);
    time += SECONDS_UNTIL_RETRY;
    expect([await handle([message(change('r', 1), 'a')]), acted]).toEqual([[], ['r-1']]);
  });

  it('does not let a slow invocation that fails end the claim of the next one', async () => {
    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const Records = [{ ...message(change('r', 1), 'a'), attributes: {} }];
    const first = consumer(
      () => {
        begun.resolve();
        return slow.promise;
      },
      client,
      () => time,
    )({ Records });
    await begun.promise;
    time += SECONDS_UNTIL_RETRY;
    const meanwhile = consumer(
      async () => {
        slow.reject(new Error('too late'));
        await first;
        expect(await handle(Records)).toEqual(['a']);
        acted.push('second');
      },
      client,
      () => time,
    );
    expect([await meanwhile({ Records }), acted]).toEqual([{ batchItemFailures: [] }, ['second']]);
  });

  it('lets what follows a failure in its group wait for it', async () => {
    failing.add('r-1');
    const inGroup = (group: string, envelope: object, messageId: string) => ({
      ...message(envelope, messageId),
      attributes: { MessageGroupId: group },
    });
    const messages = [
      inGroup('g', change('r', 1), 'a'),
      inGroup('h', change('other', 1), 'b'),
      inGroup('g', change('r', 2), 'c'),
    ];
    expect([await handle(messages), acted]).toEqual([['a', 'c'], ['other-1']]);
  });

  it.each([
    ['text', 'no JSON'],
    ['a list', '[]'],
    ['no id', '{"schema":"ground-control/change","version":"1.0"}'],
    ['a later version', JSON.stringify({ ...change('r', 1), version: '2.0' })],
    ['no order', JSON.stringify({ ...change('r', 1), order: undefined })],
    ['another schema', JSON.stringify({ ...change('r', 1), schema: 'other' })],
  ])('leaves a message with %s to the dead-letter queue, and acts on the next one', async (_, body) => {
    expect([await handle([{ messageId: 'a', body }, message(change('r', 1))]), acted]).toEqual([['a'], ['r-1']]);
  });

  it('does not take an error of DynamoDB for a copy', async () => {
    process.env['TABLE'] = 'not-there';
    const failed = await handle([message(change('r', 1), 'a')]);
    process.env['TABLE'] = TABLE.TableName;
    expect([failed, acted]).toEqual([['a'], []]);
  });
});

describe('the example of a consumer in Python', () => {
  const isThere = spawnSync('python3', ['--version'], { env: BARE }).status === 0;

  it.skipIf(!isThere)(`passes its own tests${isThere ? '' : ' (skipped: python3 is not on the PATH)'}`, async () => {
    const tests = spawn('python3', ['-B', join(ROOT, 'tests/examples/consumer_test.py')], {
      env: { ...BARE, ENDPOINT: aws.endpoint, TABLE: TABLE.TableName },
      // The example prints what fails, the tests their result on standard error.
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let result = '';
    tests.stderr.setEncoding('utf8').on('data', (text) => {
      result += text;
    });
    const [code] = await once(tests, 'close');
    expect([code, result]).toEqual([0, expect.stringMatching(/\nRan 8 tests in .*\n\nOK\n$/)]);
  });
});
