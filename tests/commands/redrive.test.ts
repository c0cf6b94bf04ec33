import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { functionNotFound, type Invoke } from '../../local/embedded-aws/lambda.ts';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

const handles: Invoke = async () => ({ payload: { outcome: 'alerted' } });
let run: Invoke;
const aws = useLocalAws(undefined, undefined, (name, payload) => run(name, payload));
beforeEach(() => {
  run = handles;
});

const queueUrl = (queue = 'failed') => `${aws().endpoint}/000000000000/ground-control-local-${queue}`;
const put = (bodies: readonly string[], queue = 'failed') =>
  aws().messages.push(...bodies.map((body) => ({ queueUrl: queueUrl(queue), body })));
/** Bodies of the messages that are left, and of those that others can receive. */
async function left(queue = 'failed') {
  const all = aws().messages.filter((message) => message.queueUrl === queueUrl(queue));
  const { Messages = [] } = await new SQSClient({}).send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl(queue), MaxNumberOfMessages: 10 }),
  );
  return { all: all.map(({ body }) => body), visible: Messages.map(({ Body }) => Body) };
}
const invoked = () => aws().calls.flatMap(({ operation, input }) => (operation === 'Invoke' ? [input['Payload']] : []));

const event = (name: string) => ({
  'detail-type': 'SageMaker Training Job State Change',
  resources: [`arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`],
  detail: { TrainingJobName: name },
});
const failure = (requestPayload: unknown) =>
  JSON.stringify({ requestContext: {}, requestPayload, responsePayload: { errorMessage: 'SNS is down' } });

/** The exit code and output of the command. `act` gets the process while it runs. */
async function redrive(args: readonly string[] = [], act?: (child: ChildProcess) => Promise<void>) {
  const child = spawn(process.execPath, ['commands/redrive.ts', '--stage', 'local', ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: aws().endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_MAX_ATTEMPTS: '1',
    },
  });
  const output = text(child.stdout);
  await act?.(child);
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  return { code, output: await output };
}

describe('redrive', () => {
  it('sends the events in the queue to their functions again, and deletes those that were handled', async () => {
    put([failure(event('a')), failure(event('b'))]);
    const { code, output } = await redrive();
    expect([code, aws().messages]).toEqual([0, []]);
    expect(aws().calls.filter(({ service }) => service === 'lambda')).toMatchObject(
      ['a', 'b'].map((name) => ({
        input: { FunctionName: 'ground-control-local-trainingJob', Payload: event(name) },
      })),
    );
    expect(output).toContain('why: SNS is down');
    expect(output).toContain('2 handled, 0 failed again, 0 left in the queue');
  });

  it('says why the rule could not deliver an event', async () => {
    const attributes = { ERROR_MESSAGE: { DataType: 'String', StringValue: 'Rate exceeded' } };
    aws().messages.push({ queueUrl: queueUrl('undelivered'), body: JSON.stringify(event('a')), attributes });
    const { code, output } = await redrive(['--queue', 'undelivered']);
    expect([code, aws().messages, invoked()]).toEqual([0, [], [event('a')]]);
    expect(output).toContain('why: Rate exceeded');
  });

  it('sends an event that is still unreadable once, and leaves it in the quarantine with its new reason', async () => {
    const quarantined = (reason: string) => JSON.stringify({ reason, event: event('a') });
    put([quarantined('old')], 'quarantine');
    run = async () => {
      put([quarantined('new')], 'quarantine');
      return { payload: { outcome: 'quarantined' } };
    };
    const { code, output } = await redrive(['--queue', 'quarantine']);
    const kept = [quarantined('new')];
    expect([code, await left('quarantine'), invoked()]).toEqual([1, { all: kept, visible: kept }, [event('a')]]);
    expect(output).toContain('0 handled, 1 failed again, 0 left in the queue');
  });

  it('refuses a stage that is not deployed', async () => {
    await expect(redrive(['--stage', 'other'])).resolves.toMatchObject({ code: 2 });
  });

  it('changes nothing when it only shows', async () => {
    const kept = [failure(event('a'))];
    put(kept);
    const { code, output } = await redrive(['--dry-run']);
    expect([code, await left(), invoked()]).toEqual([0, { all: kept, visible: kept }, []]);
    expect(output).toContain('1 message in the queue failed; nothing was changed');
  });

  it.each([
    ['two events', failure([event('a'), event('b')])],
    ['no event', JSON.stringify({ Messages: [] })],
  ])('leaves a message that holds %s', async (_, body) => {
    put([body, failure(event('c'))]);
    const { code, output } = await redrive();
    expect([code, await left(), invoked()]).toEqual([1, { all: [body], visible: [body] }, [event('c')]]);
    expect(output).toContain('1 handled, 0 failed again, 1 left in the queue');
  });

  it.each<[string, Invoke, string]>([
    ['fails', async () => ({ error: 'still down' }), '"errorMessage":"still down"'],
    [
      'is not there',
      async (name) => {
        throw functionNotFound(name);
      },
      'ResourceNotFound',
    ],
  ])('keeps the event of a function that %s, and makes its message visible again', async (_, answer, why) => {
    run = answer;
    const kept = [failure(event('a')), failure(event('b'))];
    put(kept);
    const { code, output } = await redrive();
    expect([code, await left()]).toEqual([1, { all: kept, visible: kept }]);
    expect(output).toMatch(new RegExp(`failed again and kept: .*${why}`));
    expect(output).toContain('0 handled, 2 failed again');
  });

  it('ends after the current message on Ctrl-C, and leaves no message hidden', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    run = async (name, payload) => {
      begun.resolve();
      await release.promise;
      return handles(name, payload);
    };
    put([failure(event('a')), failure(event('b'))]);
    const { code, output } = await redrive([], async (child) => {
      await begun.promise;
      child.kill('SIGINT');
      if (child.stderr !== null) await once(child.stderr, 'data');
      release.resolve();
    });
    const kept = [failure(event('b'))];
    expect([code, await left()]).toEqual([130, { all: kept, visible: kept }]);
    expect(output).toContain('interrupted: 1 handled');
  });
});
