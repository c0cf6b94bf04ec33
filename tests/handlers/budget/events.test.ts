import { describe, expect, it } from 'vitest';
import { localContext } from '../../../local/play/context.ts';
import { describedJob } from '../../../local/play/described-job.ts';
import { useBudgetFunction } from '../../support/budget-function.ts';
import { arnOf, cappedJob, JOB, minutesIn, ONE_INSTANCE, START, secondsIn, TAG } from '../../support/capped-job.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const { subjects, check } = useBudgetFunction(aws);

/** Sends the event to the function of training jobs. */
async function receive(detail: object) {
  const { handler } = await import('../../../functions/training-job.ts');
  return handler(trainingEvent(detail), localContext('trainingJob'));
}

/** SageMaker then describes the job of the event. */
const putJob = (detail: object) => aws().sageMaker.put(describedJob(trainingEvent(detail)) ?? cappedJob());

/** Lets the budget function handle all messages in its queue. */
async function workThroughQueue() {
  const { handler } = await import('../../../functions/budget.ts');
  for (const body of aws().take('budget')) await handler({ Records: [{ body }] }, localContext('budget'));
}

/** The cost in the message of alert number `at`. */
const costIn = (at: number) => JSON.parse(aws().publications[at]?.bodies.get('default') ?? '').cost;

describe('the event of a job leads to budget checks', () => {
  const started = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training', TrainingStartTime: START.getTime() };

  it.each<[string, object, number]>([
    ['one when a job with a cap begins', { ...started, Tags: { [TAG]: '5' } }, 1],
    ['one when a job begins and the event has no tags', started, 1],
    ['none when a job without a cap begins', { ...started, Tags: { team: 'vision' } }, 0],
    ['none when a job waits for instances', { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Starting' }, 0],
    ['one when a job with a cap has ended', { Tags: { [TAG]: '5' } }, 1],
  ])('%s, however often the event arrives', async (_, detail, checks) => {
    await receive(detail);
    await receive(detail);
    expect(aws().take('budget')).toHaveLength(checks);
  });
});

describe('the end of a job', () => {
  it.each([
    [
      'so many instances that no exact amount holds its cost',
      { ResourceConfig: { ...ONE_INSTANCE, InstanceCount: 1e9 } },
      'it is more than',
    ],
    ['a start that no job has', { TrainingStartTime: 1 }, 'its start (1970-01-01) and its end'],
  ])('is announced without a cost, although its event has %s', async (_, absurd, why) => {
    const ended = {
      TrainingStartTime: START.getTime(),
      TrainingEndTime: minutesIn(60).getTime(),
      ResourceConfig: ONE_INSTANCE,
      ...absurd,
    };
    putJob(ended);
    await receive(ended);
    await workThroughQueue();
    expect(subjects()).toEqual(['FAILED: training job churn']);
    expect(costIn(0)).toMatchObject({ usd: null, kind: 'unknown', reason: expect.stringContaining(why) });
  });

  it('is left to the budget function until its price is known, and announced with its cost from then on', async () => {
    const ended = {
      TrainingStartTime: START.getTime(),
      TrainingEndTime: minutesIn(60).getTime(),
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
    };
    putJob(ended);
    expect(await receive(ended)).toMatchObject({ outcome: 'handed-over' });
    expect(subjects()).toEqual([]);
    await workThroughQueue();
    expect(aws().publications[0]?.bodies.get('email')).toContain('Cost, wasted: $1.52 (estimate)');
    expect(
      await receive({ ...ended, TrainingJobArn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/next' }),
    ).toMatchObject({ outcome: 'alerted' });
    expect(costIn(1)).toMatchObject({
      usd: 1.515,
      kind: 'estimate',
      prices: { source: 'sample', asOf: '2026-09-25' },
    });
  });

  it('on spot capacity is announced with what AWS bills and what that saves', async () => {
    const detail = {
      TrainingStartTime: START.getTime(),
      TrainingEndTime: minutesIn(60).getTime(),
      EnableManagedSpotTraining: true,
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
    };
    putJob({ ...detail, TrainingTimeInSeconds: 3600, BillableTimeInSeconds: 1200 });
    expect(await receive(detail)).toMatchObject({ outcome: 'handed-over' });
    await workThroughQueue();
    expect(costIn(0)).toMatchObject({
      usd: 0.505,
      kind: 'billed',
      savedUsd: 1.01,
    });
  });

  it('on spot capacity is a price for later jobs: three of them tell what a running one costs', async () => {
    const spot = {
      EnableManagedSpotTraining: true,
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
    };
    for (const name of ['one', 'two', 'three']) {
      const times = { ...spot, TrainingTimeInSeconds: 3600, BillableTimeInSeconds: name === 'two' ? 1440 : 1080 };
      aws().sageMaker.put({
        ...cappedJob({ status: 'Completed', detail: times }),
        arn: arnOf('training-job', name),
        name,
      });
      const ended = { TrainingStartTime: START.getTime(), TrainingEndTime: minutesIn(60).getTime() };
      const event = { ...spot, ...ended, TrainingJobName: name, TrainingJobArn: arnOf('training-job', name) };
      await receive({ ...event, TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' });
      await receive({ ...event, TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' });
      await workThroughQueue();
    }
    const detail = { ...spot, TrainingStartTime: secondsIn(0) };
    aws().sageMaker.put(cappedJob({ detail, tags: { [TAG]: '1' } }));
    await check(JOB, minutesIn(60));
    expect(costIn(3)).toMatchObject({ usd: 0.606, kind: 'spot-estimate', formula: expect.stringContaining('40 % of') });
  });
});
