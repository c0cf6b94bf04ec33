/**
 * Stands before the embedded DynamoDB and measures what each call would be billed for. It reads the items that a call
 * writes before and after the call, so sizes are those of the items themselves.
 */
import http, { type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { listen, stop } from '../../local/embedded-aws/network.ts';
import {
  accessOf,
  type Indexes,
  storedBytesOf,
  type Units,
  unitsOfQuery,
  unitsOfReads,
  unitsOfWrite,
} from './capacity.ts';
import type { Item } from './item-size.ts';

/** A call and its units. */
export interface MeteredCall extends Units {
  readonly operation: string;
  /** Bytes by which the table and its indexes grow. */
  readonly storedBytes: number;
}

export interface MeteredDynamoDb {
  /** URL for the SDK's endpoint setting. */
  readonly endpoint: string;
  /** Calls since the last `clear`, the oldest first. */
  readonly calls: readonly MeteredCall[];
  readonly clear: () => void;
  readonly close: () => Promise<void>;
}

const KeySchema = z.array(z.object({ AttributeName: z.string() }));
const Table = z.object({
  TableName: z.string(),
  KeySchema,
  GlobalSecondaryIndexes: z
    .array(z.object({ KeySchema, Projection: z.object({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY']) }) }))
    .default([]),
});
const Answer = z.object({
  Item: z.record(z.string(), z.unknown()).optional(),
  Items: z.array(z.record(z.string(), z.unknown())).default([]),
});

/** Starts on a free port of 127.0.0.1, before DynamoDB at `target`. `definition` is the input of `CreateTable`. */
export async function startMeteredDynamoDb(target: string, definition: object): Promise<MeteredDynamoDb> {
  const { TableName, KeySchema: key, GlobalSecondaryIndexes } = Table.parse(definition);
  const tableKey = key.map(({ AttributeName }) => AttributeName);
  const indexes: Indexes = GlobalSecondaryIndexes.map(({ KeySchema: names, Projection }) => {
    const own = names.map(({ AttributeName }) => AttributeName);
    return { key: own, only: Projection.ProjectionType === 'ALL' ? undefined : [...new Set([...tableKey, ...own])] };
  });
  const calls: MeteredCall[] = [];

  const read = async (Key: Item): Promise<Item | undefined> => {
    const { body } = await post(target, 'GetItem', JSON.stringify({ TableName, Key, ConsistentRead: true }));
    return Answer.parse(JSON.parse(body)).Item;
  };
  const readAll = async (keys: readonly Item[]) => Promise.all(keys.map(read));

  const pass = async (operation: string, body: string): Promise<{ status: number; body: string }> => {
    const access = accessOf(operation, JSON.parse(body), tableKey);
    const before = await readAll(access.written);
    const answer = await post(target, operation, body);
    const after = await readAll(access.written);
    const { Items } = answer.status === 200 ? Answer.parse(JSON.parse(answer.body)) : { Items: [] };
    const isQuery = operation === 'Query' || operation === 'Scan';
    const writes = before.map((one, at) => ({ before: one, after: after[at] }));
    calls.push({
      operation,
      read: isQuery
        ? unitsOfQuery(Items, access.readFactor)
        : unitsOfReads(await readAll(access.read), access.readFactor),
      write: writes.reduce((sum, one) => sum + unitsOfWrite(one, access.writeFactor, indexes), 0),
      storedBytes: writes.reduce(
        (sum, one) => sum + storedBytesOf(one.after, indexes) - storedBytesOf(one.before, indexes),
        0,
      ),
    });
    return answer;
  };

  // One call at a time: nothing else may change an item between its two readings.
  let last: Promise<unknown> = Promise.resolve();
  const server = http.createServer((request, response) => {
    const turn = last.then(async () => {
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
      const { status, body } = await pass(operation, await text(request));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
    });
    last = turn.catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'InternalFailure', message: String(error) }));
    });
  });
  const endpoint = await listen(server);
  return {
    endpoint,
    calls,
    clear: () => {
      calls.length = 0;
    },
    close: () => stop(server),
  };
}

/** The embedded DynamoDB requires a signature but does not check it. */
const SIGNED = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

async function post(target: string, operation: string, body: string): Promise<{ status: number; body: string }> {
  const headers = { ...SIGNED, 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    http.request(target, { method: 'POST', headers }, resolve).on('error', reject).end(body);
  });
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}
