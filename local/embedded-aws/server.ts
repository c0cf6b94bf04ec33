/**
 * A simulated AWS in the same process. It speaks the real protocols on 127.0.0.1 for the calls that we make, so that
 * the production handlers run with their real SDK clients, without an account and without network.
 *
 * It records every call, and answers unknown calls with AWS's own error.
 */

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import timers from 'node:timers/promises';
import { type UserPools, usersIn } from './cognito.ts';
import { DynamoDb } from './dynamodb/dynamodb.ts';
import { conflict } from './dynamodb/transaction.ts';
import { SimulatedEventBridge } from './events.ts';
import { configurationOf, type Functions, type Invoke, invokeWith, isLambda, lambdaProtocol } from './lambda.ts';
import { SimulatedLogs } from './logs.ts';
import { listen, stop } from './network.ts';
import { products } from './pricing.ts';
import { type Answer, AwsError, type Call, jsonProtocol, LARGEST_BODY, type Protocol, protocolOf } from './protocol.ts';
import { isS3, SimulatedS3, s3Protocol } from './s3.ts';
import { SimulatedSageMaker } from './sagemaker.ts';
import { SimulatedScheduler } from './scheduler.ts';
import { secretValue } from './secrets-manager.ts';
import { type Publication, publishOutput, readPublication } from './sns.ts';
import type { QueuedMessage } from './sqs/message.ts';
import { SimulatedSqs } from './sqs/sqs.ts';

