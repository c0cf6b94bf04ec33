/**
 * Simulates the part of Lambda that we use: `Invoke`, which waits for the function's result, and
 * `GetFunctionConfiguration`.
 */
import type { IncomingMessage } from 'node:http';
import { AwsError, json, type Protocol, restProtocol } from './protocol.ts';

/** What a function returned, or the message of the error that it threw. */
export type Invoked = { readonly payload: unknown } | { readonly error: string };

/** Runs a function. May throw an `AwsError` to refuse the call, such as `functionNotFound`. */
export type Invoke = (functionName: string, payload: unknown) => Promise<Invoked>;

/** A function that exists for calls that only describe it. */
export interface DescribedFunction {
  /** Whether CloudWatch Logs may call it. */
  readonly mayLogsCall?: boolean;
  /** Its environment variables. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Functions that `GetFunctionConfiguration` knows, by name. */
export type Functions = Map<string, DescribedFunction>;

const PATHS = {
  POST: /\/2015-03-31\/functions\/([^/]+)\/invocations$/,
  GET: /\/2015-03-31\/functions\/([^/]+)\/configuration$/,
};

const nameIn = ({ method, url = '' }: IncomingMessage) =>
  method === 'POST' || method === 'GET' ? PATHS[method].exec(url.split('?')[0] ?? '')?.[1] : undefined;

/** Whether the request is a call to Lambda. */
export const isLambda = (request: IncomingMessage) => nameIn(request) !== undefined;

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
export const nameInArn = (arn: string): string | undefined => /:function:([^:]+)$/.exec(arn)?.[1];

/** Lambda's error for a function that does not exist. */
export function functionNotFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${arnOf(name)}`, 404);
}

/** Answers `GetFunctionConfiguration`. */
export function configurationOf(
  functions: Functions,
  { FunctionName }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const name = String(FunctionName);
  const described = functions.get(name);
  if (described === undefined) throw functionNotFound(name);
  return { FunctionName: name, FunctionArn: arnOf(name), Environment: { Variables: described.variables ?? {} } };
}

/** Answers `Invoke`. Without `invoke` there are no functions. */
export async function invokeWith(
  invoke: Invoke | undefined,
  { FunctionName, Payload }: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const name = String(FunctionName);
  if (invoke === undefined) throw functionNotFound(name);
  return { ...(await invoke(name, Payload)) };
}

/** The request's body is the payload, and so is the answer's. */
export const lambdaProtocol: Protocol = {
  read(request, body) {
    const FunctionName = decodeURIComponent(nameIn(request) ?? '');
    if (request.method === 'GET')
      return { service: 'lambda', operation: 'GetFunctionConfiguration', input: { FunctionName } };
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type !== 'RequestResponse')
      throw new AwsError('InvalidParameterValueException', `The embedded AWS does not know the type ${type}.`);
    return { service: 'lambda', operation: 'Invoke', input: { FunctionName, Payload: readPayload(body) } };
  },
  answer: ({ operation }, output) => {
    if (operation !== 'Invoke') return json(200, output);
    const { payload, error } = output;
    if (error === undefined) return json(200, payload ?? null);
    const answer = json(200, { errorType: 'Error', errorMessage: error });
    return { ...answer, headers: { ...answer.headers, 'x-amz-function-error': 'Unhandled' } };
  },
  refuse: restProtocol.refuse,
};

/** A function that is invoked without a payload gets an empty object. */
function readPayload(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${error.message}`);
  }
}
