import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { auditIn } from '../../adapters/dynamodb/audit.ts';
import { reconciliationTableIn } from '../../adapters/dynamodb/reconciliation-table.ts';
import { resourceTableIn } from '../../adapters/dynamodb/resource-table.ts';
import { redriven } from '../../domain/change/redriven.ts';
import { referenceOf } from '../../domain/change/reference.ts';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { readTraining, trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

/** The fault of each call; set by a test. */
let faultOf: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(undefined, (call) => faultOf(call));
const START = Date.now();

beforeEach(async () => {
  faultOf = () => undefined;
  // Only the date: clients need real timers.
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  await aws().emptyTable();
});
afterEach(() => void vi.useRealTimers());

const TABLE = 'ground-control-local-state';
const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn';
const KEY = `training-job|${ARN}`;
const CHANGE = `${KEY}|0|Failed|Failed|`;
const MINUTE = 60_000;

const handle = async (event: unknown, seconds = 30) =>
  (await import('../../functions/training-job.ts')).handler(event, localContext('trainingJob', seconds));
/** Handles the event again and again, a minute later each time. Returns the errors. */
async function retry(times: number, event: unknown = trainingEvent()): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (let at = 0; at < times; at++) {
    await handle(event).catch((error: unknown) => errors.push(error));
    vi.setSystemTime(Date.now() + MINUTE);
  }
  return errors;
}
const operations = () => aws().calls.map(({ operation }) => operation);
/** Requests to SNS, including those that it refused or whose answer was lost. */
const requests = () => operations().filter((operation) => operation === 'Publish').length;
const item = () => resourceTableIn(TABLE, 400).recall(KEY);
const records = () => Array.fromAsync(auditIn(TABLE, 400).ofResource(ARN));
const due = (minutes: number) => reconciliationTableIn(TABLE).due('training-job', Date.now() + minutes * MINUTE, 5);

describe('the calls for an event', () => {
  it('are two reads, two writes and one publication, when it becomes an alert', async () => {
    await handle(trainingEvent());
    expect(operations()).toEqual(['GetItem', 'GetItem', 'PutItem', 'Publish', 'TransactWriteItems']);
    const written = aws().calls.flatMap(({ input }) => input['TransactItems'] ?? []);
    expect(written).toHaveLength(2);
  });

  it('are one read and one write, when it tells nothing', async () => {
    await handle(trainingEvent({ TrainingJobStatus: 'InProgress' }));
    expect(operations()).toEqual(['GetItem', 'PutItem']);
  });

  it('are two reads of an end and one of another change, when it is a copy of a known one', async () => {
    await handle(trainingEvent());
    await handle(trainingEvent({ TrainingJobStatus: 'InProgress' }));
    aws().clear();
    await handle(trainingEvent());
    await handle(trainingEvent({ TrainingJobStatus: 'InProgress' }));
    expect(operations()).toEqual(['GetItem', 'GetItem', 'GetItem']);
  });
});

describe('a function that Lambda initialises', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(['endpoint', 'human-review', 'labeling-job', 'pipeline', 'processing-job', 'resource', 'training-job'])(
    'has a connection to the table before its first event: %s',
    async (name) => {
      vi.resetModules();
      await import(`../../functions/${name}.ts`);
      expect(operations()).toEqual([]);
      vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
      vi.resetModules();
      await import(`../../functions/${name}.ts`);
      await vi.waitFor(() => expect(operations()).toEqual(['GetItem']));
    },
  );

  it('is there for its first event although the table cannot be reached yet', async () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    vi.resetModules();
    faultOf = () => ({ kind: 'error' });
    const { handler } = await import('../../functions/training-job.ts');
    await vi.waitFor(() => expect(operations().length).toBeGreaterThanOrEqual(3));
    faultOf = () => undefined;
    await handler(trainingEvent(), localContext('trainingJob'));
    expect(aws().publications).toHaveLength(1);
  });
});

