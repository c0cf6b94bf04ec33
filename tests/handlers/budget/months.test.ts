import { describe, expect, it } from 'vitest';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { overdueChecksIn } from '../../../adapters/dynamodb/overdue-checks.ts';
import { TABLE } from '../../support/capped-job.ts';
import { hoursIn, hoursUntil, NOVEMBER, refOf, spoilMonth, useMonthlyProject } from '../../support/monthly-project.ts';

/** Whether SNS takes alerts. */
let isSilent = false;
const { subjects, armed, check, put, end, play, emails, stopped, totals, deliver } = useMonthlyProject(
  ({ operation }) => (isSilent && operation === 'Publish' ? { kind: 'error' } : undefined),
);
const MINUTE = 1 / 60;
/** The look at project churn in November. */
const LOOK = { schema: 'ground-control/month-look', version: '1.0', ...NOVEMBER };
const look = (hours: number, budgets?: object) => deliver(LOOK, hoursIn(hours), budgets);

describe('jobs of a project that has spent little of its month', () => {
  it('are not stopped, however high their caps are', async () => {
    // A trial with a real-looking history: 11 of these 30 jobs were stopped when caps still reserved money.
    const policy = { caps: { 'training-job': 100 }, monthly: { project: { churn: 500 } } };
    const names = Array.from({ length: 30 }, (_, at) => `job-${at}`);
    for (const [at, name] of names.entries()) {
      put(name, at * MINUTE);
      await check(name, at * MINUTE, policy);
    }
    await play(0.9, policy);
    expect([stopped(), subjects()]).toEqual([[], []]);
    expect(await totals(0.5)).toEqual({ spent: 77.5, perHour: 300, running: 30 });
  });
});

describe('when the rest of a month lasts less than the runway', () => {
  it('the newest jobs are stopped, so that older ones go on, and the jobs spend exactly the budget', async () => {
    const names = Array.from({ length: 10 }, (_, at) => `job-${at}`);
    for (const [at, name] of names.entries()) {
      put(name, at * MINUTE);
      await check(name, at * MINUTE);
    }
    await play(5);
    expect(stopped()).toEqual(names.toReversed());
    const { spent } = await totals(5);
    // A stop takes effect some minutes after the last cent is spent.
    expect(spent).toBeGreaterThanOrEqual(100);
    expect(spent).toBeLessThan(101);
  });

  it('a single job is left alone until nothing is left', async () => {
    put('only', 0);
    await check('only', 0);
    await play(9.9);
    expect(stopped()).toEqual([]);
    await play(11);
    expect(stopped()).toEqual(['only']);
  });

  it('protected jobs go on, and the newest of the others are stopped for them', async () => {
    put('old', 0, { count: 4 });
    put('shielded', 1, { tags: { 'ground-control:protected': 'true' } });
    put('new', 0.5);
    for (const name of ['old', 'shielded', 'new']) await check(name, 1);
    await play(3.2);
    expect(stopped()).toEqual(['new', 'old']);
    expect(subjects()).toContain('BUDGET RUNS OUT: project churn');
  });

  it('nothing is stopped in mode observe, and people hear which jobs would be', async () => {
    for (const name of ['a', 'b', 'c']) {
      put(name, 0, { count: 2 });
      await check(name, 0, { mode: 'observe' });
    }
    await play(3, { mode: 'observe' });
    expect(stopped()).toEqual([]);
    const mail = emails().find((text) => text.startsWith('Project churn: the rest of its budget'));
    expect(mail).toContain('In mode enforce, it would stop now: c');
    expect(subjects()).toEqual([
      'BUDGET 50 %: project churn',
      'BUDGET RUNS OUT: project churn',
      'BUDGET 80 %: project churn',
      'BUDGET SPENT: project churn',
    ]);
  });

  it('and people change the mode to enforce an hour after nothing is left, the jobs are stopped', async () => {
    for (const name of ['a', 'b', 'c']) {
      put(name, 0, { count: 2 });
      await check(name, 0, { mode: 'observe' });
    }
    await play(2, { mode: 'observe' });
    expect(stopped()).toEqual([]);
    await play(3);
    expect(stopped()).toEqual(['c', 'b', 'a']);
    await play(5);
    expect(armed().filter((at) => hoursUntil(at) < 24)).toEqual([]);
  });

  it('and the month ends before that, nothing is stopped', async () => {
    const nearEnd = 20 * 24 + 23.8;
    for (const name of ['a', 'b']) put(name, nearEnd, { count: 100 });
    for (const name of ['a', 'b']) await check(name, nearEnd, { monthly: { project: { churn: 450 } } });
    await play(nearEnd + 0.5, { monthly: { project: { churn: 450 } } });
    expect(stopped()).toEqual([]);
  });
});

