import type { ChildProcess } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { HIDDEN_MINUTES } from '../../commands/redrive/queue.ts';
import { redriven } from '../../domain/change/redriven.ts';
import { handler } from '../../functions/training-job.ts';
import type { Invoke } from '../../local/embedded-aws/lambda.ts';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { localContext } from '../../local/play/context.ts';
import { trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { useRedrive } from '../support/redrive.ts';

/** The production function, which remembers in the embedded AWS what it has sent. */
const trainingJob: Invoke = async (_name, payload) => ({
  payload: await handler(payload, localContext('trainingJob')),
});
let run: Invoke;
let fault: (call: Call) => Fault | undefined;
const aws = useLocalAws(
  undefined,
  (call) => fault(call),
  (name, payload) => run(name, payload),
);
const { put, left, redrive } = useRedrive(aws);

beforeEach(async () => {
  aws().sqs.clock = () => new Date();
  await aws().emptyTable();
  run = trainingJob;
  fault = () => undefined;
});

const event = (name: string, detail: object = {}) => {
  const arn = `arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`;
  return trainingEvent({ TrainingJobName: name, TrainingJobArn: arn, ...detail }, { resources: [arn] });
};
const failure = (requestPayload: unknown) =>
  JSON.stringify({ requestContext: {}, requestPayload, responsePayload: { errorMessage: 'SNS is down' } });
const subjects = () => aws().publications.map(({ subject }) => subject);
const hiddenTimePasses = () => {
  aws().sqs.clock = () => new Date(Date.now() + HIDDEN_MINUTES * 60_000);
};

/** The moments of a run. Each arranges a `kill -9`, and says how the AWS call of that moment ends. */
type Moment = (kill: () => void) => void;
const atCall =
  (operation: string, kind: 'reset' | 'lost'): Moment =>
  (kill) => {
    fault = (call) => {
      if (call.operation !== operation) return undefined;
      kill();
      return { kind };
    };
  };
const MOMENTS: readonly (readonly [string, Moment])[] = [
  ['before it receives a message', atCall('ReceiveMessage', 'reset')],
  ['after SQS has hidden a message, before it knows', atCall('ReceiveMessage', 'lost')],
  ['before the function gets the event', atCall('Invoke', 'reset')],
  [
    'while the function runs',
    (kill) => {
      run = async (name, payload) => {
        kill();
        return await trainingJob(name, payload);
      };
    },
  ],
  [
    'after the function has sent the alert, before it knows',
    (kill) => {
      run = async (name, payload) => {
        const answer = await trainingJob(name, payload);
        kill();
        return answer;
      };
    },
  ],
  ['after the answer of the function, before it deletes the message', atCall('DeleteMessage', 'reset')],
  ['after SQS has deleted the message, before it knows', atCall('DeleteMessage', 'lost')],
];

/** Runs the command until `arrange` kills it. */
async function killed(arrange: Moment, args: readonly string[] = []): Promise<void> {
  const { signal } = await redrive(args, (child: ChildProcess) => arrange(() => void child.kill('SIGKILL')));
  expect(signal).toBe('SIGKILL');
  run = trainingJob;
  fault = () => undefined;
}

describe('redrive that is killed with kill -9', () => {
  it.each(MOMENTS)('%s: the next one loses nothing, and people hear of each end once', async (_, moment) => {
    put([failure(event('a')), failure(event('b'))]);
    await killed(moment);
    hiddenTimePasses();
    const { code } = await redrive();
    expect([code, await left(), subjects().sort()]).toEqual([
      0,
      { all: [], visible: [] },
      ['FAILED: training job a', 'FAILED: training job b'],
    ]);
  });

  it('leaves one message hidden, and others can receive the rest at once', async () => {
    const all = ['a', 'b', 'c'].map((name) => failure(event(name)));
    put(all);
    await killed(atCall('Invoke', 'reset'));
    expect(await left()).toEqual({ all, visible: all.slice(1) });
  });

  it('while it gives up a message that failed again: the message stays, and can be received later', async () => {
    const kept = [failure(event('a'))];
    put(kept);
    await killed((kill) => {
      run = async () => ({ error: 'still down' });
      atCall('ChangeMessageVisibility', 'reset')(kill);
    });
    expect(await left()).toEqual({ all: kept, visible: [] });
    hiddenTimePasses();
    expect(await left()).toEqual({ all: kept, visible: kept });
  });

  it('between a new quarantine message and the deletion of the old one: the event stays until it can be read', async () => {
    const unreadable = event('a', { TrainingJobStatus: 7 });
    const ID = expect.any(String);
    put([JSON.stringify({ reason: 'old', event: unreadable })], 'quarantine');
    await killed(atCall('DeleteMessage', 'reset'), ['--queue', 'quarantine']);
    hiddenTimePasses();
    const { code, output } = await redrive(['--queue', 'quarantine']);
    expect([code, subjects(), (await left('quarantine')).all.map((body) => JSON.parse(body).event)]).toEqual([
      1,
      [],
      [redriven(unreadable, ID), redriven(unreadable, ID)],
    ]);
    expect(output.match(/training-job\/a/g)).toHaveLength(1);
    // A version that can read it: both messages are handled, and people hear once.
    run = async (name) => await trainingJob(name, event('a'));
    expect(await redrive(['--queue', 'quarantine'])).toMatchObject({ code: 0 });
    expect([await left('quarantine'), subjects()]).toEqual([{ all: [], visible: [] }, ['FAILED: training job a']]);
  });
});
