import { describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { TABLE, TAG } from '../../support/capped-job.ts';
import { hoursIn, refOf, useMonthlyProject } from '../../support/monthly-project.ts';

const { aws, subjects, armed, check, put, emails, stopped, totals } = useMonthlyProject();
const MINUTE = 1 / 60;
const POOLED = { InstanceType: 'ml.ten.large', InstanceCount: 1, VolumeSizeInGB: 0, KeepAlivePeriodInSeconds: 1800 };
/** Puts a job whose instances are kept for half an hour; `pool` is what SageMaker says of them. */
const putPooled = (status: string, endedAt?: number, pool?: object, tags: Record<string, string> = {}) =>
  put('a', 0, {
    status,
    tags,
    ...(endedAt !== undefined && { endedAt }),
    detail: { ResourceConfig: POOLED, ...(pool !== undefined && { WarmPoolStatus: pool }) },
  });
const ends = () => aws().calls.filter(({ operation }) => operation === 'UpdateTrainingJob').length;

describe('the warm pool of a job', () => {
  it('costs its month until it is over, and then what SageMaker charged for it', async () => {
    putPooled('InProgress');
    await check('a', 0.5);
    putPooled('Completed', 1, { Status: 'Available' });
    await check('a', 1.1);
    expect([await totals(1.25), armed().at(0)]).toEqual([
      { spent: 12.5, perHour: 10, running: 1 },
      hoursIn(1.5 + MINUTE),
    ]);
    // Another job took the instances after a quarter of an hour.
    putPooled('Completed', 1, { Status: 'Reused', ResourceRetainedBillableTimeInSeconds: 900 });
    await check('a', 1.5 + MINUTE);
    expect(await totals(2)).toEqual({ spent: 12.5, perHour: 0, running: 0 });
    expect([ends(), subjects()]).toEqual([0, []]);
  });

  it('is ended when Ground Control stopped the job, once, and people and the audit hear of it', async () => {
    const tags = { [TAG]: '10' };
    putPooled('InProgress', undefined, undefined, tags);
    await check('a', 1);
    expect(stopped()).toEqual(['a']);
    putPooled('Stopped', 1.05, { Status: 'Available' }, tags);
    for (const hours of [1.1, 1.1, 1.2]) await check('a', hours);
    expect(ends()).toBe(1);
    expect(subjects().at(-1)).toBe('WARM POOL ENDED: training job a');
    expect(emails().at(-1)).toContain('The pool would have cost $10.00 an hour until 2026-11-10 01:33:00 UTC');
    const records = await Array.fromAsync(auditIn(TABLE, 400).ofResource(refOf('a').arn));
    expect(records.find(({ action }) => action === 'end-pool')).toMatchObject({ result: 'ended' });
  });

  it.each([
    ['in mode observe', { mode: 'observe' }],
    ['when the setting says so', { endWarmPools: false }],
  ])('is kept %s', async (_, policy) => {
    putPooled('InProgress', undefined, undefined, { [TAG]: '10' });
    await check('a', 1);
    putPooled('Stopped', 1.05, { Status: 'Available' }, { [TAG]: '10' });
    await check('a', 1.1, policy);
    expect(ends()).toBe(0);
  });

  it('is kept when people stopped the job', async () => {
    putPooled('InProgress');
    await check('a', 0.5);
    putPooled('Stopped', 1, { Status: 'Available' });
    await check('a', 1.1);
    expect(ends()).toBe(0);
  });

  it('is left alone when it ended meanwhile', async () => {
    putPooled('InProgress', undefined, undefined, { [TAG]: '10' });
    await check('a', 1);
    putPooled('Stopped', 1.05, { Status: 'InUse' }, { [TAG]: '10' });
    await check('a', 1.1);
    expect([ends(), subjects().filter((subject) => subject?.startsWith('WARM'))]).toEqual([1, []]);
  });
});
