import { describe, expect, it } from 'vitest';
import type { BudgetServices } from '../../../handlers/budget/services.ts';
import { TAG } from '../../support/capped-job.ts';
import {
  DECEMBER,
  hoursIn,
  hoursUntil,
  NOVEMBER,
  refOf,
  spoilMonth,
  TUNING,
  useMonthlyProject,
} from '../../support/monthly-project.ts';

const { aws, subjects, armed, use, checkJob, check, put, end, putTuning, emails, stopped, totals } =
  useMonthlyProject();

/** The year 9999, in epoch seconds. */
const FAR_FUTURE = Date.UTC(9999, 0) / 1000;
/** A job that began at this time. */
const beganAt = (at: string) => ({ detail: { TrainingStartTime: Date.parse(at) / 1000 } });
const NOBODY = { spent: 0, perHour: 0, running: 0 };

/** A budget that no job of these tests spends. */
const plenty = { monthly: { project: { churn: 100_000_000 } } };

/** Takes all prices away. Call the result to bring them back. */
function withoutPrices() {
  let known: BudgetServices['costs'] | undefined;
  use((built) => {
    known = built.costs;
    return { ...built, costs: async () => ({ notPriced: 'for a moment' }) };
  });
  return () => use((built) => ({ ...built, costs: known ?? built.costs }));
}