describe('an alert is sent once', () => {
  it.each(['PutItem', 'TransactWriteItems'])('when the answer to %s is lost', async (operation) => {
    let isLost = false;
    faultOf = (call) => {
      if (call.operation !== operation || isLost) return undefined;
      isLost = true;
      return { kind: 'lost' };
    };
    await handle(trainingEvent());
    await handle(trainingEvent());
    expect([isLost, requests(), (await records()).length]).toEqual([true, 1, 1]);
    const { announced, untold } = (await item()) ?? {};
    expect([announced, untold]).toEqual([new Set([CHANGE]), undefined]);
  });

  it('when other transactions are in the way of its last write', async () => {
    let conflicts = 4;
    faultOf = ({ operation }) =>
      operation === 'TransactWriteItems' && conflicts-- > 0 ? { kind: 'conflict' } : undefined;
    await handle(trainingEvent());
    expect([requests(), (await records()).length]).toEqual([1, 1]);
  });

  it('when copies of its event come at the same time: they fail, and find it sent when they are retried', async () => {
    const copies = await Promise.allSettled(Array.from({ length: 5 }, () => handle(trainingEvent())));
    const refused = copies.flatMap((copy) => (copy.status === 'rejected' ? [copy.reason] : []));
    for (const error of refused) expect(error).toMatchObject({ name: 'ClaimedByAnother' });
    await handle(trainingEvent());
    expect(requests()).toBe(1);
  });

  it('although another event of the job requests the same budget check at that moment', async () => {
    const tags = { 'ground-control:max-cost-usd': '5' };
    const runs = { TrainingJobStatus: 'InProgress', TrainingStartTime: START, Tags: tags };
    const check = `check|training-job|${ARN}|0|started`;
    const held = { attempts: 1, claimedBy: 'another', claimedUntil: START + 20_000 };
    await handle(trainingEvent({ ...runs, SecondaryStatus: 'Downloading' }));
    const before = await item();
    if (before === undefined) throw new Error('the job is stored');
    await resourceTableIn(TABLE, 400).remember(KEY, {
      ...before,
      announced: undefined,
      untold: new Map([[check, held]]),
      revision: before.revision + 1,
    });
    aws().clear();
    await handle(trainingEvent({ ...runs, SecondaryStatus: 'Training' }));
    expect(operations()).toEqual(['GetItem', 'PutItem']);
    expect((await item())?.untold).toEqual(new Map([[check, held]]));
    // Once the other invocation is dead, the check is requested.
    vi.setSystemTime(START + MINUTE);
    await handle(trainingEvent({ ...runs, SecondaryStatus: 'Uploading' }));
    expect(operations()).toContain('SendMessage');
  });

  it('when its function died before it was sent, but only after 30 seconds', async () => {
    await handle(trainingEvent({ TrainingJobStatus: 'InProgress' }));
    const running = await item();
    if (running === undefined) throw new Error('the job was not stored');
    const claimed = { attempts: 1, claimedBy: 'dead', claimedUntil: Date.now() + 30_000 };
    const ended = { ...running, status: 'Failed', secondaryStatus: 'Failed', ended: true, revision: 2 } as const;
    await resourceTableIn(TABLE, 400).remember(KEY, { ...ended, untold: new Map([[CHANGE, claimed]]) });
    vi.setSystemTime(START + 29_999);
    await expect(handle(trainingEvent())).rejects.toMatchObject({ name: 'ClaimedByAnother' });
    vi.setSystemTime(START + 30_000);
    await handle(trainingEvent());
    expect(requests()).toBe(1);
  });

  it('when SNS refuses it for hours, and takes it then; no attempt is used up', async () => {
    faultOf = ({ service }) => (service === 'sns' ? { kind: 'error' } : undefined);
    expect(await retry(20)).toHaveLength(20);
    expect((await item())?.untold).toEqual(new Map([[CHANGE, { attempts: 0 }]]));
    faultOf = () => undefined;
    await retry(3);
    expect([requests(), aws().publications.length, aws().take('failed')]).toEqual([21, 1, []]);
  });

  it('and not at all when too little time is left; the attempt does not count', async () => {
    await expect(handle(trainingEvent(), 4)).rejects.toThrow(/too little time is left to publish an alert/);
    expect([requests(), (await item())?.untold?.get(CHANGE)]).toEqual([0, { attempts: 0 }]);
  });

  it('when the table has an item of version 1, whose unsent alerts are a set', async () => {
    await handle(trainingEvent({ TrainingJobStatus: 'InProgress' }));
    const { untold: _, ...running } = (await item()) ?? {};
    const old = { ...running, version: 1, status: 'Failed', secondaryStatus: 'Failed', ended: true };
    const Item = marshall(
      { pk: `resource#${KEY}`, sk: 'state', ...old, untold: new Set([CHANGE, 'older']) },
      { removeUndefinedValues: true },
    );
    await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item }));
    await retry(2);
    expect(requests()).toBe(1);
    expect(await item()).toMatchObject({ version: 2, untold: new Map([['older', { attempts: 0 }]]) });
  });

  it('when the name of its change is longer than a key', async () => {
    const SecondaryStatus = 'x'.repeat(400);
    await handle(trainingEvent({ SecondaryStatus }));
    await handle(trainingEvent({ SecondaryStatus }));
    expect(requests()).toBe(1);
  });
});

