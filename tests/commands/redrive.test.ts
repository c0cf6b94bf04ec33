import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { HIDDEN_MINUTES } from '../../commands/redrive/queue.ts';
import { redriven } from '../../domain/change/redriven.ts';
import { referenceOf } from '../../domain/change/reference.ts';
import { functionNotFound, type Invoke } from '../../local/embedded-aws/lambda.ts';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT, SCHEMAS } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { useRedrive } from '../support/redrive.ts';

const handles: Invoke = async () => ({ payload: { outcome: 'alerted' } });
let run: Invoke;
let fault: (call: Call) => Fault | undefined | Promise<undefined>;
const aws = useLocalAws(
  undefined,
  (call) => fault(call),
  (name, payload) => run(name, payload),
);
const { put, left, redrive } = useRedrive(aws);
beforeEach(() => {
  run = handles;
  fault = () => undefined;
});

/** The same, with `r` for the identity of each run of redrive. */
const unnamed = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replace(/(ground-control-redriven\\*":\\*")[0-9a-f-]{36}/g, '$1r'));
const invoked = () => unnamed(invocations());
const invocations = () =>
  aws().calls.flatMap(({ operation, input }) => (operation === 'Invoke' ? [input['Payload']] : []));
/** The events with these names, as functions get them. */
const sent = (...names: readonly string[]) => names.map((name) => redriven(event(name), 'r'));
const event = (name: string) => ({
  'detail-type': 'SageMaker Training Job State Change',
  resources: [`arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`],
  detail: { TrainingJobName: name },
});
const nameIn = (payload: unknown) => /"TrainingJobName":"([^"]*)"/.exec(JSON.stringify(payload))?.[1];
const failure = (requestPayload: unknown) =>
  JSON.stringify({ requestContext: {}, requestPayload, responsePayload: { errorMessage: 'SNS is down' } });
const quarantined = (reason: string, of: unknown = event('a')) => JSON.stringify({ reason, event: of });
/** A function that puts the event into the quarantine. */
const cannotRead: Invoke = async (_name, payload) => {
  put([quarantined('new', payload)], 'quarantine');
  return { payload: { outcome: 'quarantined' } };
};
const linesWith = (output: string, what: string) => output.split('\n').filter((line) => line.includes(what)).length;
const lastLine = (output: string) => output.trimEnd().split('\n').at(-1);

