/**
 * The wire protocols of our calls: AWS Query (SNS), REST JSON (Scheduler) and AWS JSON (others). S3's is in
 * `s3.ts`, and Lambda's in `lambda.ts`.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** One call as the embedded AWS received it. */
export interface Call {
  /** Such as `sns`, `sqs`, `dynamodb`. */
  readonly service: string;
  /** Such as `Publish`, `SendMessage`. */
  readonly operation: string;
  /** Parameters by name, in the protocol's own shape. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** An error that the embedded AWS answers, with AWS's error code and the HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Converts between HTTP and calls. */
export interface Protocol {
  readonly read: (request: IncomingMessage, body: string) => Call;
  readonly answer: (call: Call, output: Readonly<Record<string, unknown>>) => Answer;
  readonly refuse: (error: AwsError) => Answer;
}

/** Bytes. Longer bodies are refused; SNS and SQS themselves accept 1 MiB. */
export const LARGEST_BODY = 2 * 1024 * 1024;

/** Service names by prefix of the header `X-Amz-Target`. */
const TARGETS: ReadonlyMap<string, string> = new Map([
  ['AmazonSQS', 'sqs'],
  ['DynamoDB_20120810', 'dynamodb'],
  ['SageMaker', 'sagemaker'],
  ['AWSPriceListService', 'pricing'],
  ['Logs_20140328', 'logs'],
  ['AWSCognitoIdentityProviderService', 'cognito-idp'],
  ['AWSEvents', 'events'],
]);

export const jsonProtocol: Protocol = {
  read(request, body) {
    const [prefix = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    return { service: TARGETS.get(prefix) ?? prefix, operation, input: parseObject(body) };
  },
  answer: (_call, output) => json(200, output),
  refuse: ({ code, message, status }) => json(status, { __type: code, message }),
};

/** An answer whose body is JSON. */
export function json(status: number, body: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object.');
}

/** Operations of REST services, by method and path. `name` is the parameter in the path. */
const ROUTES = [
  { service: 'scheduler', operation: 'CreateSchedule', method: 'POST', path: /\/schedules\/([^/]+)$/, name: 'Name' },
  { service: 'scheduler', operation: 'DeleteSchedule', method: 'DELETE', path: /\/schedules\/([^/]+)$/, name: 'Name' },
] as const;

const routeOf = ({ method, url = '' }: IncomingMessage) =>
  ROUTES.find((route) => route.method === method && route.path.test(url.split('?')[0] ?? ''));

export const restProtocol: Protocol = {
  read(request, body) {
    const route = routeOf(request);
    if (route === undefined)
      throw new AwsError('UnknownOperationException', 'The embedded AWS does not know this.', 404);
    const [, name = ''] = route.path.exec((request.url ?? '').split('?')[0] ?? '') ?? [];
    const input = body === '' ? {} : parseObject(body);
    const { service, operation } = route;
    const group = new URL(request.url ?? '', 'http://scheduler').searchParams.get('groupName');
    return {
      service,
      operation,
      input: { ...input, ...(group !== null && { GroupName: group }), [route.name]: decodeURIComponent(name) },
    };
  },
  answer: (_call, output) => json(200, output),
  refuse: ({ code, message, status }) => {
    const answer = json(status, { Message: message, message });
    return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': code } };
  },
};

/** The protocol of a request. */
export function protocolOf(request: IncomingMessage): Protocol {
  if (request.headers['x-amz-target'] !== undefined) return jsonProtocol;
  return routeOf(request) === undefined ? queryProtocol : restProtocol;
}

export const queryProtocol: Protocol = {
  read(_request, body) {
    const input = Object.fromEntries(new URLSearchParams(body));
    return { service: 'sns', operation: input['Action'] ?? '', input };
  },
  answer: ({ operation }, output) =>
    xml(
      200,
      `<${operation}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${operation}Result>${elements(output)}</${operation}Result>` +
        `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
    ),
  refuse: ({ code, message, status }) =>
    xml(
      status,
      `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `${elements({ Code: code, Message: message })}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    ),
};

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function elements(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join('');
}

/** `text` within XML. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
