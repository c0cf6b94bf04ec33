import { describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { overdueChecksIn } from '../../../adapters/dynamodb/overdue-checks.ts';
import type { SimulatedResource } from '../../../local/embedded-aws/resource.ts';
import { localContext } from '../../../local/play/context.ts';
import type { Budgeted } from '../../../schemas/configuration/budgets.ts';
import { useBudgetFunction } from '../../support/budget-function.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const TABLE = 'ground-control-local-state';
const REGION = 'us-east-1';
const TAG = 'ground-control:max-cost-usd';
const MINUTE = 60_000;
const arnOf = (type: string, name: string) => `arn:aws:sagemaker:${REGION}:123456789012:${type}/${name}`;
const ARN = arnOf('training-job', 'churn');
const JOB = { type: 'training-job', arn: ARN } as const;
const COUNTED = ['StopTrainingJob', 'StopProcessingJob', 'StopTransformJob', 'StopHyperParameterTuningJob'];

const fn = useBudgetFunction(aws);

/** Asks about the job at `at`, with the policy `budgets`. */
const ask = (job: { type: Budgeted; arn: string } = JOB, at = fn.clock(), budgets?: object) => fn.ask(job, at, budgets);

const START = new Date(Math.floor(Date.now() / MINUTE) * MINUTE - 10 * 60 * MINUTE);
const minutesIn = (minutes: number) => new Date(START.getTime() + minutes * MINUTE);
function job(over: Partial<SimulatedResource> = {}): SimulatedResource {
  return {
    type: 'training-job',
    name: 'churn',
    arn: ARN,
    status: 'InProgress',
    secondaryStatus: 'Training',
    createdAt: new Date(START.getTime() - MINUTE),
    modifiedAt: START,
    tags: { [TAG]: '1.515', team: 'vision' },
    detail: {
      TrainingStartTime: START.getTime() / 1000,
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1, VolumeSizeInGB: 0 },
    },
    ...over,
  };
}
const subjects = () => aws().publications.map(({ subject }) => subject);
const stops = () => aws().calls.filter(({ operation }) => COUNTED.includes(operation)).length;
/** What is still to fire. */
const armed = () => [...aws().scheduler.schedules.values()].map(({ at }) => at).filter((at) => at > fn.clock());
describe('a job with a budget', () => {
  it('is priced by the Price List, warned of, stopped at its cap once, and verified', async () => {
    const running = job();
    aws().sageMaker.put(running);
    await ask(JOB, minutesIn(1));
    expect([subjects(), stops(), armed()]).toEqual([[], 0, [minutesIn(30)]]);
    await ask(JOB, minutesIn(30));
    await ask(JOB, minutesIn(30));
    await ask(JOB, minutesIn(48));
    expect(subjects()).toEqual([
      'BUDGET 50 %: training job churn [vision]',
      'BUDGET 80 %: training job churn [vision]',
    ]);
    await ask(JOB, minutesIn(59.5));
    await ask(JOB, minutesIn(60));
    expect([subjects().slice(2), stops(), running.status]).toEqual([
      ['STOPPED AT BUDGET: training job churn [vision]'],
      1,
      'Stopping',
    ]);
    expect(aws().publications[2]?.bodies.get('email')).toContain('AWS Price List of');
    running.status = 'Stopped';
    await ask(JOB, minutesIn(65));
    expect([subjects().length, stops(), armed()]).toEqual([3, 1, []]);
  });

  it('leaves a record of the stop, with its numbers', async () => {
    aws().sageMaker.put(job());
    await ask(JOB, minutesIn(61));
    const records = await Array.fromAsync(auditIn(TABLE, 400).ofResource(ARN));
    expect(records.find(({ action }) => action === 'stop-job')).toMatchObject({
      result: 'stopped',
      reason: 'it is over its cap',
      numbers: {
        cap: '$1.52',
        capFrom: `the tag ${TAG}`,
        cost: expect.stringContaining('1 x ml.g5.2xlarge x 1 h 1 m at $1.515/h'),
      },
    });
  });

  it('is told of as critical when it does not end, and stopped once more', async () => {
    const running = job();
    aws().sageMaker.put(running);
    await ask(JOB, minutesIn(61));
    running.status = 'InProgress';
    await ask(JOB, minutesIn(67));
    await ask(JOB, minutesIn(68));
    expect([subjects().filter((subject) => subject?.startsWith('STILL RUNNING (critical)')).length, stops()]).toEqual([
      1, 2,
    ]);
  });

  it('is left alone when it has ended, is not there, or was stopped by somebody else', async () => {
    aws().sageMaker.put(job({ status: 'Completed' }));
    await ask(JOB, minutesIn(600));
    aws().sageMaker.put(job({ status: 'Stopping' }));
    await ask(JOB, minutesIn(600));
    aws().sageMaker.resources.clear();
    expect(await ask(JOB, minutesIn(600))).toMatchObject({ reason: 'it is not there any more' });
    expect([subjects(), stops(), armed()]).toEqual([[], 0, []]);
  });

  it('counts as stopped when it ended between the look and the stop', async () => {
    aws().sageMaker.put(job());
    const { SageMakerClient } = await import('@aws-sdk/client-sagemaker');
    const { stopJobWith } = await import('../../../adapters/sagemaker/stop-job.ts');
    const stop = stopJobWith(new SageMakerClient({}));
    expect(await stop(JOB)).toBe('stopped');
    expect(await stop(JOB)).toBe('already stopping');
    aws().sageMaker.resources.clear();
    expect(await stop(JOB)).toBe('already ended');
  });

  it.each<[string, object, object]>([
    ['protected', { 'ground-control:protected': 'true' }, {}],
    ['only observed', {}, { mode: 'observe' }],
  ])('is never stopped while it is %s, and told of once', async (_, tags, budgets) => {
    aws().sageMaker.put(job({ tags: { [TAG]: '1.515', ...tags } }));
    await ask(JOB, minutesIn(61), budgets);
    await ask(JOB, minutesIn(90), budgets);
    // Its tags and the mode may change: it is looked at every hour.
    expect([subjects(), stops(), armed()]).toEqual([['OVER BUDGET: training job churn'], 0, [minutesIn(150)]]);
  });

  it('goes on when its cap was raised before the schedule fired', async () => {
    const running = job();
    aws().sageMaker.put(running);
    await ask(JOB, minutesIn(48));
    running.tags = { [TAG]: '100' };
    await ask(JOB, minutesIn(59));
    expect([stops(), armed()]).toEqual([0, [minutesIn(33 * 60)]]);
  });

  it('is neither stopped nor warned of when nobody knows its price', async () => {
    aws().sageMaker.put(
      job({ detail: { ...job().detail, ResourceConfig: { InstanceType: 'ml.new.large', InstanceCount: 1 } } }),
    );
    await ask(JOB, minutesIn(600));
    await ask(JOB, minutesIn(601));
    expect([subjects(), stops()]).toEqual([['NOT PRICED: training job churn [vision]'], 0]);
  });

  it('asks people instead of stopping more than it may an hour', async () => {
    for (const name of ['a', 'b', 'c']) aws().sageMaker.put(job({ name, arn: arnOf('training-job', name) }));
    for (const name of ['a', 'b', 'c', 'c']) {
      await ask({ type: 'training-job', arn: arnOf('training-job', name) }, minutesIn(61), { mostStopsPerHour: 2 });
    }
    expect(stops()).toBe(2);
    expect(subjects().map((subject) => subject?.split(':')[0])).toEqual([
      'STOPPED AT BUDGET',
      'STOPPED AT BUDGET',
      'OVER BUDGET, NOT STOPPED (critical)',
    ]);
  });

  it.each<[Budgeted, string, string]>([
    ['processing-job', 'Processing', 'StopProcessingJob'],
    ['transform-job', 'Transform', 'StopTransformJob'],
  ])('of another kind is stopped as well: %s', async (type, word, operation) => {
    const cluster = { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 };
    const arn = arnOf(type, 'j');
    aws().sageMaker.put({
      ...job({ type, name: 'j', arn }),
      detail: {
        [`${word}StartTime`]: START.getTime() / 1000,
        ProcessingResources: { ClusterConfig: cluster },
        TransformResources: cluster,
      },
    });
    await ask({ type, arn }, minutesIn(60));
    expect(aws().calls.filter((call) => call.operation === operation)).toHaveLength(1);
  });

  it('that tunes costs what its training jobs cost, none of which is described', async () => {
    const arn = arnOf('hyper-parameter-tuning-job', 'tune');
    const definition = { ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1, VolumeSizeInGB: 0 } };
    aws().sageMaker.put(
      job({
        type: 'tuning-job',
        name: 'tune',
        arn,
        tags: { [TAG]: '0.80' },
        detail: { TrainingJobDefinition: definition },
      }),
    );
    for (let at = 0; at < 120; at++) {
      const name = `tune-${at}`;
      const ended = at < 100 ? { TrainingEndTime: START.getTime() / 1000 + 12 } : {};
      const detail = { TuningJobArn: arn, TrainingStartTime: START.getTime() / 1000, ...ended };
      aws().sageMaker.put(
        job({ name, arn: arnOf('training-job', name), status: at < 100 ? 'Completed' : 'InProgress', detail }),
      );
    }
    // 100 ended after 12 s, for 5,050 millionths each; 20 have run for 6 s.
    expect(await ask({ type: 'tuning-job', arn }, minutesIn(0.1))).toMatchObject({ spent: 100 * 5050 + 20 * 2525 });
    expect(aws().calls.filter(({ operation }) => operation === 'DescribeTrainingJob')).toEqual([]);
    await ask({ type: 'tuning-job', arn }, minutesIn(0.5));
    expect(aws().calls.filter(({ operation }) => operation === 'StopHyperParameterTuningJob')).toHaveLength(1);
  });

  it('is decided on with its tags, or not at all', async () => {
    aws().sageMaker.put(job());
    fn.use((built) => {
      const describe: typeof built.describe = async (...what) => {
        const described = await built.describe(...what);
        return described && { ...described, hasTags: false };
      };
      return { ...built, describe };
    });
    await expect(ask(JOB, minutesIn(61))).rejects.toThrow('nothing is decided without them');
    expect(stops()).toBe(0);
  });

  it('that tunes on spot capacity costs what is charged of those that ended, each of which is described once', async () => {
    const arn = arnOf('hyper-parameter-tuning-job', 'spot');
    const ResourceConfig = { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1, VolumeSizeInGB: 0 };
    const detail = { TrainingJobDefinition: { EnableManagedSpotTraining: true, ResourceConfig } };
    aws().sageMaker.put(job({ type: 'tuning-job', name: 'spot', arn, tags: { [TAG]: '5' }, detail }));
    for (const [name, ended] of [
      ['one', true],
      ['two', true],
      ['three', false],
    ] as const) {
      const end = {
        TrainingEndTime: minutesIn(60).getTime() / 1000,
        BillableTimeInSeconds: 1200,
        TrainingTimeInSeconds: 3600,
      };
      const child = { TuningJobArn: arn, TrainingStartTime: START.getTime() / 1000, ResourceConfig, ...(ended && end) };
      const status = ended ? 'Completed' : 'InProgress';
      aws().sageMaker.put(job({ name, arn: arnOf('training-job', name), status, detail: child }));
    }
    // A third of an hour each, and the one that runs at most the whole time.
    for (const minutes of [60, 61]) await ask({ type: 'tuning-job', arn }, minutesIn(minutes));
    expect(await ask({ type: 'tuning-job', arn }, minutesIn(120))).toMatchObject({ spent: 2 * 505_000 + 3_030_000 });
    const described = aws().calls.filter(({ operation }) => operation === 'DescribeTrainingJob');
    expect(described.map(({ input }) => input['TrainingJobName']).toSorted()).toEqual(['one', 'two']);
  });

  it('that tunes on spot capacity is priced though SageMaker never tells for how long one was charged', async () => {
    const arn = arnOf('hyper-parameter-tuning-job', 'untold');
    const InstanceGroups = [{ InstanceType: 'ml.g5.2xlarge', InstanceCount: 2 }];
    const ResourceConfig = { InstanceGroups, VolumeSizeInGB: 0 };
    const detail = { TrainingJobDefinition: { EnableManagedSpotTraining: true, ResourceConfig } };
    aws().sageMaker.put(job({ type: 'tuning-job', name: 'untold', arn, tags: { [TAG]: '5' }, detail }));
    const child = { TuningJobArn: arn, TrainingStartTime: START.getTime() / 1000, ResourceConfig };
    const ended = { ...child, TrainingEndTime: minutesIn(60).getTime() / 1000 };
    aws().sageMaker.put(
      job({ name: 'untold-1', arn: arnOf('training-job', 'untold-1'), status: 'Failed', detail: ended }),
    );
    for (const minutes of [61, 62, 63]) {
      expect(await ask({ type: 'tuning-job', arn }, minutesIn(minutes))).toMatchObject({ spent: 3_030_000 });
    }
    expect(aws().calls.filter(({ operation }) => operation === 'DescribeTrainingJob')).toHaveLength(1);
  });

  it('that tunes on one of several instance types costs what those cost that its training jobs got', async () => {
    const arn = arnOf('hyper-parameter-tuning-job', 'choice');
    const choice = ['ml.g5.2xlarge', 'ml.g4dn.xlarge'].map((InstanceType) => ({
      InstanceType,
      InstanceCount: 1,
      VolumeSizeInGB: 0,
    }));
    const detail = { TrainingJobDefinition: { HyperParameterTuningResourceConfig: { InstanceConfigs: choice } } };
    aws().sageMaker.put(job({ type: 'tuning-job', name: 'choice', arn, tags: { [TAG]: '5' }, detail }));
    for (const [at, ResourceConfig] of choice.entries()) {
      const child = { TuningJobArn: arn, TrainingStartTime: START.getTime() / 1000, ResourceConfig };
      aws().sageMaker.put(job({ name: `choice-${at}`, arn: arnOf('training-job', `choice-${at}`), detail: child }));
    }
    await ask({ type: 'tuning-job', arn }, minutesIn(30));
    expect(await ask({ type: 'tuning-job', arn }, minutesIn(60))).toMatchObject({ spent: 1_515_000 + 736_000 });
    expect(aws().calls.filter(({ operation }) => operation === 'DescribeTrainingJob')).toHaveLength(2);
  });

  it('that tunes has cost nothing before its first training job', async () => {
    const arn = arnOf('hyper-parameter-tuning-job', 'young');
    const definition = { ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 } };
    const detail = { TrainingJobDefinition: definition };
    aws().sageMaker.put(job({ type: 'tuning-job', name: 'young', arn, tags: { [TAG]: '5' }, detail }));
    expect(await ask({ type: 'tuning-job', arn }, minutesIn(1))).toMatchObject({
      spent: 0,
      reason: 'it is within its cap',
    });
    expect([subjects(), armed().length]).toEqual([[], 1]);
  });

  it('is asked about by reconciliation when its schedule got lost', async () => {
    aws().sageMaker.put(job());
    await ask(JOB, minutesIn(1));
    const checks = overdueChecksIn(TABLE);
    expect(await checks.list(minutesIn(30), 10)).toEqual([]);
    expect(await checks.list(minutesIn(36), 10)).toEqual([JOB]);
    aws().scheduler.schedules.clear();
    await (await import('../../../functions/reconciliation.ts')).handler({}, localContext('reconciliation', 300));
    expect(
      aws()
        .take('budget')
        .map((body) => JSON.parse(body).job),
    ).toContainEqual(JOB);
  });

  it('that got its cap when it ran is found by reconciliation', async () => {
    const running = job({ tags: { team: 'vision' } });
    aws().sageMaker.put(running);
    const reconcile = async () => {
      const { handler } = await import('../../../functions/reconciliation.ts');
      await handler({}, localContext('reconciliation', 300));
      return aws().take('budget').length;
    };
    const { handler } = await import('../../../functions/training-job.ts');
    await handler(
      trainingEvent({
        TrainingJobArn: ARN,
        TrainingJobName: 'churn',
        CreationTime: running.createdAt.getTime(),
        TrainingJobStatus: 'InProgress',
        SecondaryStatus: 'Training',
        TrainingStartTime: START.getTime(),
        Tags: running.tags,
      }),
      localContext('trainingJob'),
    );
    expect(aws().take('budget')).toEqual([]);
    running.tags = { [TAG]: '5' };
    await askNow();
    expect([await reconcile(), await reconcile()]).toEqual([1, 0]);
  });

  it('is not acted on while its state cannot be read', async () => {
    const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
    const { marshall } = await import('@aws-sdk/util-dynamodb');
    const Item = marshall({ pk: `budget#training-job|${ARN}`, sk: 'state', generation: 'x' });
    await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item }));
    aws().sageMaker.put(job());
    await expect(ask(JOB, minutesIn(61))).rejects.toThrow(`the item budget#training-job|${ARN} of table`);
    expect([subjects(), stops()]).toEqual([[], 0]);
  });
});