describe('redrive', () => {
  it('sends the events in the queue to their functions again, and deletes those that were handled', async () => {
    put([failure(event('a')), failure(event('b'))]);
    const { code, output } = await redrive();
    expect([code, aws().messages]).toEqual([0, []]);
    expect(unnamed(aws().calls.filter(({ service }) => service === 'lambda'))).toMatchObject(
      ['a', 'b'].map((name) => ({
        input: { FunctionName: 'ground-control-local-trainingJob', Payload: redriven(event(name), 'r') },
      })),
    );
    expect(output).toContain('why: SNS is down');
    expect(lastLine(output)).toBe('2 handled, 0 failed again');
  });

  it.each([
    ['budget', 'training-job', 'SageMaker Training Job State Change'],
    ['labeling', 'labeling-job', 'SageMaker Ground Truth Labeling Job State Change'],
    ['diagnosis', 'training-job', 'SageMaker Training Job State Change'],
    ['review', 'training-job', 'SageMaker Training Job State Change'],
  ] as const)('sends a reference to an event to the function %s', async (by, family, detailType) => {
    const change = SCHEMAS[family].parse({ ...event('a'), 'detail-type': detailType });
    const reference = JSON.parse(JSON.stringify(referenceOf(change, Configuration.parse({}), undefined, by)));
    put([JSON.stringify(reference)]);
    const { code, output } = await redrive();
    expect([code, aws().messages]).toEqual([0, []]);
    expect(unnamed(aws().calls.filter(({ service }) => service === 'lambda'))).toMatchObject([
      { input: { FunctionName: `ground-control-local-${by}`, Payload: redriven(reference, 'r') } },
    ]);
    expect(output).toContain(`${detailType}  arn:aws:sagemaker:eu-west-1:123456789012:training-job/a`);
  });

  it('says why the rule could not deliver an event', async () => {
    const attributes = { ERROR_MESSAGE: { DataType: 'String', StringValue: 'Rate exceeded' } };
    put([JSON.stringify(event('a'))], 'undelivered');
    Object.assign(aws().messages[0] ?? {}, { attributes });
    const { code, output } = await redrive(['--queue', 'undelivered']);
    expect([code, aws().messages, invoked()]).toEqual([0, [], sent('a')]);
    expect(output).toContain('why: Rate exceeded');
  });

  it('sends an event that is still unreadable once, lists it once, counts it once, and leaves its new message', async () => {
    put([quarantined('old')], 'quarantine');
    run = cannotRead;
    const { code, output, errors } = await redrive(['--queue', 'quarantine']);
    const kept = [quarantined('new', redriven(event('a'), 'r'))];
    expect([code, unnamed(await left('quarantine')), invoked()]).toEqual([1, { all: kept, visible: kept }, sent('a')]);
    expect(output.split('\n').slice(1)).toEqual([
      '   why: old',
      '   still unreadable for trainingJob: the quarantine keeps it with the new reason',
      '0 handled, 0 failed again, 1 still unreadable; 1 message stays in the queue quarantine',
      '',
    ]);
    // The old message is deleted, so nothing is said about when others can receive it.
    expect(errors).toBe('redrive: stage local, region us-east-1 (AWS_REGION)\n');
  });

  it('lists an event once that is in the quarantine twice, and says how many messages stay', async () => {
    put([quarantined('old'), quarantined('a copy')], 'quarantine');
    run = cannotRead;
    const { code, output } = await redrive(['--queue', 'quarantine']);
    const kept = [quarantined('a copy'), quarantined('new', redriven(event('a'), 'r'))];
    expect([code, unnamed(await left('quarantine')), invoked()]).toEqual([1, { all: kept, visible: kept }, sent('a')]);
    expect(linesWith(output, 'training-job/a')).toBe(1);
    expect(lastLine(output)).toBe(
      '0 handled, 0 failed again, 1 still unreadable; 2 messages stay in the queue quarantine',
    );
  });

  it('moves an event that has become unreadable to the quarantine', async () => {
    put([failure(event('a'))]);
    run = cannotRead;
    const { code, output } = await redrive();
    expect([code, await left(), unnamed((await left('quarantine')).visible)]).toEqual([
      1,
      { all: [], visible: [] },
      [quarantined('new', redriven(event('a'), 'r'))],
    ]);
    expect(lastLine(output)).toBe('0 handled, 0 failed again, 1 unreadable and now in the queue quarantine');
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
    [
      'only the beginning of an event',
      JSON.stringify({ reason: 'too large', eventBeginning: '{"a":', eventCharacters: 9e6 }),
    ],
  ])('leaves a message that holds %s', async (_, body) => {
    put([body, failure(event('c'))]);
    const { code, output } = await redrive();
    expect([code, await left(), invoked()]).toEqual([1, { all: [body], visible: [body] }, sent('c')]);
    expect(lastLine(output)).toBe('1 handled, 0 failed again, 1 not put back; 1 message stays in the queue failed');
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
    expect(output).toMatch(new RegExp(`failed again and kept: trainingJob: .*${why}`));
    expect(lastLine(output)).toBe('0 handled, 2 failed again; 2 messages stay in the queue failed');
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
      await once(child, 'interrupted');
      release.resolve();
    });
    const kept = [failure(event('b'))];
    expect([code, await left()]).toEqual([130, { all: kept, visible: kept }]);
    expect(lastLine(output)).toBe('interrupted: 1 handled, 0 failed again');
  });

  it('gives numbers that add up when every message ends in another way', async () => {
    put([
      ...['handled', 'failing', 'refused', 'unreadable', 'undeleted', 'unanswered'].map((name) => failure(event(name))),
      failure([event('x'), event('y')]),
    ]);
    run = async (name, payload) => {
      if (nameIn(payload) === 'failing') return { error: 'still down' };
      if (nameIn(payload) === 'refused') throw functionNotFound(name);
      return { payload: { outcome: nameIn(payload) === 'unreadable' ? 'quarantined' : 'alerted' } };
    };
    let last: unknown;
    fault = ({ operation, input }) => {
      if (operation === 'Invoke') last = nameIn(input);
      if (operation === 'Invoke' && last === 'unanswered') return { kind: 'lost' };
      return operation === 'DeleteMessage' && last === 'undeleted' ? { kind: 'error' } : undefined;
    };
    const { code, output, errors } = await redrive();
    const kept = ['failing', 'refused', 'undeleted', 'unanswered'].map((name) => failure(event(name)));
    kept.push(failure([event('x'), event('y')]));
    expect([code, await left()]).toEqual([1, { all: kept, visible: kept }]);
    expect(lastLine(output)).toBe(
      '1 handled, 2 failed again, 1 unreadable and now in the queue quarantine, 1 without an answer, ' +
        '1 handled but not deleted, 1 not put back; 5 messages stay in the queue failed',
    );
    expect([linesWith(output, 'SageMaker Training Job'), errors.split('\n').length]).toEqual([7, 2]);
  });

  it('says what it has done when the network goes down in the middle', async () => {
    put(['a', 'b', 'c', 'd'].map((name) => failure(event(name))));
    let isDown = false;
    fault = ({ operation, input }) => {
      if (operation === 'Invoke' && nameIn(input) === 'b') isDown = true;
      return isDown ? { kind: 'reset' } : undefined;
    };
    const { code, output, errors } = await redrive();
    const kept = ['b', 'c', 'd'].map((name) => failure(event(name)));
    expect([code, (await leftWhenUp()).all]).toEqual([1, kept]);
    expect(lastLine(output)).toBe(
      'not finished: 1 handled, 0 failed again, 1 without an answer; 1 message stays in the queue failed',
    );
    // Only the message that the command has received is hidden: the others were not received.
    expect(errors.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^redrive: 1 message stays hidden from others for up to 16 minutes: /),
      expect.stringMatching(/^redrive: /),
      '',
    ]);
    async function leftWhenUp() {
      isDown = false;
      fault = () => undefined;
      return await left();
    }
  });

  it('does not put back what it has received while Ctrl-C was pressed', async () => {
    put([failure(event('a'))]);
    const { code, output } = await redrive([], (child) => {
      fault = async ({ operation }) => {
        if (operation !== 'ReceiveMessage') return;
        child.kill('SIGINT');
        await once(child, 'interrupted');
      };
    });
    fault = () => undefined;
    const kept = [failure(event('a'))];
    expect([code, await left(), invoked()]).toEqual([130, { all: kept, visible: kept }, []]);
    expect(output).toBe('interrupted: 0 handled, 0 failed again\n');
  });

  it('ends after the current message when nobody reads its output any more, and says so', async () => {
    put([failure(event('a')), failure(event('b'))]);
    const { code, errors } = await redrive([], (child) => child.stdout?.destroy());
    const kept = [failure(event('b'))];
    expect([code, await left()]).toEqual([1, { all: kept, visible: kept }]);
    expect(errors).toContain('redrive: the output cannot be written (write EPIPE), ends after this message\n');
    expect(errors).toContain('redrive: interrupted: 1 handled, 0 failed again\n');
  });

  it('ends quietly when the reader of a dry run goes away', async () => {
    const kept = Array.from({ length: 12 }, (_, at) => failure(event(`job-${at}`)));
    put(kept);
    const { code, errors } = await redrive(['--dry-run'], (child) => child.stdout?.destroy());
    expect([code, errors.split('\n').length, (await left()).visible.length]).toEqual([0, 2, 10]);
  });

  it('hides a message for longer than any function may take that it invokes', () => {
    const { functions } = parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), {
      merge: true,
      logLevel: 'silent',
    });
    const { reconciliation: _, ...invoked } = functions;
    const timeouts = Object.values<{ timeout?: number }>(invoked).map(({ timeout = 50 }) => timeout);
    expect(HIDDEN_MINUTES * 60).toBeGreaterThan(Math.max(...timeouts));
  });
});
