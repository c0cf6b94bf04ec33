import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { budgetJobsIn } from '../../../adapters/dynamodb/budget-jobs.ts';
import { stopJobWith } from '../../../adapters/sagemaker/stop-job.ts';
import { localContext } from '../../../local/play/context.ts';
import type { Budgeted } from '../../../schemas/configuration/budgets.ts';
import { useBudgetFunction } from '../../support/budget-function.ts';
import { ARN, arnOf, cappedJob, JOB, minutesIn, secondsIn, TABLE, TAG } from '../../support/capped-job.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { usePlannedFaults } from '../../support/planned-faults.ts';

const { fault, plan } = usePlannedFaults();
const aws = useLocalAws(undefined, fault);
const { check, subjects, armed, use } = useBudgetFunction(aws);
const HOUR = 3_600_000;
/** The names of the jobs that were stopped, in order. */
const stopped = () => aws().sageMaker.stopped.map((arn) => arn.split('/')[1]);
const COUNTED = ['StopTrainingJob', 'StopProcessingJob', 'StopTransformJob', 'StopHyperParameterTuningJob'];
/** How often Ground Control stopped a job. */
const stops = () => aws().calls.filter(({ operation }) => COUNTED.includes(operation)).length;

describe('a job with a cap', () => {
  it('is priced by the Price List, leads to two warnings, is stopped at its cap once, and is verified', async () => {
    const running = cappedJob();
    aws().sageMaker.put(running);
    await check(JOB, minutesIn(1));
    expect([subjects(), stops(), armed()]).toEqual([[], 0, [minutesIn(30)]]);
    await check(JOB, minutesIn(30));
    await check(JOB, minutesIn(30));
    await check(JOB, minutesIn(48));
    expect(subjects()).toEqual([
      'BUDGET 50 %: training job churn [vision]',
      'BUDGET 80 %: training job churn [vision]',
    ]);
    await check(JOB, minutesIn(59.5));
    await check(JOB, minutesIn(60));
    expect([subjects().slice(2), stops(), running.status]).toEqual([
      ['STOPPED AT BUDGET: training job churn [vision]'],
      1,
      'Stopping',
    ]);
    expect(aws().publications[2]?.bodies.get('email')).toContain('sample prices');
    running.status = 'Stopped';
    await check(JOB, minutesIn(65));
    expect([subjects().length, stops(), armed()]).toEqual([3, 1, []]);
  });

  it('leaves an audit record of each change of its cap while it runs, whoever made it, and once', async () => {
    const changes = async () =>
      (await Array.fromAsync(auditIn(TABLE, 400).ofResource(ARN)))
        .filter(({ action }) => action === 'cap-changed')
        .map(({ reason }) => reason);
    const tagged = (cap: string) => aws().sageMaker.put(cappedJob({ tags: { [TAG]: cap } }));
    tagged('5');
    await check(JOB, minutesIn(1));
    expect(await changes()).toEqual([]);
    tagged('50');
    await check(JOB, minutesIn(2));
    await check(JOB, minutesIn(2));
    const raised = `the cap was $5.00 of the tag ${TAG}, and is $50.00 of the tag ${TAG}`;
    expect(await changes()).toEqual([raised]);
    tagged('5');
    await check(JOB, minutesIn(3));
    tagged('50');
    await check(JOB, minutesIn(4));
    const lowered = `the cap was $50.00 of the tag ${TAG}, and is $5.00 of the tag ${TAG}`;
    expect((await changes()).sort()).toEqual([raised, raised, lowered].sort());
    aws().sageMaker.put(cappedJob({ tags: {} }));
    await check(JOB, minutesIn(5));
    expect(await changes()).toContain(`the cap was $50.00 of the tag ${TAG}, and is not set`);
    const records = await Array.fromAsync(auditIn(TABLE, 400).ofResource(ARN));
    expect(records).toHaveLength(4);
    expect(records.find(({ reason }) => reason === raised)).toMatchObject({
      event: { detailType: 'budget check' },
      numbers: { capBefore: '$5.00', cap: '$50.00' },
    });
  });

  it('leaves the audit record of a changed cap when the function died after it had written the record', async () => {
    const changes = async () =>
      (await Array.fromAsync(auditIn(TABLE, 400).ofResource(ARN))).filter(({ action }) => action === 'cap-changed');
    aws().sageMaker.put(cappedJob({ tags: { [TAG]: '5' } }));
    await check(JOB, minutesIn(1));
    aws().sageMaker.put(cappedJob({ tags: { [TAG]: '50' } }));
    use((built) => ({ ...built, state: { ...built.state, note: () => Promise.reject(new Error('died')) } }));
    await expect(check(JOB, minutesIn(2))).rejects.toThrow('died');
    expect(await changes()).toHaveLength(1);
    use((built) => ({ ...built, state: budgetJobsIn(TABLE, 400) }));
    await check(JOB, minutesIn(3));
    expect(await changes()).toHaveLength(1);
  });

  it('leaves an audit record of its stop, with the numbers', async () => {
    aws().sageMaker.put(cappedJob());
    await check(JOB, minutesIn(61));
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

  it('is told as stopped at its budget when it ends, also if the function died right after the stop', async () => {
    const running = cappedJob();
    aws().sageMaker.put(running);
    const { handler } = await import('../../../functions/training-job.ts');
    const event = (status: string, secondary: string) =>
      trainingEvent({
        TrainingJobArn: ARN,
        TrainingJobName: 'churn',
        CreationTime: running.createdAt.getTime(),
        TrainingJobStatus: status,
        SecondaryStatus: secondary,
      });
    await handler(event('InProgress', 'Training'), localContext('trainingJob'));
    plan({ operation: 'UpdateItem', kind: 'error', about: 'stoppedFor' }, 3);
    await expect(check(JOB, minutesIn(61))).rejects.toThrow('stop-job');
    await check(JOB, minutesIn(62));
    expect([running.status, subjects()]).toEqual(['Stopping', ['STOPPED AT BUDGET: training job churn [vision]']]);
    await handler(event('Stopped', 'Stopped'), localContext('trainingJob'));
    expect(aws().publications[1]?.bodies.get('email')).toContain('because its budget was');
  });

  it('leads to one critical alert, and is stopped again, when it does not end', async () => {
    const running = cappedJob();
    aws().sageMaker.put(running);
    await check(JOB, minutesIn(61));
    running.status = 'InProgress';
    await check(JOB, minutesIn(67));
    await check(JOB, minutesIn(68));
    expect([subjects().filter((subject) => subject?.startsWith('STILL RUNNING (critical)')).length, stops()]).toEqual([
      1, 2,
    ]);
  });

  it('is left alone when it has ended, is stopping, or is gone', async () => {
    aws().sageMaker.put(cappedJob({ status: 'Completed' }));
    await check(JOB, minutesIn(600));
    aws().sageMaker.put(cappedJob({ status: 'Stopping' }));
    await check(JOB, minutesIn(600));
    aws().sageMaker.resources.clear();
    expect(await check(JOB, minutesIn(600))).toMatchObject({ reason: 'SageMaker no longer has the job' });
    expect([subjects(), stops(), armed()]).toEqual([[], 0, []]);
  });

  it('counts as stopped when it ended just before its stop', async () => {
    aws().sageMaker.put(cappedJob());
    const stop = stopJobWith(new SageMakerClient({}));
    expect(await stop(JOB)).toBe('stopped');
    expect(await stop(JOB)).toBe('already stopping');
    aws().sageMaker.resources.clear();
    expect(await stop(JOB)).toBe('already ended');
  });

  it.each<[string, object, object]>([
    ['protected', { 'ground-control:protected': 'true' }, {}],
    ['only observed by the policy', {}, { mode: 'observe' }],
  ])('is never stopped while it is %s, and leads to one alert', async (_, tags, budgets) => {
    aws().sageMaker.put(cappedJob({ tags: { [TAG]: '1.515', ...tags } }));
    await check(JOB, minutesIn(61), budgets);
    await check(JOB, minutesIn(90), budgets);
    // The tags of the job and the mode may change, so the job is checked every hour.
    expect([subjects(), stops(), armed()]).toEqual([['OVER BUDGET: training job churn'], 0, [minutesIn(150)]]);
  });

  it('is observed when the mode is switched from enforce to observe while its check waits', async () => {
    aws().sageMaker.put(cappedJob());
    await check(JOB, minutesIn(48));
    await check(JOB, minutesIn(60), { mode: 'observe' });
    expect([subjects().slice(1), stops()]).toEqual([['OVER BUDGET: training job churn [vision]'], 0]);
  });

  it('is observed by the retry, and not called stopped, when its role loses the permission before its code', async () => {
    const running = cappedJob();
    aws().sageMaker.put(running);
    plan({ operation: 'StopTrainingJob', kind: 'denied' });
    await expect(check(JOB, minutesIn(60))).rejects.toThrow('not authorized to perform: sagemaker:StopTrainingJob');
    await check(JOB, minutesIn(61.5), { mode: 'observe' });
    // Somebody else stops it.
    running.status = 'Stopping';
    await check(JOB, minutesIn(62), { mode: 'observe' });
    await check(JOB, minutesIn(80), { mode: 'observe' });
    expect([subjects(), stops(), stopped()]).toEqual([['OVER BUDGET: training job churn [vision]'], 1, []]);
  });

  it('stays stopped by Ground Control when only a later attempt is refused', async () => {
    const running = cappedJob();
    aws().sageMaker.put(running);
    await check(JOB, minutesIn(60));
    // SageMaker took the stop, and the job runs on.
    running.status = 'InProgress';
    plan({ operation: 'StopTrainingJob', kind: 'denied' });
    await expect(check(JOB, minutesIn(70))).rejects.toThrow('not authorized');
    running.status = 'Stopping';
    await check(JOB, minutesIn(120), { mode: 'observe' });
    expect(subjects()).toEqual([
      'STOPPED AT BUDGET: training job churn [vision]',
      'STILL RUNNING (critical): training job churn [vision]',
      'STILL RUNNING (critical): training job churn [vision]',
    ]);
  });

  it('continues when people raised its cap before the schedule fired', async () => {
    const running = cappedJob();
    aws().sageMaker.put(running);
    await check(JOB, minutesIn(48));
    running.tags = { [TAG]: '100' };
    await check(JOB, minutesIn(59));
    expect([stops(), armed()]).toEqual([0, [minutesIn(33 * 60)]]);
  });

  it('is not stopped, and leads to one alert, when its price is unknown', async () => {
    aws().sageMaker.put(
      cappedJob({
        detail: {
          TrainingStartTime: secondsIn(0),
          ResourceConfig: { InstanceType: 'ml.new.large', InstanceCount: 1 },
        },
      }),
    );
    await check(JOB, minutesIn(600));
    await check(JOB, minutesIn(601));
    expect([subjects(), stops()]).toEqual([['NOT PRICED: training job churn [vision]'], 0]);
  });

  it('is held back above the limit of stops per hour, and stopped as soon as that allows, the newest overspend first', async () => {
    const caps = { mostStopsPerHour: 10, caps: { 'training-job': 1.515 } };
    const names = Array.from({ length: 25 }, (_, at) => `job-${at}`);
    const refOf = (name: string) => ({ type: 'training-job', arn: arnOf('training-job', name) }) as const;
    // The first checks come within a clock hour, one a minute.
    const hour = new Date(Math.ceil(minutesIn(60).getTime() / HOUR) * HOUR);
    const at = (minutes: number) => new Date(hour.getTime() + minutes * 60_000);
    for (const [index, name] of names.entries()) {
      aws().sageMaker.put(cappedJob({ name, arn: arnOf('training-job', name), tags: {} }));
      await check(refOf(name), at(index), caps);
    }
    expect(stopped()).toEqual(names.slice(0, 10));
    const mail = aws().publications.at(-1)?.bodies.get('email')?.replace(/\s+/g, ' ');
    expect(mail).toContain('has stopped 10 jobs in this hour, the most that budgets.mostStopsPerHour allows.');
    expect(mail).toContain(
      `It tries again at ${at(66).toISOString().slice(0, 19).replace('T', ' ')} UTC, until the job has ended`,
    );
    for (let next = armed()[0]; next !== undefined && next <= at(179); next = armed()[0]) {
      for (const { input } of aws().scheduler.take(next)) await check(JSON.parse(input).job, next, caps);
    }
    const later = stopped().slice(10);
    // The limit allows ten more in the next hour, and the others in the one after. Jobs that reached their caps within
    // six minutes come in any order.
    expect(later).toHaveLength(15);
    expect(new Set(later.slice(0, 6))).toEqual(new Set(names.slice(19)));
    expect(new Set(later.slice(12))).toEqual(new Set(names.slice(10, 13)));
    expect(subjects().filter((subject) => subject?.includes('NOT STOPPED'))).toHaveLength(15);
  });

  it('has a limit of stops of its own when its tag sets the cap', async () => {
    for (const name of ['a', 'b', 'c']) aws().sageMaker.put(cappedJob({ name, arn: arnOf('training-job', name) }));
    const policy = { mostStopsPerHour: 0, mostStopsPerHourByTag: 2 };
    for (const name of ['a', 'b', 'c', 'c'])
      await check({ type: 'training-job', arn: arnOf('training-job', name) }, minutesIn(61), policy);
    expect(stops()).toBe(2);
    expect(subjects().map((subject) => subject?.split(':')[0])).toEqual([
      'STOPPED AT BUDGET',
      'STOPPED AT BUDGET',
      'OVER BUDGET, NOT STOPPED (critical)',
    ]);
  });

  it('is left to finish while it saves its results, for an hour at most', async () => {
    const job = cappedJob({ secondaryStatus: 'Uploading' });
    aws().sageMaker.put(job);
    for (const minutes of [61, 80, 120]) await check(JOB, minutesIn(minutes));
    expect([stops(), subjects()]).toEqual([0, ['OVER BUDGET: training job churn [vision]']]);
    expect(aws().publications[0]?.bodies.get('email')?.replace(/\s+/g, ' ')).toContain(
      'left to finish, because it only saves its results',
    );
    await check(JOB, minutesIn(122));
    expect(stops()).toBe(1);
  });

  it.each<[Budgeted, string, string]>([
    ['processing-job', 'Processing', 'StopProcessingJob'],
    ['transform-job', 'Transform', 'StopTransformJob'],
  ])('is stopped at its cap when it is a %s', async (type, word, operation) => {
    const cluster = { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 };
    const arn = arnOf(type, 'j');
    aws().sageMaker.put({
      ...cappedJob({ type, name: 'j', arn }),
      detail: {
        [`${word}StartTime`]: secondsIn(0),
        ProcessingResources: { ClusterConfig: cluster },
        TransformResources: cluster,
      },
    });
    await check({ type, arn }, minutesIn(60));
    expect(aws().calls.filter((call) => call.operation === operation)).toHaveLength(1);
  });

  it('is not stopped while its tags cannot be read', async () => {
    aws().sageMaker.put(cappedJob());
    use((built) => {
      const describe: typeof built.describe = async (...what) => {
        const described = await built.describe(...what);
        return described && { ...described, hasTags: false };
      };
      return { ...built, describe };
    });
    await expect(check(JOB, minutesIn(61))).rejects.toThrow('SageMaker did not give the tags of');
    expect(stops()).toBe(0);
  });

  it('is not stopped while its state cannot be read', async () => {
    const Item = marshall({ pk: `budget#training-job|${ARN}`, sk: 'state', generation: 'x' });
    await new DynamoDBClient({}).send(new PutItemCommand({ TableName: TABLE, Item }));
    aws().sageMaker.put(cappedJob());
    await expect(check(JOB, minutesIn(61))).rejects.toThrow(`the item budget#training-job|${ARN} of table`);
    expect([subjects(), stops()]).toEqual([[], 0]);
  });
});
