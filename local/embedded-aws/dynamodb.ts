import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import * as z from 'zod';
import { listen, stop } from './network.ts';

/** DynamoDB is dynalite; it is loaded and started with the first call to it. */
export class DynamoDb {
  readonly #table: object;
  #server: Promise<{ server: Server; port: number }> | undefined;

  constructor(table: object) {
    this.#table = table;
  }

  /** Answers a request whose body has been read: dynalite gets it in the process, as if it came over the wire. */
  async pass({ headers, method, url }: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    this.#server ??= startDynalite(this.#table);
    const { server } = await this.#server;
    server.emit('request', Object.assign(Readable.from([Buffer.from(body)]), { headers, method, url }), response);
    // A client that went away has its own way to know.
    await finished(response).catch(() => undefined);
  }

  /** Stops it; the next call starts an empty one. */
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
  // Even a table that is made in no time is not there in the same moment.
  while (!(await call('DescribeTable', { TableName })).includes('"ACTIVE"'));
  return { server, port };
}

const TableNamed = z.object({ TableName: z.string() });

/** Dynalite wants a signature, and does not check it. */
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
