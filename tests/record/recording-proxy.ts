/** Records the calls of a deployed function: it stands between the function and the emulator. */
import { appendFileSync, mkdirSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { listen, stop } from '../../local/embedded-aws/network.ts';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import { readCall } from '../../local/embedded-aws/server.ts';

/** Names of services as the SDK writes them, by those of the embedded AWS. */
const SERVICES: Readonly<Record<string, string>> = {
  'cognito-idp': 'Cognito Identity Provider',
  dynamodb: 'DynamoDB',
  events: 'EventBridge',
  logs: 'CloudWatch Logs',
  pricing: 'Pricing',
  s3: 'S3',
  sagemaker: 'SageMaker',
  scheduler: 'Scheduler',
  secretsmanager: 'Secrets Manager',
  sns: 'SNS',
  sqs: 'SQS',
};

/** Services whose protocol is not JSON: their inputs do not have the members of the service model. */
const NOT_JSON = new Set(['s3', 'sns']);

/** Writes calls of the function `by` into `file`. */
export function recordTo(file: string, by: string): (call: Call) => void {
  mkdirSync(dirname(file), { recursive: true });
  return ({ service, operation, input }) => {
    const recorded = { by, origin: 'the deployment', service: SERVICES[service] ?? service, operation, input };
    const shape = NOT_JSON.has(service) ? 'protocol' : 'model';
    appendFileSync(file, `${JSON.stringify({ ...recorded, shape })}\n`);
  };
}

/** Forwards what it gets to `target`, and tells `record` of each call. */
export async function recordingProxy(
  target: string,
  record: (call: Call) => void,
): Promise<{ readonly endpoint: string; readonly close: () => Promise<void> }> {
  const server = http.createServer((request, response) => {
    forward(request, response, target, record).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  return { endpoint: await listen(server), close: () => stop(server) };
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  record: (call: Call) => void,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  record(readCall(request, body.toString('utf8')));
  const { hostname, port, host } = new URL(target);
  const { method, url: path, headers } = request;
  await new Promise<void>((resolve, reject) => {
    const onward = http.request({ hostname, port, method, path, headers: { ...headers, host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response).once('finish', resolve).once('error', reject);
    });
    onward.once('error', reject).end(body);
  });
}
