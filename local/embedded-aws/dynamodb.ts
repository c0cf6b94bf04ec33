import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import * as z from 'zod';
import { listen, stop } from './network.ts';

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
    const headers = { ...SIGNED, 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const answer = await post(port, headers, JSON.stringify(input));
    const body = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`DynamoDB ${operation} failed: ${body}`);
    return body;
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

function post(port: number, headers: http.OutgoingHttpHeaders, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    http
      .request({ host: '127.0.0.1', port, method: 'POST', path: '/', headers, agent: CONNECTIONS }, resolve)
      .on('error', reject)
      .end(body);
  });
}

const CONNECTIONS = new http.Agent({ keepAlive: true });
