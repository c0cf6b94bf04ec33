/** Simulates the part of Lambda that we use: `Invoke`, which waits for the function's result, and a function's settings. */
import type { IncomingMessage } from 'node:http';
import { AwsError, json, type Protocol, restProtocol } from './protocol.ts';

/** What a function returned, or the message of the error that it threw. */
export type Invoked = { readonly payload: unknown } | { readonly error: string };

/** Runs a function. May throw an `AwsError` to refuse the call, such as `functionNotFound`. */
export type Invoke = (functionName: string, payload: unknown) => Promise<Invoked>;

const PATH = /\/2015-03-31\/functions\/([^/]+)\/invocations$/;

const nameIn = ({ method, url = '' }: IncomingMessage) =>
  method === 'POST' ? PATH.exec(url.split('?')[0] ?? '')?.[1] : undefined;

/** Whether the request is an `Invoke`. */
export const isInvocation = (request: IncomingMessage) => nameIn(request) !== undefined;

/** Lambda's error for a function that does not exist. */
export function functionNotFound(name: string): AwsError {
  const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
  return new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
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

/** Answers `GetFunctionConfiguration`. `environments`: the environment variables of each function, by its name. */
export function configurationOf(
  environments: ReadonlyMap<string, Readonly<Record<string, string>>>,
  { FunctionName }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const Variables = environments.get(String(FunctionName));
  if (Variables === undefined) throw functionNotFound(String(FunctionName));
  return { FunctionName, Environment: { Variables } };
}

/** The request's body is the payload, and so is the answer's. */
export const lambdaProtocol: Protocol = {
  read(request, body) {
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type !== 'RequestResponse')
      throw new AwsError('InvalidParameterValueException', `The embedded AWS does not know the type ${type}.`);
    const FunctionName = decodeURIComponent(nameIn(request) ?? '');
    return { service: 'lambda', operation: 'Invoke', input: { FunctionName, Payload: readPayload(body) } };
  },
  answer: (_call, { payload, error }) => {
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
