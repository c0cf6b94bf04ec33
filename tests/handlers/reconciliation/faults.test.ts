import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { reconciliationTableIn } from '../../../adapters/dynamodb/reconciliation-table.ts';
import { resourceTableIn } from '../../../adapters/dynamodb/resource-table.ts';
import { type SageMaker, sageMaker } from '../../../adapters/sagemaker/account.ts';
import { decide } from '../../../domain/decide.ts';
import { handler as endpointHandler } from '../../../functions/endpoint.ts';
import { handle } from '../../../handlers/event.ts';
import type { Feed } from '../../../handlers/reconciliation/inspection.ts';
import { reconcile } from '../../../handlers/reconciliation/run.ts';
import { buildServices } from '../../../handlers/services.ts';
import type { SimulatedResource } from '../../../local/embedded-aws/resource.ts';
import { localContext } from '../../../local/play/context.ts';
import { emptyQueues } from '../../../local/play/queues.ts';
import { TrainingJobStateChange } from '../../../schemas/event/training-job.ts';
import { functionOf, trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { usePlannedFaults } from '../../support/planned-faults.ts';

const { fault, plan } = usePlannedFaults();
const aws = useLocalAws(undefined, fault);
beforeEach(async () => {
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
});

const TABLE = 'ground-control-local-state';
const JOB = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn';
const EXECUTION = 'arn:aws:sagemaker:eu-west-1:123456789012:pipeline/weekly/execution/p1';
const ENDPOINT = 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e';
const KEY = `training-job|${JOB}`;
const MINUTE = 60_000;
const CREATED = Date.now() - 60 * MINUTE;
/** For events about jobs of this hour. */
const NOW = { time: new Date().toISOString() };
const table = () => ({
  ...resourceTableIn(TABLE, 400),
  ...reconciliationTableIn(TABLE),
  relays: { publishOwed: async () => {}, publishKept: async () => {} },
});
const subjects = () => aws().publications.map(({ subject }) => subject);

const job = (over: Partial<SimulatedResource> = {}): SimulatedResource => ({
  type: 'training-job',
  name: 'churn',
  arn: JOB,
  status: 'Failed',
  secondaryStatus: 'Failed',
  createdAt: new Date(CREATED),
  modifiedAt: new Date(),
  ...over,
});
const execution = (over: Partial<SimulatedResource> = {}): SimulatedResource => ({
  type: 'pipeline-execution',
  name: 'run',
  arn: EXECUTION,
  status: 'Failed',
  createdAt: new Date(CREATED),
  modifiedAt: new Date(),
  ...over,
});
/** The production handler of the function called `name`. */
const handlerOf = async (name: 'training-job' | 'pipeline' | 'reconciliation') =>
  (await import(`../../../functions/${name}.ts`)).handler;
/** Sends an event to the function called `name`. */
const handleEvent = async (name: 'training-job' | 'pipeline', event: unknown) =>
  (await handlerOf(name))(event, localContext(functionOf(name)));
const run = async () => (await handlerOf('reconciliation'))({}, localContext('reconciliation', 300));
const executionEvent = (status: string, at: number) => ({
  'detail-type': 'SageMaker Model Building Pipeline Execution Status Change',
  source: 'aws.sagemaker',
  id: `${status}-${at}`,
  time: new Date(at).toISOString(),
  resources: [EXECUTION],
  detail: { pipelineExecutionArn: EXECUTION, currentPipelineExecutionStatus: status },
});
const endpointEvent = (status: string, at: number) => ({
  'detail-type': 'SageMaker Endpoint State Change',
  source: 'aws.sagemaker',
  id: `${status}-${at}`,
  time: new Date(at).toISOString(),
  resources: [ENDPOINT],
  detail: { EndpointName: 'e', EndpointArn: ENDPOINT, EndpointStatus: status, LastModifiedTime: at },
});
/** A run against `client` at `now`. */
function runWith(client: SageMaker, now = new Date(), hasTime = () => true) {
  const services = buildServices();
  const feed: Feed = async (_type, event) => {
    await handle({ ...event, id: 'r' }, localContext('reconciliation'), TrainingJobStateChange, decide, services);
    return true;
  };
  return reconcile(table(), client, feed, { clock: () => now, hasTime });
}
/** A SageMaker that refuses to describe a resource while `refuses` is true for it. */
function refusing(refuses: () => boolean): SageMaker {
  const real = sageMaker();
  return {
    ...real,
    async describe(type, resource) {
      if (refuses()) throw new Error('Rate exceeded');
      return real.describe(type, resource);
    },
  };
}

describe('reconciliation loses nothing', () => {
  it('inspects a resource again in a later run when it could not be described in a run that was cut short', async () => {
    aws().sageMaker.put(job());
    let refuses = true;
    let steps = 0;
    const client = refusing(() => refuses);
    const { complete, failures } = await runWith(client, new Date(), () => steps++ < 2);
    expect([complete, failures.map(({ message }) => message)]).toEqual([false, [`training-job ${JOB}: Rate exceeded`]]);
    refuses = false;
    await runWith(client, new Date(Date.now() + 24 * 60 * MINUTE));
    expect(subjects()).toHaveLength(1);
  });

  it('is not blocked by one resource that cannot be described', async () => {
    aws().sageMaker.put(job());
    const cursors = [];
    for (let quarter = 0; quarter < 3; quarter++) {
      await runWith(
        refusing(() => true),
        new Date(Date.now() + quarter * 15 * MINUTE),
      );
      cursors.push(await table().cursor());
    }
    expect(new Set(cursors.map((cursor) => cursor?.since)).size).toBe(3);
    expect(cursors.at(-1)?.pending).toMatchObject([{ arn: JOB }]);
  });

  it('continues after an unreadable item of the table, and names the item', async () => {
    const Item = marshall({
      pk: `resource#${KEY}`,
      sk: 'state',
      version: 1,
      status: 5,
      running: 'training-job',
      askAt: 1,
    });
    await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item }));
    aws().sageMaker.put(job());
    aws().sageMaker.put(job({ name: 'other', arn: `${JOB}-other` }));
    await run();
    expect(subjects()).toEqual(['FAILED: training job other']);
    const errors = aws()
      .messages.filter(({ queueUrl }) => queueUrl.endsWith('failed'))
      .map(({ body }) => JSON.parse(body).responsePayload.errorMessage);
    expect(errors[0]).toMatch(/item resource#training-job\|.*churn of table .* cannot be read/);
  });

  it('says which item to delete when its own cursor cannot be read', async () => {
    const Item = marshall({ pk: 'cursor#reconciliation', sk: 'state', since: 'x' });
    await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item }));
    await expect(run()).rejects.toThrow('the item cursor#reconciliation of table');
  });

  it('finds the end of a job that was created again under the same name and ended the same way', async () => {
    await handleEvent('training-job', trainingEvent({ CreationTime: CREATED - 60 * MINUTE }, NOW));
    aws().sageMaker.put(job());
    await run();
    expect(subjects()).toHaveLength(2);
  });

  it('recognises a resource whose ARN a list spells in lower case', async () => {
    aws().sageMaker.put(job({ name: 'Churn', arn: JOB.replace('churn', 'Churn') }));
    await handleEvent(
      'training-job',
      trainingEvent(
        { TrainingJobName: 'Churn', TrainingJobArn: JOB.replace('churn', 'Churn'), CreationTime: CREATED },
        NOW,
      ),
    );
    aws().sageMaker.put(job({ name: 'Churn' }));
    aws().sageMaker.resources.delete(JOB.replace('churn', 'Churn'));
    expect(await run()).toMatchObject({ listed: 1, found: 0 });
  });

  it('reads again the keys that DynamoDB left unread, so that it describes only what has changed', async () => {
    for (const name of ['one', 'two', 'three']) {
      const arn = JOB.replace('churn', name);
      aws().sageMaker.put(job({ name, arn }));
    }
    await run();
    aws().clear();
    plan({ operation: 'BatchGetItem', kind: 'partial', about: 'training-job' }, 2);
    await run();
    const described = aws().calls.filter(({ operation }) => operation === 'DescribeTrainingJob');
    const read = aws().calls.filter(({ operation }) => operation === 'BatchGetItem');
    expect([described.length, read.length]).toEqual([0, 3]);
  });

  it('sends an alert that failed at first, even when the resource has changed again since', async () => {
    const before = Date.now() - 10 * MINUTE;
    const event = endpointEvent('OutOfService', before);
    plan({ operation: 'Publish', kind: 'error' });
    await expect(endpointHandler(event, localContext('endpoint'))).rejects.toThrow(/InternalFailure/);
    await endpointHandler(endpointEvent('Updating', before + MINUTE), localContext('endpoint'));
    await endpointHandler(event, localContext('endpoint'));
    await endpointHandler(event, localContext('endpoint'));
    expect(subjects()).toEqual(['FAILED (critical): endpoint e']);
  });

  it('finds an unsent alert about an end, even when an older change was announced after it', async () => {
    await handleEvent('training-job', trainingEvent({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' }));
    const running = await table().recall(KEY);
    if (running === undefined) throw new Error('the job was not remembered');
    const untold = new Map(['an older change', 'the end'].map((name) => [name, { attempts: 1 }]));
    const state = { ...running, status: 'Failed', ended: true, untold, revision: 2 };
    await table().remember(KEY, state);
    await table().settle(KEY, 'an older change', { as: 'announced', state });
    expect(await table().due('training-job', Date.now() + 10 * MINUTE, 5)).toMatchObject([{ key: KEY }]);
    await table().settle(KEY, 'the end', { as: 'announced', state });
    expect(await table().due('training-job', Date.now() + 10 * MINUTE, 5)).toEqual([]);
  });
});

describe('reconciliation finds every lost end', () => {
  const arnOf = (name: string) => `arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`;

  it('although fifty due resources cannot be described', async () => {
    const due = async (name: string, minutes: number) => {
      const keys = { pk: `resource#training-job|${arnOf(name)}`, sk: 'state', running: 'training-job' };
      const Item = marshall({ ...keys, name, arn: arnOf(name), askAt: Date.now() - minutes * MINUTE });
      await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item }));
    };
    for (let at = 0; at < 50; at++) await due(`bad-${at}`, 100);
    await due('good', 50);
    const modifiedAt = new Date(Date.now() - 30 * MINUTE);
    aws().sageMaker.put(job({ name: 'good', arn: arnOf('good'), modifiedAt }));
    const real = sageMaker();
    const described: string[] = [];
    const client: SageMaker = {
      ...real,
      async describe(type, resource) {
        if (resource.name.startsWith('bad')) throw new Error('AccessDenied');
        described.push(resource.name);
        return real.describe(type, resource);
      },
    };
    await reconcile(table(), client, async () => true, { clock: () => new Date(), hasTime: () => true });
    expect(described).toEqual(['good']);
  });

  it('although SageMaker described none of 520 in the first of two runs', async () => {
    await runWith(sageMaker(), new Date(Date.now() - 20 * MINUTE));
    const names = Array.from({ length: 520 }, (_, at) => `job-${at}`);
    const modifiedAt = new Date(Date.now() - 14 * MINUTE);
    for (const name of names) aws().sageMaker.put(job({ name, arn: arnOf(name), modifiedAt }));
    const found = new Set<string>();
    const feed: Feed = async (_type, { resources }) => {
      found.add(String(resources[0]));
      return true;
    };
    let refused = 0;
    const client = refusing(() => ++refused > 0);
    const times = (hasTime = () => true, minutes = 0) => ({
      clock: () => new Date(Date.now() + minutes * MINUTE),
      hasTime,
    });
    // Its time is up after the list of training jobs.
    await reconcile(
      table(),
      client,
      feed,
      times(() => refused < names.length),
    );
    for (const minutes of [1, 16, 31]) await reconcile(table(), sageMaker(), feed, times(undefined, minutes));
    expect(found.size).toBe(names.length);
  });
});