describe('an alert that nobody confirms', () => {
  const putBack = redriven(trainingEvent(), 'r1');
  const failed = () =>
    aws()
      .take('failed')
      .map((body) => JSON.parse(body));

  it.each<[string, (call: Call) => Fault | undefined]>([
    ['SNS loses every answer', ({ service }) => (service === 'sns' ? { kind: 'lost' } : undefined)],
    [
      'the table takes no last write',
      ({ operation }) => (/^(Transact|Update)/.test(operation) ? { kind: 'error' } : undefined),
    ],
  ])('reaches SNS three times at most, when %s for hours', async (_, fault) => {
    faultOf = fault;
    await retry(20);
    expect(requests()).toBe(3);
    const told = failed();
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(3);
    for (const { requestContext, requestPayload, responsePayload } of told) {
      expect(requestContext).toEqual({ condition: 'AlertNotConfirmed' });
      expect(requestPayload).toEqual(trainingEvent());
      expect(responsePayload.errorMessage).toContain('"FAILED: training job churn"');
    }
    faultOf = () => undefined;
    await retry(2);
    expect(requests()).toBe(3);
  });

  it('is left alone by reconciliation, and sent again when people put its event back', async () => {
    faultOf = ({ service }) => (service === 'sns' ? { kind: 'lost' } : undefined);
    await retry(4);
    expect(failed()).toHaveLength(1);
    expect(await due(70)).toEqual([]);
    const { givenUp, untold } = (await item()) ?? {};
    expect([givenUp, untold]).toEqual([new Set([CHANGE]), undefined]);
    faultOf = () => undefined;
    await retry(2, putBack);
    expect(requests()).toBe(4);
    expect((await records()).map(({ action }) => action)).toEqual(['give-up', 'notify']);
  });

  it('gets new attempts from people also before it is given up', async () => {
    faultOf = ({ service }) => (service === 'sns' ? { kind: 'lost' } : undefined);
    await retry(3);
    faultOf = () => undefined;
    await retry(2, putBack);
    expect([requests(), failed(), (await records()).length]).toEqual([4, [], 1]);
  });
});

describe('the table', () => {
  it('has one item of the resource and one of the audit after an alert', async () => {
    await handle(trainingEvent());
    const { Items = [] } = await new DynamoDBClient({}).send(new ScanCommand({ TableName: TABLE }));
    const kinds = Items.map((one) => String(unmarshall(one)['pk']).split('#')[0]);
    expect(kinds.sort()).toEqual(['audit', 'resource']);
  });

  it('keeps the claim of another when an invocation takes back its own', async () => {
    const { remember, giveBack } = resourceTableIn(TABLE, 400);
    await handle(trainingEvent({ TrainingJobStatus: 'InProgress' }));
    const running = await item();
    if (running === undefined) throw new Error('the job was not stored');
    const untold = new Map([[CHANGE, { attempts: 2, claimedBy: 'b', claimedUntil: 1 }]]);
    await remember(KEY, { ...running, untold, revision: 2 });
    await giveBack(KEY, CHANGE, 'a');
    expect(await item()).toMatchObject({ untold, revision: 2 });
    await giveBack(KEY, CHANGE, 'b');
    expect(await item()).toMatchObject({ untold: new Map([[CHANGE, { attempts: 1 }]]), revision: 3 });
  });

  it.each([
    [true, ['b'], [], 10],
    [true, [], undefined, undefined],
    // It owes nothing, and goes on: it is due an hour after its last change.
    [false, [], [], 70],
    [false, ['b'], [], 10],
  ] as const)(
    'is ready for reconciliation after an alert (ended: %s, still owed: %j)',
    async (ended, others, left, within) => {
      const { remember, settle } = resourceTableIn(TABLE, 400);
      await handle(trainingEvent({ TrainingJobStatus: 'InProgress' }));
      const running = await item();
      if (running === undefined) throw new Error('the job was not stored');
      const untold = new Map(['a', ...others].map((name) => [name, { attempts: 1 }]));
      const state = { ...running, ended, untold, revision: 2 };
      await remember(KEY, state);
      // The guess may be wrong: the item has changed since.
      await settle(KEY, 'a', { as: 'announced', state: { ...state, ended: !ended } });
      const after = await item();
      expect([after?.announced, after?.untold && [...after.untold.keys()]]).toEqual([new Set(['a']), left && others]);
      const isDue = await Promise.all([0, 10, 55, 70].map(async (minutes) => (await due(minutes)).length));
      expect(isDue).toEqual([0, 10, 55, 70].map((minutes) => Number(minutes >= (within ?? Infinity))));
      await settle(KEY, 'a', { as: 'announced', state });
      expect(await item()).toEqual(after);
    },
  );
});

