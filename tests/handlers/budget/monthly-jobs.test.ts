import { describe, expect, it } from 'vitest';
import { TAG } from '../../support/capped-job.ts';
import {
  DECEMBER,
  hoursIn,
  hoursUntil,
  ledgers,
  NOVEMBER,
  refOf,
  TUNING,
  USD,
  useMonthlyProject,
} from '../../support/monthly-project.ts';

const { aws, subjects, armed, use, checkJob, check, put, end, putTuning, settle, play, emails, stopped, totals } =
  useMonthlyProject();

/** The year 9999, in epoch seconds. */
const FAR_FUTURE = Date.UTC(9999, 0) / 1000;

describe('a job of a project with a monthly budget', () => {
  it('holds the money for an hour when it has no cap, and is checked after that hour', async () => {
    put('a', 0);
    expect(await check('a', 0.5)).toMatchObject({ reason: 'it is within its cap' });
    expect(await totals(0.5)).toEqual({ spent: 5, reserved: 10, running: 1 });
    expect(armed()).toEqual([hoursIn(1.5)]);
  });

  it('holds the money for its own cap, or for its own time limit', async () => {
    put('a', 0, { tags: { [TAG]: '40' } });
    put('b', 0, { tags: { [TAG]: '40' }, detail: { StoppingCondition: { MaxRuntimeInSeconds: 7200 } } });
    await check('a', 0.5);
    await check('b', 0.5);
    expect(await totals(0.5)).toEqual({ spent: 10, reserved: 35 + 15, running: 2 });
  });

  it('is stopped before it spends what another job holds, and the other job continues', async () => {
    put('a', 0, { tags: { [TAG]: '70' } });
    put('b', 1, { tags: { [TAG]: '70' } });
    await check('a', 0.1);
    await check('b', 1.1);
    expect(await totals(1.1)).toMatchObject({ spent: 12, reserved: 88 });
    await play(6.9);
    expect(stopped()).toEqual(['b']);
    expect(await totals(6.9)).toEqual({ spent: 99, reserved: 1, running: 1 });
  });

  it('is stopped first when it is the newest, and the oldest job gets what is left', async () => {
    put('old', 0);
    put('middle', 1, { tags: { [TAG]: '60' } });
    put('new', 2);
    for (const name of ['new', 'old', 'middle']) await check(name, 2.1);
    await play(20);
    expect(stopped()).toEqual(['new', 'middle', 'old']);
    const { spent, reserved, running } = await totals(20);
    expect([reserved, running]).toEqual([0, 0]);
    expect(spent).toBeLessThanOrEqual(100);
    // A job is stopped up to a minute early.
    expect(spent).toBeGreaterThan(99.5);
  });

  it('leads to a check of another job that loses its reserved money to it', async () => {
    put('old', 0);
    put('new', 5, { tags: { [TAG]: '40' } });
    await check('old', 5);
    await check('new', 5.1);
    await check('old', 6);
    expect(await settle(6)).toEqual(['new']);
    // The older job reserves an hour, and the newer one the rest.
    expect(await totals(6)).toMatchObject({ running: 2, spent: 70, reserved: 30 });
    expect(stopped()).toEqual([]);
  });

  it('counts with its real cost when it has ended', async () => {
    put('a', 0, { tags: { [TAG]: '70' } });
    await check('a', 1);
    end('a', 0, 2);
    await check('a', 2.1);
    await check('a', 2.2);
    expect(await totals(2.2)).toEqual({ spent: 20, reserved: 0, running: 0 });
    expect(armed()).toEqual([]);
  });

  it('counts when its first check comes after its end', async () => {
    end('a', 0, 2);
    await check('a', 3);
    expect(await totals(3)).toEqual({ spent: 20, reserved: 0, running: 0 });
  });

  it('counts with its last known cost when it is gone', async () => {
    put('a', 0);
    await check('a', 2);
    aws().sageMaker.resources.clear();
    await check('a', 3);
    expect(await totals(3)).toEqual({ spent: 20, reserved: 0, running: 0 });
  });

  it('moves to another budget with its tag', async () => {
    const monthly = { project: { churn: 100, pricing: 50 } };
    const job = put('a', 0);
    await check('a', 2, { monthly });
    job.tags = { project: 'pricing' };
    await check('a', 3, { monthly });
    expect([await totals(3), await totals(3, { ...NOVEMBER, value: 'pricing' })]).toEqual([
      { spent: 0, reserved: 0, running: 0 },
      { spent: 30, reserved: 10, running: 1 },
    ]);
  });

  it('counts in both months that it runs in, which change at midnight of the time zone', async () => {
    const job = put('a', 0, { detail: { TrainingStartTime: Date.parse('2026-11-30T20:00:00Z') / 1000 } });
    use((built) => ({
      ...built,
      services: { ...built.services, configuration: { ...built.services.configuration, timeZone: 'Europe/Berlin' } },
    }));
    await checkJob(refOf('a'), new Date('2026-11-30T22:30:00Z'));
    expect(armed()).toEqual([new Date('2026-11-30T23:00:00Z')]);
    await checkJob(refOf('a'), new Date('2026-11-30T23:00:30Z'));
    await checkJob(refOf('a'), new Date('2026-12-01T01:00:00Z'));
    const at = hoursUntil('2026-12-01T01:00:00Z');
    expect([await totals(at), await totals(at, DECEMBER)]).toEqual([
      { spent: 30, reserved: 0, running: 0 },
      { spent: 20, reserved: 10, running: 1 },
    ]);
    job.status = 'Completed';
    job.detail = { ...job.detail, TrainingEndTime: Date.parse('2026-12-01T02:00:00Z') / 1000 };
    await checkJob(refOf('a'), new Date('2026-12-01T03:00:00Z'));
    expect([await totals(at), await totals(at, DECEMBER)]).toMatchObject([{ spent: 30 }, { spent: 30, running: 0 }]);
  });

  it('counts in every budget that its tags belong to, and is stopped when the first one is spent', async () => {
    const monthly = { project: { churn: 1000 }, team: { vision: 20 } };
    put('a', 0, { tags: { team: 'vision', [TAG]: '500' } });
    await check('a', 0.5, { monthly });
    // The team's budget leaves the job 20 USD, so the project's budget reserves no more than that.
    expect(await totals(0.5)).toEqual({ spent: 5, reserved: 15, running: 1 });
    await check('a', 2, { monthly });
    expect([stopped(), subjects().toSorted()]).toEqual([
      ['a'],
      ['BUDGET SPENT: team vision [vision]', 'STOPPED AT BUDGET: training job a [vision]'],
    ]);
  });

  it('counts only through its tuning job when it has one', async () => {
    putTuning(0);
    for (const name of ['tune-1', 'tune-2']) put(name, 0, { detail: { TuningJobArn: TUNING.arn } });
    await checkJob(TUNING, hoursIn(1));
    const [holding] = (await ledgers().read(NOVEMBER)).running.values();
    expect(holding).toMatchObject({ job: TUNING, spent: 20 * USD });
  });

  it('counts in the month in which its training jobs ran when it is a tuning job', async () => {
    putTuning(-12 * 24);
    put('tune-1', 0, { detail: { TuningJobArn: TUNING.arn } });
    await checkJob(TUNING, hoursIn(1));
    expect([(await totals(1)).spent, (await totals(1, { ...NOVEMBER, month: '2026-10' })).spent]).toEqual([10, 0]);
  });

  it.each([
    ['its instances', { ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: 1e9 } }],
    ['its start', { TrainingStartTime: 1 }],
    ['its start, which lies in the future', { TrainingStartTime: FAR_FUTURE }],
  ])('is not stopped, and hinders no other job, when SageMaker says absurd things about %s', async (_, detail) => {
    put('absurd', 0, { detail });
    put('b', 0);
    for (const hours of [1, 2]) for (const name of ['absurd', 'b']) await check(name, hours);
    expect([subjects(), stopped()]).toEqual([['NOT PRICED: training job absurd'], []]);
    expect(await totals(2)).toMatchObject({ spent: 20, running: 1 });
    put('absurd', 0, { status: 'Completed', detail: { ...detail, TrainingEndTime: FAR_FUTURE } });
    await check('absurd', 3);
    expect(await totals(3)).toMatchObject({ spent: 30, running: 1 });
    expect(armed()).toEqual([]);
  });

  it('is not stopped, and leads to one alert, when its price is unknown', async () => {
    put('a', 0, { detail: { ResourceConfig: { InstanceType: 'ml.unheard.large', InstanceCount: 1 } } });
    await check('a', 50);
    await check('a', 60);
    expect([subjects(), stopped(), await totals(60)]).toEqual([
      ['NOT PRICED: training job a'],
      [],
      { spent: 0, reserved: 0, running: 0 },
    ]);
    expect(emails()[0]).toContain('counts in the monthly budget of project churn, but its cost is not known');
  });
});