/** Has reconciliation ask now about all that runs. */
async function askNow() {
  const { DynamoDBClient, UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
  const { marshall } = await import('@aws-sdk/util-dynamodb');
  await new DynamoDBClient({}).send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: marshall({ pk: `resource#training-job|${ARN}`, sk: 'state' }),
      UpdateExpression: 'SET askAt = :now',
      ExpressionAttributeValues: marshall({ ':now': 0 }),
    }),
  );
}

describe('an event', () => {
  const handler = async () => (await import('../../../functions/training-job.ts')).handler;
  const started = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training', TrainingStartTime: START.getTime() };
  const tell = async (detail: object) => (await handler())(trainingEvent(detail), localContext('trainingJob'));

  it.each<[string, object, number]>([
    ['of a job with a cap that begins', { ...started, Tags: { [TAG]: '5' } }, 1],
    ['of one whose tags it does not tell', started, 1],
    ['of one that has no cap', { ...started, Tags: { team: 'vision' } }, 0],
    ['of one that still waits for instances', { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Starting' }, 0],
    ['of a capped job that has ended', { Tags: { [TAG]: '5' } }, 1],
  ])('%s has its cost looked at, once: %j', async (_, detail, checks) => {
    await tell(detail);
    await tell(detail);
    expect(aws().take('budget')).toHaveLength(checks);
  });

  it('of an end is handed over until its price is known, and told with its cost from then on', async () => {
    const ended = {
      TrainingStartTime: START.getTime(),
      TrainingEndTime: minutesIn(60).getTime(),
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
    };
    expect(await tell(ended)).toMatchObject({ outcome: 'handed-over' });
    expect(subjects()).toEqual([]);
    const budget = (await import('../../../functions/budget.ts')).handler;
    for (const body of aws().take('budget')) await budget({ Records: [{ body }] }, localContext('budget'));
    expect(aws().publications[0]?.bodies.get('email')).toContain('Cost, wasted: $1.52 (estimate)');
    expect(
      await tell({ ...ended, TrainingJobArn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/next' }),
    ).toMatchObject({ outcome: 'alerted' });
    expect(JSON.parse(aws().publications[1]?.bodies.get('default') ?? '').cost).toMatchObject({
      usd: 1.515,
      kind: 'estimate',
      prices: { source: 'price-list' },
    });
  });

  it('of the end of a spot job is told with what it was billed and what that saved', async () => {
    const detail = {
      TrainingStartTime: START.getTime(),
      TrainingEndTime: minutesIn(60).getTime(),
      EnableManagedSpotTraining: true,
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
    };
    aws().sageMaker.put(
      job({ status: 'Failed', detail: { TrainingTimeInSeconds: 3600, BillableTimeInSeconds: 1200 } }),
    );
    expect(await tell(detail)).toMatchObject({ outcome: 'handed-over' });
    const budget = (await import('../../../functions/budget.ts')).handler;
    for (const body of aws().take('budget')) await budget({ Records: [{ body }] }, localContext('budget'));
    expect(JSON.parse(aws().publications[0]?.bodies.get('default') ?? '').cost).toMatchObject({
      usd: 0.505,
      kind: 'billed',
      savedUsd: 1.01,
    });
  });
});