describe('an alert is neither lost nor sent too often', () => {
  const failed = () => aws().take('failed');
  const snsLost = ({ service }: Call): Fault | undefined => (service === 'sns' ? { kind: 'lost' } : undefined);
  const snsRefuses = ({ service }: Call): Fault | undefined => (service === 'sns' ? { kind: 'error' } : undefined);

  it('when a queue delivers its redriven event again and again', async () => {
    const { handler } = await import('../../functions/budget.ts');
    const message = {
      Records: [
        {
          body: JSON.stringify(referenceOf(readTraining(trainingEvent()), Configuration.parse({}), 'r1', 'budget')),
        },
      ],
    };
    faultOf = snsLost;
    for (let delivery = 0; delivery < 10; delivery++) {
      const isHandled = await handler(message, localContext('budget', 60)).then(
        () => true,
        () => false,
      );
      // The queue then deletes the message.
      if (isHandled) break;
      vi.setSystemTime(Date.now() + 90_000);
    }
    expect(requests()).toBe(3);
  });

  it.each([
    ['refused', snsRefuses, 1],
    ['given up', snsLost, 4],
  ] as const)('when it was %s, and its endpoint has the same status again', async (_, fault, tries) => {
    const { handler } = await import('../../functions/endpoint.ts');
    const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e';
    const event = (EndpointStatus: string, minute: number) => {
      const time = new Date(Date.parse('2026-11-20T03:00:00Z') + minute * MINUTE).toISOString();
      const detail = { EndpointName: 'e', EndpointArn: arn, EndpointStatus, LastModifiedTime: time };
      const type = 'SageMaker Endpoint State Change';
      return { 'detail-type': type, source: 'aws.sagemaker', id: time, time, resources: [arn], detail };
    };
    faultOf = fault;
    for (let at = 0; at < tries; at++) {
      await handler(event('FAILED', 0), localContext('endpoint')).catch(() => undefined);
      vi.setSystemTime(Date.now() + MINUTE);
    }
    faultOf = () => undefined;
    await handler(event('IN_SERVICE', 30), localContext('endpoint'));
    await handler(event('FAILED', 60), localContext('endpoint'));
    aws().clear();
    await handler(redriven(event('FAILED', 0), 'r1'), localContext('endpoint'));
    expect(aws().publications.map(({ subject }) => subject)).toEqual(['FAILED: endpoint e']);
  });

  it('when it was given up, and a new job has the name since', async () => {
    const old = trainingEvent({ CreationTime: '2026-11-20T03:00:00Z' });
    faultOf = snsLost;
    await retry(4, old);
    faultOf = () => undefined;
    const running = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' };
    const later = { id: 'e2', time: '2026-11-20T05:00:01Z' };
    await handle(trainingEvent({ ...running, CreationTime: '2026-11-20T05:00:00Z' }, later));
    await handle(redriven(old, 'r1'));
    expect(requests()).toBe(4);
  });

  it('when it is given up while SQS takes no message: operators hear of it later', async () => {
    faultOf = snsLost;
    await retry(3);
    faultOf = ({ service }) => (service === 'sqs' ? { kind: 'error' } : undefined);
    expect(await retry(3)).toHaveLength(3);
    faultOf = () => undefined;
    await retry(3);
    expect([(await item())?.givenUp, requests()]).toEqual([new Set([CHANGE]), 3]);
    expect(failed()).toHaveLength(1);
  });

  it('when the answers to its claim are lost: the attempts do not count', async () => {
    await handle(trainingEvent({ TrainingJobStatus: 'InProgress' }));
    faultOf = ({ operation }) => (operation === 'PutItem' ? { kind: 'lost' } : undefined);
    await retry(3);
    expect(requests()).toBe(0);
    faultOf = () => undefined;
    await retry(2);
    expect([requests(), failed()]).toEqual([1, []]);
  });
});
