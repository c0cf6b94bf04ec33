/**
 * An AWS that fits into the process: speaks the real protocols on 127.0.0.1 for the calls we make, so that the
 * production handlers run with their real SDK clients, with no account and no network.
 *
 * It keeps every call, and refuses what it does not know with the error AWS would give.
 */

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import timers from 'node:timers/promises';
import { DynamoDb } from './dynamodb.ts';
import { listen, stop } from './network.ts';
import { products } from './pricing.ts';
import { type Answer, AwsError, type Call, jsonProtocol, LARGEST_BODY, protocolOf } from './protocol.ts';
import { SimulatedS3, s3Protocol } from './s3.ts';
import { SimulatedSageMaker } from './sagemaker.ts';
import { SimulatedScheduler } from './scheduler.ts';
import { type Publication, publishOutput, readPublication } from './sns.ts';
import { type QueuedMessage, readMessage, sendOutput } from './sqs.ts';

export interface EmbeddedAws {
  readonly endpoint: string;
  /** Every call so far, oldest first, refused ones too. */
  readonly calls: readonly Call[];
  readonly publications: readonly Publication[];
  /** What waits in queues; whoever takes a message removes it. */
  readonly messages: QueuedMessage[];
  readonly sageMaker: SimulatedSageMaker;
  readonly scheduler: SimulatedScheduler;
  readonly s3: SimulatedS3;
  /** Forgets what was called, published and sent. */
  readonly clear: () => void;
  /** Empties the table. */
  readonly emptyTable: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * What may go wrong with a call: refused before it acted (`throttle`, `error`, `reset`), answered late (`slow`), or acted on
 * without an answer (`lost`).
 */
export type Fault =
  | { readonly kind: 'throttle' | 'error' | 'reset' | 'lost' }
  | { readonly kind: 'slow'; readonly milliseconds: number };

export interface EmbeddedResources {
  readonly topicArn: string;
  /** Paths of the queues' URLs. */
  readonly queuePaths: readonly string[];
  /** Asked before each call: what is to go wrong with it. `path` is the URL's. */
  readonly fault?: (call: Call, path: string) => Fault | undefined;
  /** Input of `CreateTable`: the table is there from the first call to DynamoDB on. */
  readonly table: object;
}

/** Starts on a free port of 127.0.0.1. */
export async function startEmbeddedAws(resources: EmbeddedResources): Promise<EmbeddedAws> {
  const calls: Call[] = [];
  const publications: Publication[] = [];
  const messages: QueuedMessage[] = [];
  const topics = new Set([resources.topicArn]);
  const queues = new Set<string>();
  const dynamoDb = new DynamoDb(resources.table);
  const sageMaker = new SimulatedSageMaker();
  const scheduler = new SimulatedScheduler();
  const s3 = new SimulatedS3();

  const perform = (call: Call): Record<string, unknown> => {
    if (call.service === 'sagemaker') return sageMaker.perform(call.operation, call.input);
    if (call.service === 'scheduler') return scheduler.perform(call.operation, call.input);
    if (call.service === 's3') return s3.perform(call.operation, call.input);
    switch (`${call.service}:${call.operation}`) {
      case 'sns:Publish':
        publications.push(readPublication(call, topics));
        return publishOutput();
      case 'sqs:SendMessage': {
        const message = readMessage(call, queues);
        messages.push(message);
        return sendOutput(message);
      }
      case 'pricing:GetProducts':
        return products(call.input);
      default:
        throw new AwsError(
          call.service === 'sns' ? 'InvalidAction' : 'UnknownOperationException',
          `The embedded AWS does not know ${call.service}:${call.operation}.`,
        );
    }
  };

  const server = http.createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      send(
        response,
        jsonProtocol.refuse(
          new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500),
        ),
      );
    });
  });

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const protocol = isS3(request) ? s3Protocol : protocolOf(request);
    try {
      const body = await readBody(request);
      const call = protocol.read(request, body);
      calls.push(call);
      const fault = resources.fault?.(call, request.url ?? '');
      if (fault?.kind === 'throttle') throw throttled(call);
      if (fault?.kind === 'error') throw new AwsError('InternalFailure', 'We encountered an internal error.', 500);
      if (fault?.kind === 'reset') return void request.socket.destroy();
      if (fault?.kind === 'slow') await timers.setTimeout(fault.milliseconds);
      if (fault?.kind === 'lost') loseAnswer(call, request, response);
      if (call.service === 'dynamodb') return await dynamoDb.pass(request, body, response);
      send(response, protocol.answer(call, perform(call)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      send(response, protocol.refuse(error));
    }
  };

  const endpoint = await listen(server);
  for (const path of resources.queuePaths) queues.add(`${endpoint}${path}`);
  return {
    endpoint,
    calls,
    publications,
    messages,
    sageMaker,
    scheduler,
    s3,
    clear: () => {
      for (const list of [calls, publications, messages]) list.length = 0;
    },
    emptyTable: () => dynamoDb.close(),
    close: async () => {
      await dynamoDb.close();
      await stop(server);
    },
  };
}

const throttled = ({ service }: Call) =>
  service === 's3'
    ? new AwsError('SlowDown', 'Please reduce your request rate.', 503)
    : new AwsError('ThrottlingException', 'Rate exceeded');

/** Lets the call act, and ends the connection where its answer would begin; of an object, half of it comes. */
function loseAnswer({ service }: Call, request: IncomingMessage, response: ServerResponse): void {
  response.end = (body?: unknown) => {
    const half = service === 's3' ? String(body).slice(0, String(body).length / 2) : '';
    if (half === '') request.socket.destroy();
    else response.write(half, () => request.socket.destroy());
    return response;
  };
}

/** The service stands in the signature's scope. */
const isS3 = ({ headers }: IncomingMessage) => /Credential=[^,]*\/s3\/aws4_request/.test(headers.authorization ?? '');

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY)
      throw new AwsError('RequestEntityTooLarge', `The body is larger than ${LARGEST_BODY} bytes.`, 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