describe('a job of a project with a monthly budget counts', () => {
  it('with its price while it runs, and with its real cost when it has ended', async () => {
    put('a', 0, { tags: { [TAG]: '70' } });
    await check('a', 1);
    expect([await totals(1), await totals(1.5)]).toEqual([
      { spent: 10, perHour: 10, running: 1 },
      { spent: 15, perHour: 10, running: 1 },
    ]);
    end('a', 0, 2);
    for (const hours of [2.1, 2.2]) await check('a', hours);
    expect([await totals(2.2), armed()]).toEqual([{ ...NOBODY, spent: 20 }, [hoursIn(5)]]);
  });

  it('from its start, although SageMaker and the Price List need seconds to answer', async () => {
    put('a', 0);
    use((built) => {
      let passed = 0;
      const clock = () => new Date(built.clock().getTime() + passed);
      const costs: BudgetServices['costs'] = async (...args) => {
        passed += 5000;
        return built.costs(...args);
      };
      return { ...built, clock, costs };
    });
    await check('a', 1);
    expect(await totals(2)).toEqual({ spent: 20, perHour: 10, running: 1 });
  });

  it('when its first check comes after its end', async () => {
    end('a', 0, 2);
    await check('a', 3);
    expect(await totals(3)).toEqual({ ...NOBODY, spent: 20 });
  });

  it('with its last known cost when it is gone', async () => {
    put('a', 0);
    await check('a', 2);
    aws().sageMaker.resources.clear();
    for (const hours of [3, 4]) await check('a', hours);
    expect(await totals(4)).toEqual({ ...NOBODY, spent: 20 });
  });

  it('once, when checks of many jobs come at the same time, and each of them twice', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `job-${at}`);
    for (const name of names) put(name, 0);
    const all = await Promise.allSettled([...names, ...names].map((name) => check(name, 0.1, plenty)));
    expect(all.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await totals(0.3)).toEqual({ spent: 60, perHour: 200, running: 20 });
    for (const name of names) end(name, 0, 0.2);
    await Promise.all([...names, ...names].map((name) => check(name, 0.3, plenty)));
    expect(await totals(0.3)).toEqual({ ...NOBODY, spent: 40 });
  });

  it('although it is described as running once more after its end', async () => {
    const job = put('a', 0);
    await check('a', 4.4);
    end('a', 0, 4.5);
    await check('a', 4.6);
    aws().sageMaker.put(job);
    await check('a', 4.7);
    expect([subjects(), await totals(5)]).toEqual([[], { ...NOBODY, spent: 45 }]);
  });

  it('in another budget when its tag changes, even when its price was unknown for a while', async () => {
    const monthly = { project: { churn: 100, pricing: 100 } };
    const job = put('a', 0);
    await check('a', 1, { monthly });
    const withPrices = withoutPrices();
    job.tags = { project: 'pricing' };
    await check('a', 1.2, { monthly });
    withPrices();
    await check('a', 2, { monthly });
    expect([await totals(2), await totals(2, { ...NOVEMBER, value: 'pricing' })]).toEqual([
      NOBODY,
      { spent: 20, perHour: 10, running: 1 },
    ]);
  });

  it('in both months that it runs in, which change at midnight of the time zone', async () => {
    const job = put('a', 0, beganAt('2026-11-30T20:00:00Z'));
    use((built) => ({
      ...built,
      services: { ...built.services, configuration: { ...built.services.configuration, timeZone: 'Europe/Berlin' } },
    }));
    await checkJob(refOf('a'), new Date('2026-11-30T22:30:00Z'));
    // Nothing is rolled over: the line of December was there before December.
    const at = hoursUntil('2026-12-01T01:00:00Z');
    const midnight = hoursUntil('2026-11-30T23:00:00Z');
    expect([(await totals(midnight)).spent, (await totals(at, DECEMBER)).spent]).toEqual([30, 20]);
    job.status = 'Completed';
    job.detail = { ...job.detail, TrainingEndTime: Date.parse('2026-12-01T02:00:00Z') / 1000 };
    await checkJob(refOf('a'), new Date('2026-12-01T03:00:00Z'));
    expect([(await totals(at)).spent, await totals(at, DECEMBER)]).toEqual([30, { ...NOBODY, spent: 30 }]);
  });

  it('in the month after the next when it still runs: it is checked in between', async () => {
    put('a', 0, beganAt('2026-11-20T00:00:00Z'));
    await check('a', hoursUntil('2026-11-20T01:00:00Z'), { monthly: { project: { churn: 100_000 } } });
    const next = armed().at(-1);
    expect(next?.toISOString().slice(0, 10)).toBe('2026-12-01');
    if (next !== undefined) await check('a', hoursUntil(next), { monthly: { project: { churn: 100_000 } } });
    const january = { ...NOVEMBER, month: '2027-01' };
    expect((await totals(hoursUntil('2027-01-01T05:00:00Z'), january)).spent).toBe(50);
  });

  it('in every budget that its tags belong to, and is stopped when the first one is spent', async () => {
    const monthly = { project: { churn: 1000 }, team: { vision: 20 } };
    put('a', 0, { tags: { team: 'vision', [TAG]: '500' } });
    await check('a', 0.5, { monthly });
    expect([
      (await totals(0.5)).spent,
      (await totals(0.5, { ...NOVEMBER, tag: 'team', value: 'vision' })).spent,
    ]).toEqual([5, 5]);
    await check('a', 2, { monthly });
    expect([stopped(), subjects().toSorted()]).toEqual([
      ['a'],
      ['BUDGET SPENT: team vision [vision]', 'STOPPED AT BUDGET: training job a [vision]'],
    ]);
  });

  it('only through its tuning job when it has one, in the months in which its training jobs ran', async () => {
    putTuning(-12 * 24);
    for (const name of ['tune-1', 'tune-2']) put(name, 0, { detail: { TuningJobArn: TUNING.arn } });
    await checkJob(TUNING, hoursIn(1));
    expect([await totals(1), (await totals(1, { ...NOVEMBER, month: '2026-10' })).spent]).toEqual([
      { spent: 20, perHour: 20, running: 1 },
      0,
    ]);
  });

  it('no longer when a new job has its name: what it cost until its last check stays', async () => {
    put('a', 0);
    await check('a', 1);
    put('a', 2);
    await check('a', 2.5);
    await check('a', 3);
    expect(await totals(3)).toEqual({ spent: 20, perHour: 10, running: 1 });
  });

  it('with what is known while its price is not, and with its cost once the price is back', async () => {
    put('a', 0, beganAt('2026-11-30T20:00:00Z'));
    await check('a', hoursUntil('2026-12-01T00:00:10Z'));
    const withPrices = withoutPrices();
    const job = put('a', 0, { ...beganAt('2026-11-30T20:00:00Z'), status: 'Completed' });
    job.detail = { ...job.detail, TrainingEndTime: Date.parse('2026-12-01T02:00:00Z') / 1000 };
    await check('a', hoursUntil('2026-12-01T02:01:00Z'));
    const at = hoursUntil('2026-12-01T02:16:00Z');
    expect([(await totals(at)).spent, await totals(at, DECEMBER)]).toEqual([40, { ...NOBODY, spent: 20 }]);
    expect(armed()).toContainEqual(new Date('2026-12-01T02:16:00Z'));
    withPrices();
    await check('a', at);
    expect([(await totals(at)).spent, await totals(at, DECEMBER)]).toEqual([40, { ...NOBODY, spent: 20 }]);
  });
});

