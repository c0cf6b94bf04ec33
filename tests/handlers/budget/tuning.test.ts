import { describe, expect, it } from 'vitest';
import { localContext } from '../../../local/play/context.ts';
import { useBudgetFunction } from '../../support/budget-function.ts';
import { arnOf, cappedJob, minutesIn, ONE_INSTANCE, secondsIn, TAG } from '../../support/capped-job.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const { check, subjects, armed } = useBudgetFunction(aws);

const arn = arnOf('hyper-parameter-tuning-job', 'tune');
const TUNING = { type: 'tuning-job', arn } as const;
/** Puts the tuning job into SageMaker, with its cap in USD. */
const putTuning = (cap: string, TrainingJobDefinition: object) =>
  aws().sageMaker.put(cappedJob({ ...TUNING, name: 'tune', tags: { [TAG]: cap }, detail: { TrainingJobDefinition } }));
/** Puts one of its training jobs into SageMaker, which began at the start. */
const putTraining = (name: string, status: string, more: object) =>
  aws().sageMaker.put(
    cappedJob({
      name,
      arn: arnOf('training-job', name),
      status,
      detail: { TuningJobArn: arn, TrainingStartTime: secondsIn(0), ...more },
    }),
  );
const callsOf = (wanted: string) => aws().calls.filter(({ operation }) => operation === wanted);

describe('a tuning job with a budget', () => {
  it('costs what its training jobs cost, without a description of each', async () => {
    putTuning('0.80', { ResourceConfig: ONE_INSTANCE });
    for (let at = 0; at < 100; at++) putTraining(`tune-${at}`, 'Completed', { TrainingEndTime: secondsIn(0.2) });
    for (let at = 100; at < 120; at++) putTraining(`tune-${at}`, 'InProgress', {});
    // 100 ended after 12 s, for 5,050 millionths each; 20 have run for 6 s.
    expect(await check(TUNING, minutesIn(0.1))).toMatchObject({ spent: 100 * 5050 + 20 * 2525 });
    expect(callsOf('DescribeTrainingJob')).toEqual([]);
    await check(TUNING, minutesIn(0.5));
    expect(callsOf('StopHyperParameterTuningJob')).toHaveLength(1);
  });

  it('is checked once for all requests that came before that check', async () => {
    putTuning('5', { ResourceConfig: ONE_INSTANCE });
    putTraining('tune-1', 'InProgress', {});
    const [requested, later] = [minutesIn(1), minutesIn(2)];
    await check(TUNING, requested, {}, requested.getTime());
    aws().clear();
    expect(await check(TUNING, later, {}, requested.getTime())).toMatchObject({
      reason: 'another check has served this request',
      actions: [],
    });
    expect(callsOf('DescribeHyperParameterTuningJob')).toEqual([]);
    await check(TUNING, later, {}, later.getTime());
    expect(callsOf('DescribeHyperParameterTuningJob')).not.toEqual([]);
  });

  it('costs on spot capacity what AWS bills for the ended training jobs, each described once', async () => {
    putTuning('5', { EnableManagedSpotTraining: true, ResourceConfig: ONE_INSTANCE });
    const ended = { TrainingEndTime: secondsIn(60), BillableTimeInSeconds: 1200, TrainingTimeInSeconds: 3600 };
    for (const name of ['one', 'two']) putTraining(name, 'Completed', { ResourceConfig: ONE_INSTANCE, ...ended });
    putTraining('three', 'InProgress', { ResourceConfig: ONE_INSTANCE });
    // AWS bills a third of an hour for each ended job. The running job counts with its whole time.
    for (const minutes of [60, 61]) await check(TUNING, minutesIn(minutes));
    expect(await check(TUNING, minutesIn(120))).toMatchObject({ spent: 2 * 505_000 + 3_030_000 });
    const described = callsOf('DescribeTrainingJob').map(({ input }) => input['TrainingJobName']);
    expect(described.toSorted()).toEqual(['one', 'two']);
  });

  it('has a price on spot capacity even when SageMaker never says what time it bills', async () => {
    const ResourceConfig = {
      InstanceGroups: [{ InstanceType: 'ml.g5.2xlarge', InstanceCount: 2 }],
      VolumeSizeInGB: 0,
    };
    putTuning('5', { EnableManagedSpotTraining: true, ResourceConfig });
    putTraining('tune-1', 'Failed', { ResourceConfig, TrainingEndTime: secondsIn(60) });
    for (const minutes of [61, 62, 63]) {
      expect(await check(TUNING, minutesIn(minutes))).toMatchObject({ spent: 3_030_000 });
    }
    expect(callsOf('DescribeTrainingJob')).toHaveLength(1);
  });

  it('is priced by the instance types that its training jobs got when it may use several types', async () => {
    const InstanceConfigs = [ONE_INSTANCE, { ...ONE_INSTANCE, InstanceType: 'ml.g4dn.xlarge' }];
    putTuning('5', { HyperParameterTuningResourceConfig: { InstanceConfigs } });
    for (const [at, ResourceConfig] of InstanceConfigs.entries()) {
      putTraining(`tune-${at}`, 'InProgress', { ResourceConfig });
    }
    await check(TUNING, minutesIn(30));
    expect(await check(TUNING, minutesIn(60))).toMatchObject({ spent: 1_515_000 + 736_000 });
    expect(callsOf('DescribeTrainingJob')).toHaveLength(2);
  });

  it('that has ended without a time and without training jobs has no known cost', async () => {
    const { handler } = await import('../../../functions/budget.ts');
    const event = {
      'detail-type': 'SageMaker HyperParameter Tuning Job State Change',
      region: 'us-east-1',
      resources: [arn],
      detail: {
        HyperParameterTuningJobName: 'tune',
        HyperParameterTuningJobArn: arn,
        HyperParameterTuningJobStatus: 'Completed',
      },
    };
    aws().sageMaker.put(cappedJob({ ...TUNING, name: 'tune', status: 'Completed' }));
    await handler(event, localContext('budget'));
    const { cost } = JSON.parse(aws().publications[0]?.bodies.get('default') ?? '{}');
    expect(cost).toMatchObject({
      usd: null,
      kind: 'unknown',
      reason: expect.stringContaining('lists no training jobs'),
    });
  });

  it('has cost nothing before its first training job', async () => {
    putTuning('5', { ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 } });
    expect(await check(TUNING, minutesIn(1))).toMatchObject({ spent: 0, reason: 'it is within its cap' });
    expect([subjects(), armed().length]).toEqual([[], 1]);
  });
});