describe('reconciliation does not announce', () => {
  it('pipeline executions that ended before its first run', async () => {
    const old = new Date(Date.now() - 2 * 24 * 60 * MINUTE);
    aws().sageMaker.put(execution({ createdAt: old, modifiedAt: old }));
    expect(await run()).toMatchObject({ found: 1 });
    expect(await run()).toMatchObject({ found: 0 });
    expect(subjects()).toEqual([]);
  });

  it('an execution twice when two pages list it', async () => {
    aws().sageMaker.put(job());
    const real = sageMaker();
    await runWith({
      ...real,
      async list(...asked) {
        const page = await real.list(...asked);
        return { ...page, summaries: [...page.summaries, ...page.summaries] };
      },
    });
    expect(subjects()).toHaveLength(1);
  });

  it('a change that an event function announces at the same time; the next run inspects the resource again', async () => {
    aws().sageMaker.put(job());
    const generation = Math.floor(CREATED / 1000);
    await handleEvent('training-job', trainingEvent({ TrainingJobStatus: 'InProgress', CreationTime: CREATED }));
    const running = await table().recall(KEY);
    if (running === undefined) throw new Error('the job was not remembered');
    const claimed = { attempts: 1, claimedBy: 'another', claimedUntil: Date.now() + 30_000 };
    const untold = new Map([[`${KEY}|${generation}|Failed|Failed|`, claimed]]);
    await table().remember(KEY, { ...running, untold, revision: 2 });
    await run();
    expect([aws().messages, subjects()]).toEqual([[], []]);
    expect((await table().cursor())?.pending).toMatchObject([{ arn: JOB }]);
  });

  it('the failure of an execution that has been retried since', async () => {
    const before = Date.now() - 30 * MINUTE;
    await handleEvent('pipeline', executionEvent('Failed', before));
    await emptyQueues(aws());
    await handleEvent('pipeline', executionEvent('Executing', before + 10 * MINUTE));
    await handleEvent('pipeline', executionEvent('Failed', before));
    expect(await emptyQueues(aws())).toEqual([]);
    expect(subjects()).toHaveLength(1);
    expect((await table().recall(`pipeline-execution|${EXECUTION}`))?.status).toBe('Executing');
  });

  it('an execution as running when it ended while it was described', async () => {
    aws().sageMaker.put(execution({ status: 'Executing', modifiedAt: new Date(Date.now() - 5 * MINUTE) }));
    const described = await sageMaker().describe('pipeline-execution', { name: EXECUTION, arn: EXECUTION });
    await handleEvent('pipeline', executionEvent('Succeeded', Date.now() - MINUTE));
    await handleEvent('pipeline', { ...described, id: 'r' });
    expect((await table().recall(`pipeline-execution|${EXECUTION}`))?.status).toBe('Succeeded');
  });
});

it('an event whose ARN is longer than a key of the table leads to one alert and an audit record', async () => {
  const TrainingJobArn = `${JOB}-${'x'.repeat(1900)}`;
  await handleEvent('training-job', trainingEvent({ TrainingJobArn }));
  await handleEvent('training-job', trainingEvent({ TrainingJobArn }));
  expect(subjects()).toHaveLength(1);
});
