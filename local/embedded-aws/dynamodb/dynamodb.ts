import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { type Answer, json } from '../protocol.ts';
import { type Engine, Transactions } from './transaction.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * The embedded DynamoDB: dynalite, which is loaded at the first call, with our transactions. With `endpoint`, the URL of
 * a DynamoDB Local, that one answers. `table` is the input of `CreateTable`.
 */
export class DynamoDb {
  /** The time by which client request tokens expire. Tests set their own clock. */
  clock = () => new Date();
  readonly #table: object;
  readonly #endpoint: string | undefined;
  #started: Promise<Database> | undefined;

  constructor(table: object, endpoint?: string) {
    this.#table = table;
    this.#endpoint = endpoint;
  }

  /** Answers a call. Throws `AwsError` for a transaction that DynamoDB refuses as a whole. */
  async answer(operation: string, input: Input): Promise<Answer> {
    const { engine, transactions, turns } = await this.#start();
    if (transactions !== undefined && operation === 'TransactWriteItems')
      return turns.alone(() => transactions.write(input));
    if (transactions !== undefined && input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD')
      return turns.alone(() => transactions.writeOne(operation, input));
    return turns.shared(() => engine(operation, input));
  }

  /**
   * Answers a `BatchGetItem` but reads at most half of its keys, rounded down: possibly none. `UnprocessedKeys` has the
   * rest, as when the answer is too long or DynamoDB lacks capacity.
   */
  async answerInPart(input: Input): Promise<Answer> {
    const { data } = BatchGet.safeParse(input);
    const { read, unread } = halved(data?.RequestItems ?? {});
    // Dynalite refuses a request without keys.
    if (isEmpty(read) && !isEmpty(unread)) return json(200, { Responses: {}, UnprocessedKeys: unread });
    // Dynalite gets a request of the wrong shape as it is, and refuses it with DynamoDB's error.
    const request = data === undefined ? input : { ...data, RequestItems: read };
    const { status, body } = await this.answer('BatchGetItem', request);
    const answer: unknown = JSON.parse(body);
    return json(status, status === 200 ? withUnread(answer, unread) : answer);
  }

  /** Forgets all items. The next call starts with an empty table. */
  async close(): Promise<void> {
    const running = this.#started;
    this.#started = undefined;
    await running;
  }

  #start(): Promise<Database> {
    this.#started ??= startDatabase(this.#table, this.#endpoint, () => this.clock());
    return this.#started;
  }
}

interface Database {
  readonly engine: Engine;
  /** Absent if the engine has its own. */
  readonly transactions: Transactions | undefined;
  readonly turns: Turns;
}

async function startDatabase(table: object, endpoint: string | undefined, clock: () => Date): Promise<Database> {
  const engine = endpoint === undefined ? await loadDynalite() : reach(endpoint);
  const call = async (operation: string, input: object): Promise<string> => {
    const { status, body } = await engine(operation, input);
    if (status !== 200) throw new Error(`DynamoDB ${operation} failed: ${body}`);
    return body;
  };
  await call('CreateTable', table);
  const { TableName } = TableNamed.parse(table);
  // A new table is not active at once, even with `createTableMs: 0`.
  while (!(await call('DescribeTable', { TableName })).includes('"ACTIVE"'));
  const transactions = endpoint === undefined ? new Transactions(engine, clock) : undefined;
  return { engine, transactions, turns: new Turns() };
}

const TableNamed = z.object({ TableName: z.string() });

/** Dynalite requires a signature but does not check it. */
const SIGNED = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

/** The engine at the URL `endpoint`, with tables of our own: DynamoDB Local keeps those of each access key apart. */
function reach(endpoint: string): Engine {
  const authorization = SIGNED.authorization.replace('local', randomUUID().replaceAll('-', ''));
  return async (operation, input) => {
    const headers = { ...SIGNED, authorization, 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
    return { ...json(response.status, {}), body: await response.text() };
  };
}

/** An empty dynalite. Calls reach it within the process, as if they came over the network. */
async function loadDynalite(): Promise<Engine> {
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  return (operation, input) =>
    new Promise((resolve) => {
      const headers = { ...SIGNED, 'x-amz-target': `DynamoDB_20120810.${operation}` };
      const request = Readable.from([Buffer.from(JSON.stringify(input))]);
      const answered: Record<string, string> = {};
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: unknown) => {
          answered[name.toLowerCase()] = String(value);
        },
        end: (body: string) => resolve({ status: response.statusCode, headers: answered, body }),
      };
      server.emit('request', Object.assign(request, { headers, method: 'POST', url: '/' }), response);
    });
}

/** Keeps a transaction apart from all other calls. These run side by side. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();
  readonly #running = new Set<Promise<unknown>>();

  /** Runs after the transactions that were called before. */
  shared<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    const done: Promise<unknown> = settled(result).then(() => this.#running.delete(done));
    this.#running.add(done);
    return result;
  }

  /** Runs after all that was called before, and before all that is called later. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    const result = Promise.all([this.#last, ...this.#running]).then(run);
    this.#last = settled(result);
    return result;
  }
}

/** Resolves when `work` has come to its end, even if it failed. Its caller sees the error. */
const settled = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

/** Keys by table, with settings such as `ConsistentRead`. */
const KeysByTable = z.record(z.string(), z.looseObject({ Keys: z.array(z.unknown()) }));
type KeysByTable = z.infer<typeof KeysByTable>;
const BatchGet = z.looseObject({ RequestItems: KeysByTable });
const BatchAnswer = z.looseObject({ UnprocessedKeys: KeysByTable.default({}) });

const isEmpty = (keys: KeysByTable) => Object.keys(keys).length === 0;

/** The first half of the keys, rounded down, and the rest. */
function halved(keys: KeysByTable): { read: KeysByTable; unread: KeysByTable } {
  const read: KeysByTable = {};
  const unread: KeysByTable = {};
  let left = Math.floor(Object.values(keys).reduce((sum, { Keys }) => sum + Keys.length, 0) / 2);
  for (const [table, { Keys, ...settings }] of Object.entries(keys)) {
    const first = Keys.slice(0, left);
    const rest = Keys.slice(first.length);
    left -= first.length;
    if (first.length > 0) read[table] = { ...settings, Keys: first };
    if (rest.length > 0) unread[table] = { ...settings, Keys: rest };
  }
  return { read, unread };
}

/** The answer with more unread keys. */
function withUnread(answer: unknown, unread: KeysByTable): object {
  const { UnprocessedKeys, ...found } = BatchAnswer.parse(answer);
  const all = { ...UnprocessedKeys };
  for (const [table, one] of Object.entries(unread)) {
    // The answer itself has unread keys when it is longer than 16 MB.
    all[table] = { ...one, Keys: [...(all[table]?.Keys ?? []), ...one.Keys] };
  }
  return { ...found, UnprocessedKeys: all };
}