/** A running embedded AWS. */
export interface EmbeddedAws {
  /** URL for the SDK's endpoint setting. */
  readonly endpoint: string;
  /** Every call since the last `clear`, oldest first, including refused ones. */
  readonly calls: readonly Call[];
  readonly publications: readonly Publication[];
  /** The messages of `sqs`, including hidden ones. Who takes a message without a call must remove it. */
  readonly messages: QueuedMessage[];
  readonly sqs: SimulatedSqs;
  readonly dynamoDb: DynamoDb;
  readonly sageMaker: SimulatedSageMaker;
  readonly scheduler: SimulatedScheduler;
  readonly eventBridge: SimulatedEventBridge;
  readonly s3: SimulatedS3;
  readonly logs: SimulatedLogs;
  /** The value of each secret, by its id. */
  readonly secrets: Map<string, string>;
  /** Functions that exist for calls that only describe them. */
  readonly functions: Functions;
  /** User pools of Cognito. */
  readonly userPools: UserPools;
  /** Forgets all calls, publications and messages. */
  readonly clear: () => void;
  /** Empties the table. */
  readonly emptyTable: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * A fault of one call. `throttle`, `error` and `reset` refuse it before it has any effect. `slow` delays its answer.
 * `lost` lets it take effect, but the answer never arrives. `partial` leaves at least half of the keys of a
 * `BatchGetItem` unread, and has no effect on other calls. `conflict` refuses a write to DynamoDB because another
 * transaction writes one of its items at the same time, and has no effect on other calls. AWS clients do not retry it.
 * `denied` refuses the call as IAM does when a role lacks the permission.
 */
export type Fault =
  | { readonly kind: 'throttle' | 'error' | 'reset' | 'lost' | 'partial' | 'conflict' | 'denied' }
  | { readonly kind: 'slow'; readonly milliseconds: number };

/** The resources that exist in the embedded AWS. */
export interface EmbeddedResources {
  readonly topicArn: string;
  /** Paths of the queues' URLs. */
  readonly queuePaths: readonly string[];
  /** Called before each call, which waits for it; returns the fault to inject, if any. `path` is the path of the URL. */
  readonly fault?: (call: Call, path: string) => Fault | undefined | Promise<Fault | undefined>;
  /** Called with each call that is answered, before the answer is sent. `isRefused`: the call had no effect. */
  readonly answered?: (call: Call, path: string, isRefused: boolean) => void;
  /** Runs a function for `Invoke`. Without it, no function exists. */
  readonly invoke?: Invoke;
  /** Input of `CreateTable`. The table exists from the first call to DynamoDB on. */
  readonly table: object;
  /** URL of a DynamoDB Local that answers the calls to DynamoDB. */
  readonly dynamoDb?: string;
}

/** Starts on a free port of 127.0.0.1. */
export async function startEmbeddedAws(resources: EmbeddedResources): Promise<EmbeddedAws> {
  const calls: Call[] = [];
  const publications: Publication[] = [];
  const topics = new Set([resources.topicArn]);
  const dynamoDb = new DynamoDb(resources.table, resources.dynamoDb);
  const sageMaker = new SimulatedSageMaker();
  const scheduler = new SimulatedScheduler();
  const eventBridge = new SimulatedEventBridge();
  const s3 = new SimulatedS3();
  const sqs = new SimulatedSqs();
  const secrets = new Map<string, string>();
  const functions: Functions = new Map();
  const userPools: UserPools = new Map();
  const logs = new SimulatedLogs(functions);

  const perform = async (call: Call): Promise<Record<string, unknown>> => {
    if (call.service === 'sagemaker') return sageMaker.perform(call.operation, call.input);
    if (call.service === 'scheduler') return scheduler.perform(call.operation, call.input);
    if (call.service === 'events') return eventBridge.perform(call.operation, call.input);
    if (call.service === 's3') return s3.perform(call.operation, call.input);
    if (call.service === 'logs') return logs.perform(call.operation, call.input);
    if (call.service === 'secretsmanager') return secretValue(secrets, call.operation, call.input);
    if (call.service === 'sqs') return sqs.perform(call.operation, call.input);
    switch (`${call.service}:${call.operation}`) {
      case 'sns:Publish':
        publications.push(readPublication(call, topics));
        return publishOutput();
      case 'lambda:Invoke':
        return invokeWith(resources.invoke, call.input);
      case 'cognito-idp:ListUsers':
        return usersIn(userPools, call.input);
      case 'lambda:GetFunctionConfiguration':
        return configurationOf(functions, call.input);
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
    const protocol = protocolFor(request);
    let call: Call | undefined;
    const answer = (given: Answer) => {
      if (call !== undefined) resources.answered?.(call, request.url ?? '', given.status >= 400);
      send(response, given);
    };
    try {
      const body = await readBody(request);
      call = protocol.read(request, body);
      calls.push(call);
      const fault = await resources.fault?.(call, request.url ?? '');
      if (fault?.kind === 'throttle') throw throttled(call);
      if (fault?.kind === 'error') throw new AwsError('InternalFailure', 'We encountered an internal error.', 500);
      if (fault?.kind === 'denied')
        throw new AwsError('AccessDeniedException', `not authorized to perform: ${call.service}:${call.operation}`);
      if (fault?.kind === 'reset') return void request.socket.destroy();
      if (fault?.kind === 'slow') await timers.setTimeout(fault.milliseconds);
      if (fault?.kind === 'lost') loseAnswer(call, request, response);
      if (call.service === 'dynamodb') return answer(await answerDynamoDb(dynamoDb, call, fault));
      answer(protocol.answer(call, await perform(call)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answer(protocol.refuse(error));
    }
  };

  const endpoint = await listen(server);
  for (const path of resources.queuePaths) sqs.queueUrls.add(`${endpoint}${path}`);
  return {
    endpoint,
    calls,
    publications,
    messages: sqs.messages,
    sqs,
    dynamoDb,
    sageMaker,
    scheduler,
    eventBridge,
    s3,
    logs,
    secrets,
    functions,
    userPools,
    clear: () => {
      for (const list of [calls, publications, sqs.messages, eventBridge.events]) list.length = 0;
    },
    emptyTable: () => dynamoDb.close(),
    close: async () => {
      await dynamoDb.close();
      await stop(server);
    },
  };
}

async function answerDynamoDb(dynamoDb: DynamoDb, { operation, input }: Call, fault?: Fault): Promise<Answer> {
  if (fault?.kind === 'partial' && operation === 'BatchGetItem') return dynamoDb.answerInPart(input);
  if (fault?.kind === 'conflict') {
    if (operation === 'TransactWriteItems') return conflict(input);
    if (['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation))
      throw new AwsError('TransactionConflictException', 'Transaction is ongoing for the item');
  }
  return dynamoDb.answer(operation, input);
}

function throttled({ service }: Call): AwsError {
  if (service === 's3') return new AwsError('SlowDown', 'Please reduce your request rate.', 503);
  if (service === 'lambda') return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
  return new AwsError('ThrottlingException', 'Rate exceeded');
}

/** Lets the call take effect, but closes the connection before its answer; for S3, after half of the object. */
function loseAnswer({ service }: Call, request: IncomingMessage, response: ServerResponse): void {
  response.end = (body?: unknown) => {
    const half = service === 's3' ? String(body).slice(0, String(body).length / 2) : '';
    if (half === '') request.socket.destroy();
    else response.write(half, () => request.socket.destroy());
    return response;
  };
}

/** The call that `request` with this body is. Throws an `AwsError` for one that no protocol reads. */
export const readCall = (request: IncomingMessage, body: string): Call => protocolFor(request).read(request, body);

function protocolFor(request: IncomingMessage): Protocol {
  if (isS3(request)) return s3Protocol;
  return isLambda(request) ? lambdaProtocol : protocolOf(request);
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