describe('when a month is spent', () => {
  const spend = async () => {
    end('ended', 0, 10);
    await check('ended', 10);
  };

  it('a job that begins is stopped, and the audit record has the numbers', async () => {
    await spend();
    put('late', 10.1);
    await check('late', 10.2);
    expect(stopped()).toEqual(['late']);
    const records = await Array.fromAsync(auditIn(TABLE, 400).ofResource(refOf('late').arn));
    expect(records.find(({ action }) => action === 'stop-job')).toMatchObject({
      result: 'stopped',
      reason: 'the November 2026 budget of project churn runs out',
      numbers: { month: 'the November 2026 budget of project churn', spent: '$101.00 of $100.00' },
    });
    expect(emails().at(-1)).toContain('the November 2026 budget of project churn has nothing left');
  });

  it('a job that begins goes on in mode observe, or when it is protected, with one alert', async () => {
    await spend();
    put('seen', 10.1);
    put('shielded', 10.1, { tags: { 'ground-control:protected': 'true' } });
    for (const hours of [10.2, 10.4]) {
      for (const name of ['seen', 'shielded']) await check(name, hours, { mode: 'observe' });
    }
    expect(stopped()).toEqual([]);
    expect(subjects().filter((subject) => subject?.startsWith('OVER BUDGET'))).toEqual([
      'OVER BUDGET: training job seen',
      'OVER BUDGET: training job shielded',
    ]);
  });

  it('a job that begins continues once people raised the budget', async () => {
    await spend();
    put('next', 10);
    await check('next', 10.1, { monthly: { project: { churn: 200 } } });
    expect(stopped()).toEqual([]);
  });

  it('jobs above the limit of stops go on until the next hour, and people hear when that is', async () => {
    for (const name of ['a', 'b', 'c']) put(name, 9.5, { tags: { project: 'other' } });
    await spend();
    for (const name of ['a', 'b', 'c']) put(name, 9.5);
    const policy = { mostStopsPerHour: 2 };
    for (const name of ['c', 'a', 'b']) await check(name, 10.1, policy);
    expect(stopped()).toHaveLength(2);
    const mail = emails().find((text) => text.includes('has spent its budget for November 2026, and jobs go on'));
    expect(mail).toContain('has stopped 2 jobs in this hour');
    expect(mail).toContain('It may stop more from 2026-11-10 11:00');
    await play(11.1, policy);
    expect(stopped().toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('and SNS takes no alert, jobs are stopped all the same', async () => {
    await spend();
    put('late', 10.1);
    isSilent = true;
    await expect(check('late', 10.2)).rejects.toThrow('failed');
    isSilent = false;
    expect(stopped()).toEqual(['late']);
  });
});

describe('a look at a month', () => {
  it('is scheduled for the next share, for the runway and for the end of the money, in turn', async () => {
    put('a', 0);
    put('b', 0);
    for (const name of ['a', 'b']) await check(name, 0);
    const times: number[] = [];
    for (const until of [0.1, 2.6, 4.1, 4.6]) {
      await play(until);
      times.push(...armed().slice(0, 1).map(hoursUntil));
    }
    // 20 USD an hour: half is spent after 2.5 h, 80 % after 4 h; the rest lasts less than 30 minutes after 4.5 h.
    expect(times.map((hours) => Math.round(hours * 60) / 60)).toEqual([2.5, 4, 4.5 + MINUTE, 5]);
  });

  it('comes earlier when a job begins, and not later when one ends', async () => {
    put('a', 0);
    await check('a', 0);
    expect(armed()[0]).toEqual(hoursIn(5));
    put('b', 1);
    await check('b', 1);
    expect(armed()[0]).toEqual(hoursIn(3));
    end('b', 1, 1.5);
    await check('b', 1.5);
    expect(armed()[0]).toEqual(hoursIn(3));
    await play(3.1);
    expect([subjects(), armed()[0]]).toEqual([[], hoursIn(4.5)]);
  });

  it('tells each share once, with the pace', async () => {
    put('a', 0);
    await check('a', 0);
    await play(8.5);
    await check('a', 8.5);
    await look(8.6);
    expect(subjects()).toEqual(['BUDGET 50 %: project churn', 'BUDGET 80 %: project churn']);
    expect(emails()[0]).toContain('$50.00 of $100.00 is spent. At the present pace, the money lasts until');
    expect(emails()[0]).toContain('1 job runs at $10.00 an hour.');
  });

  it('does nothing in another month, or for a budget that is no longer configured', async () => {
    expect(await look(-24 * 20)).toMatchObject({ reason: 'the month is over', stopped: [] });
    expect(await look(1, { monthly: {} })).toMatchObject({ reason: 'ground-control.yml has no such budget' });
  });

  it('is requested again by reconciliation when its schedule got lost', async () => {
    put('a', 0);
    await check('a', 0);
    const overdue = overdueChecksIn(TABLE);
    expect(await overdue.list(hoursIn(5.05), 9)).toEqual([]);
    const [lost] = await overdue.list(hoursIn(5.1), 9);
    expect(lost).toEqual(NOVEMBER);
    if (lost !== undefined) await overdue.requested(lost, hoursIn(5.1));
    expect(await overdue.list(hoursIn(5.2), 9)).toEqual([]);
  });

  it('stops nothing when the month cannot be read', async () => {
    await spoilMonth();
    await expect(look(1)).rejects.toThrow('the item month#project|churn|2026-11, line of table');
    expect(stopped()).toEqual([]);
  });
});
