import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import * as z from 'zod';
import { listen, stop } from './network.ts';
import { type Answer, json } from './protocol.ts';

/**
 * The embedded DynamoDB: dynalite, which is loaded and started at the first call. `table` is the input of
 * `CreateTable`.
 */
export class DynamoDb {
  readonly #table: object;
  #server: Promise<{ server: Server; port: number }> | undefined;

  constructor(table: object) {
    this.#table = table;
  }

  /** Passes a request whose body was already read to dynalite, within the process, as if it came over the network. */
  async pass({ headers, method, url }: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    this.#server ??= startDynalite(this.#table);
    const { server } = await this.#server;
    server.emit('request', Object.assign(Readable.from([Buffer.from(body)]), { headers, method, url }), response);
    // Ignores an aborted connection: the client sees its own error.
    await finished(response).catch(() => undefined);
  }

  /**
   * Answers a `BatchGetItem` but reads at most half of its keys, rounded down: possibly none. `UnprocessedKeys` has the
   * rest, as when the answer is too long or DynamoDB lacks capacity.
   */
  async answerInPart(input: Readonly<Record<string, unknown>>): Promise<Answer> {
    this.#server ??= startDynalite(this.#table);
    const { port } = await this.#server;
    const { data } = BatchGet.safeParse(input);
    const { read, unread } = halved(data?.RequestItems ?? {});
    // Dynalite refuses a request without keys.
    if (isEmpty(read) && !isEmpty(unread)) return json(200, { Responses: {}, UnprocessedKeys: unread });
    // Dynalite gets a request of the wrong shape as it is, and refuses it with DynamoDB's error.
    const request = data === undefined ? input : { ...data, RequestItems: read };
    const { status, body } = await post(port, 'BatchGetItem', request);
    const answer: unknown = JSON.parse(body);
    return json(status, status === 200 ? withUnread(answer, unread) : answer);
  }

  /** Stops dynalite. The next call starts it again with an empty table. */
  async close(): Promise<void> {
    const running = this.#server;
    this.#server = undefined;
    if (running !== undefined) await stop((await running).server);
  }
}

async function startDynalite(table: object): Promise<{ server: Server; port: number }> {
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const port = Number(new URL(await listen(server)).port);
  const call = async (operation: string, input: object): Promise<string> => {
    const answer = await post(port, operation, input);
    if (answer.status !== 200) throw new Error(`DynamoDB ${operation} failed: ${answer.body}`);
    return answer.body;
  };
  await call('CreateTable', table);
  const { TableName } = TableNamed.parse(table);
  // A new table is not active at once, even with `createTableMs: 0`.
  while (!(await call('DescribeTable', { TableName })).includes('"ACTIVE"'));
  return { server, port };
}

const TableNamed = z.object({ TableName: z.string() });

/** Dynalite requires a signature but does not check it. */
const SIGNED = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

async function post(port: number, operation: string, input: object): Promise<{ status: number; body: string }> {
  const headers = { ...SIGNED, 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    http
      .request({ host: '127.0.0.1', port, method: 'POST', path: '/', headers, agent: CONNECTIONS }, resolve)
      .on('error', reject)
      .end(JSON.stringify(input));
  });
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}

const CONNECTIONS = new http.Agent({ keepAlive: true });

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
