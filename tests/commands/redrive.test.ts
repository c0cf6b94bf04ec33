import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { listen, stop } from '../../local/embedded-aws/network.ts';
import { ROOT } from '../support/events.ts';

interface Waiting {
  readonly id: string;
  readonly body: string;
  hidden: boolean;
}

const Input = z.looseObject({ ReceiptHandle: z.string().optional(), VisibilityTimeout: z.number().optional() });

type Answer = () => Promise<{ status?: number; error?: string; body: object }>;

/** A queue that hides received messages, and functions that answer as `answer` says. */
class FakeAws {
  readonly queue: Waiting[];
  readonly invoked: unknown[] = [];
  readonly #answer: Answer;
  readonly server = http.createServer(async (request, response) => {
    const body = await text(request);
    const { status = 200, headers = {}, output } = await this.#respond(request, body);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
    response.end(JSON.stringify(output));
  });

  constructor(bodies: readonly string[], answer: Answer) {
    this.queue = bodies.map((body, at) => ({ id: `m${at}`, body, hidden: false }));
    this.#answer = answer;
  }

  async #respond(
    { headers }: http.IncomingMessage,
    body: string,
  ): Promise<{ status?: number; headers?: object; output: object }> {
    const input = Input.parse(JSON.parse(body));
    const mine = this.queue.find(({ id }) => id === input.ReceiptHandle);
    switch (String(headers['x-amz-target']).split('.')[1]) {
      case 'GetQueueUrl':
        return { output: { QueueUrl: `http://${headers.host}/000000000000/q` } };
      case 'ReceiveMessage': {
        const given = this.queue.filter(({ hidden }) => !hidden).slice(0, 10);
        for (const message of given) message.hidden = true;
        return { output: { Messages: given.map(toMessage) } };
      }
      case 'ChangeMessageVisibility':
        if (mine !== undefined) mine.hidden = input.VisibilityTimeout !== 0;
        return { output: {} };
      case 'DeleteMessage':
        this.queue.splice(
          this.queue.findIndex(({ id }) => id === input.ReceiptHandle),
          1,
        );
        return { output: {} };
      default: {
        this.invoked.push(input);
        const { status = 200, error, body: output } = await this.#answer();
        const name = status === 200 ? 'x-amz-function-error' : 'x-amzn-errortype';
        return { status, headers: error === undefined ? {} : { [name]: error }, output };
      }
    }
  }
}

function toMessage({ id, body }: Waiting) {
  const MD5OfBody = createHash('md5').update(body).digest('hex');
  return { MessageId: id, ReceiptHandle: id, Body: body, MD5OfBody, Attributes: { SentTimestamp: '1795132812000' } };
}

const event = (name: string) => ({
  'detail-type': 'SageMaker Training Job State Change',
  resources: [`arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`],
  detail: { TrainingJobName: name },
});
const failure = (requestPayload: unknown) =>
  JSON.stringify({ requestContext: {}, requestPayload, responsePayload: { errorMessage: 'SNS is down' } });
const handles = async () => ({ body: { outcome: 'alerted' } });

let open: FakeAws | undefined;
afterEach(async () => {
  if (open !== undefined) await stop(open.server);
  open = undefined;
});

async function start(aws: FakeAws, ...args: string[]): Promise<ChildProcess> {
  open = aws;
  const endpoint = await listen(aws.server);
  aws.server.ref();
  return spawn(process.execPath, ['commands/redrive.ts', '--stage', 'dev', ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_MAX_ATTEMPTS: '1',
    },
  });
}

/** The exit code and output of the command. `act` gets the process while it runs. */
async function redrive(aws: FakeAws, args: readonly string[] = [], act?: (child: ChildProcess) => Promise<void>) {
  const child = await start(aws, ...args);
  const output = child.stdout === null ? '' : text(child.stdout);
  await act?.(child);
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  return { code, output: await output };
}

describe('redrive', () => {
  it('sends the events in the queue to their functions again, and deletes those that were handled', async () => {
    const aws = new FakeAws([failure(event('a')), failure(event('b'))], handles);
    const { code, output } = await redrive(aws);
    expect([code, aws.queue, aws.invoked]).toEqual([0, [], [event('a'), event('b')]]);
    expect(output).toContain('why: SNS is down');
    expect(output).toContain('2 handled, 0 failed again, 0 left in the queue');
  });

  it('changes nothing when it only shows', async () => {
    const aws = new FakeAws([failure(event('a'))], handles);
    const { code, output } = await redrive(aws, ['--dry-run']);
    expect([code, aws.queue.map(({ hidden }) => hidden), aws.invoked]).toEqual([0, [false], []]);
    expect(output).toContain('1 message in the queue failed; nothing was changed');
  });

  it.each([
    ['two events', failure([event('a'), event('b')])],
    ['no event', JSON.stringify({ Messages: [] })],
  ])('leaves a message that holds %s', async (_, body) => {
    const aws = new FakeAws([body, failure(event('c'))], handles);
    const { code, output } = await redrive(aws);
    expect([code, aws.queue.map(({ body: left }) => left), aws.invoked]).toEqual([1, [body], [event('c')]]);
    expect(output).toContain('1 handled, 0 failed again, 1 left in the queue');
  });

  it.each([
    ['fails', async () => ({ error: 'Unhandled', body: { errorMessage: 'still down' } }), 'still down'],
    ['is not there', async () => ({ status: 404, error: 'ResourceNotFoundException', body: {} }), 'ResourceNotFound'],
  ])('keeps the event of a function that %s, and makes its message visible again', async (_, answer, why) => {
    const aws = new FakeAws([failure(event('a')), failure(event('b'))], answer);
    const { code, output } = await redrive(aws);
    expect([code, aws.queue.map(({ hidden }) => hidden)]).toEqual([1, [false, false]]);
    expect(output).toContain(`failed again and kept: ${why === 'still down' ? '{"errorMessage":"still down"}' : why}`);
    expect(output).toContain('0 handled, 2 failed again');
  });

  it('ends after the current message on Ctrl-C, and leaves no message hidden', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const aws = new FakeAws([failure(event('a')), failure(event('b'))], async () => {
      begun.resolve();
      await release.promise;
      return handles();
    });
    const { code, output } = await redrive(aws, [], async (child) => {
      await begun.promise;
      child.kill('SIGINT');
      if (child.stderr !== null) await once(child.stderr, 'data');
      release.resolve();
    });
    expect([code, aws.queue.map(({ hidden }) => hidden)]).toEqual([130, [false]]);
    expect(output).toContain('interrupted: 1 handled');
  });
});