describe('a job of a project with a monthly budget', () => {
  it.each([
    ['its instances', { ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: 1e9 } }],
    ['its start', { TrainingStartTime: 1 }],
    ['its start, which lies in the future', { TrainingStartTime: FAR_FUTURE }],
  ])('adds nothing, and hinders no other job, when SageMaker says absurd things about %s', async (_, detail) => {
    put('absurd', 0, { detail });
    put('b', 0);
    for (const hours of [1, 2]) for (const name of ['absurd', 'b']) await check(name, hours);
    expect([subjects(), stopped()]).toEqual([['NOT PRICED: training job absurd'], []]);
    expect(await totals(2)).toEqual({ spent: 20, perHour: 10, running: 1 });
    put('absurd', 0, { status: 'Completed', detail: { ...detail, TrainingEndTime: FAR_FUTURE } });
    await check('absurd', 3);
    expect((await totals(3)).spent).toBe(30);
  });

  it('is not stopped when its price is unknown; its month counts and names it', async () => {
    put('a', 0, { detail: { ResourceConfig: { InstanceType: 'ml.unheard.large', InstanceCount: 1 } } });
    for (const hours of [50, 60]) await check('a', hours);
    expect([subjects(), stopped()]).toEqual([['NOT PRICED: training job a'], []]);
    expect(emails()[0]).toContain('counts in the monthly budget of project churn, but its cost is not known');
    put('b', 50);
    await check('b', 56);
    expect(emails().at(-1)).toContain('The amount spent does not contain 1 job whose cost is not known: a.');
  });

  it('is stopped at its own cap although its month cannot be written, and the check is retried', async () => {
    await spoilMonth();
    put('a', 0, { tags: { [TAG]: '10' } });
    await expect(check('a', 2)).rejects.toThrow('could not be added to its months');
    expect(stopped()).toEqual(['a']);
  });

  it('leads to a critical alert when a stop takes too long, even in the next month', async () => {
    put('a', 0, beganAt('2026-11-30T13:00:00Z'));
    await check('a', hoursUntil('2026-11-30T23:00:30Z'));
    expect(stopped()).toEqual(['a']);
    await check('a', hoursUntil('2026-12-01T00:10:00Z'));
    expect(subjects()).toContain('STILL RUNNING (critical): training job a');
  });

  it('is checked again after 15 minutes when it has not begun to cost anything', async () => {
    put('a', 0, { detail: { TrainingStartTime: undefined } });
    await check('a', 1);
    expect([armed(), stopped(), await totals(1)]).toEqual([[hoursIn(1.25)], [], NOBODY]);
  });

  it('takes as many calls with many other jobs as with one', async () => {
    const callsFor = async (name: string) => {
      put(name, 0);
      aws().clear();
      await check(name, 0.1, plenty);
      return aws()
        .calls.map(({ operation }) => operation)
        .toSorted();
    };
    await callsFor('first');
    const few = await callsFor('second');
    for (let at = 0; at < 100; at++) await callsFor(`job-${at}`);
    expect(await callsFor('last')).toEqual(few);
  });
});
