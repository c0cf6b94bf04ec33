/**
 * An AWS that fits into the process: speaks the real protocols on 127.0.0.1 for the calls we make, so that the
 * production handlers run with their real SDK clients, with no account and no network.
 *
 * It keeps every call, and refuses what it does not know with the error AWS would give.
 */
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, AwsError, type Call, jsonProtocol, LARGEST_BODY, queryProtocol } from './protocol.ts';
import { type Publication, publishOutput, readPublication } from './sns.ts';
import { type QueuedMessage, readMessage, sendOutput } from './sqs.ts';

export interface EmbeddedAws {
  readonly endpoint: string;
  /** Every call so far, oldest first, refused ones too. */
  readonly calls: readonly Call[];
  readonly publications: readonly Publication[];
  readonly messages: readonly QueuedMessage[];
  /** Forgets what was called, published and sent. */
  readonly clear: () => void;
  readonly close: () => Promise<void>;
}

export interface EmbeddedResources {
  readonly topicArn: string;
  /** Path of the queue's URL. */
  readonly queuePath: string;
}

/** Starts on a free port of 127.0.0.1. */
export async function startEmbeddedAws(resources: EmbeddedResources): Promise<EmbeddedAws> {
  const calls: Call[] = [];
  const publications: Publication[] = [];
  const messages: QueuedMessage[] = [];
  const topics = new Set([resources.topicArn]);
  const queues = new Set<string>();
  const dynamoDb = new DynamoDb();

  const perform = (call: Call): Record<string, unknown> => {
    switch (`${call.service}:${call.operation}`) {
      case 'sns:Publish':
        publications.push(readPublication(call, topics));
        return publishOutput();
      case 'sqs:SendMessage': {
        const message = readMessage(call, queues);
        messages.push(message);
        return sendOutput(message);
      }
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
    const protocol = request.headers['x-amz-target'] === undefined ? queryProtocol : jsonProtocol;
    try {
      const body = await readBody(request);
      const call = protocol.read(request, body);
      calls.push(call);
      if (call.service === 'dynamodb') return await dynamoDb.pass(request, body, response);
      send(response, protocol.answer(call, perform(call)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      send(response, protocol.refuse(error));
    }
  };

  const endpoint = await listen(server);
  queues.add(`${endpoint}${resources.queuePath}`);
  return {
    endpoint,
    calls,
    publications,
    messages,
    clear: () => {
      for (const list of [calls, publications, messages]) list.length = 0;
    },
    close: async () => {
      await dynamoDb.close();
      await stop(server);
    },
  };
}

/** DynamoDB is dynalite; it is loaded and started with the first call to it. */
class DynamoDb {
  #server: Promise<{ server: Server; port: number }> | undefined;

  async pass(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    this.#server ??= startDynalite();
    const { port } = await this.#server;
    await new Promise<void>((resolve, reject) => {
      const { host: _, ...headers } = request.headers;
      const passed = http.request({ host: '127.0.0.1', port, method: 'POST', path: '/', headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response).on('finish', resolve).on('error', reject);
      });
      passed.on('error', reject).end(body);
    });
  }

  async close(): Promise<void> {
    if (this.#server !== undefined) await stop((await this.#server).server);
  }
}

async function startDynalite(): Promise<{ server: Server; port: number }> {
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const { port } = new URL(await listen(server));
  return { server, port: Number(port) };
}

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

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    // A program that forgets to close it still ends.
    server.unref();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
