import { describe, expect, it } from 'vitest';
import type { BudgetServices } from '../../../handlers/budget/services.ts';
import { TAG } from '../../support/capped-job.ts';
import {
  DECEMBER,
  hoursIn,
  hoursUntil,
  ledgers,
  NOVEMBER,
  spoilLedger,
  useMonthlyProject,
} from '../../support/monthly-project.ts';

const { aws, subjects, armed, use, check, put, end, settle, stopped, totals } = useMonthlyProject();

/** A job that began at this time. */
const beganAt = (at: string) => ({ detail: { TrainingStartTime: Date.parse(at) / 1000 } });

/** Takes all prices away. Call the result to bring them back. */
function withoutPrices() {
  let known: BudgetServices['costs'] | undefined;
  use((built) => {
    known = built.costs;
    return { ...built, costs: async () => ({ notPriced: 'for a moment' }) };
  });
  return () => use((built) => ({ ...built, costs: known ?? built.costs }));
}

describe('the check of a job in a monthly budget', () => {
  it('stops nothing when it arrives late, from the month before', async () => {
    put('a', 0, beganAt('2026-11-30T18:00:00Z'));
    await check('a', hoursUntil('2026-12-01T00:00:10Z'));
    await check('a', hoursUntil('2026-11-30T23:59:50Z'));
    expect([stopped(), await totals(hoursUntil('2026-12-01T00:00:10Z'))]).toMatchObject([
      [],
      { spent: 60, running: 0 },
    ]);
  });

  it('sends no warning when it arrives late, after the end of the job', async () => {
    const job = put('a', 0);
    await check('a', 4.4);
    end('a', 0, 4.5);
    await check('a', 4.6);
    aws().sageMaker.put(job);
    await check('a', 4.45);
    expect([subjects(), await totals(4.6)]).toEqual([[], { spent: 45, reserved: 0, running: 0 }]);
  });

  it('requests one check of each job that loses its reserved money, and of no other job', async () => {
    const monthly = { project: { churn: 600 } };
    put('old', 0, { count: 30 });
    for (let at = 0; at < 30; at++) put(`new-${at}`, 1, { tags: { [TAG]: '10' } });
    for (let at = 0; at < 30; at++) await check(`new-${at}`, 1, { monthly });
    await check('old', 1.1, { monthly });
    const revoked = [...(await ledgers().read(NOVEMBER)).running.values()].filter(
      ({ footing }) => footing === 'revoked',
    );
    const checked = await settle(1.1);
    expect(revoked.length).toBeGreaterThan(2);
    // A checked job may take the money that a newer job reserved, and so on up to the newest.
    expect(checked.length).toBeLessThanOrEqual(30);
  });

  it('moves a job to another project with its tag, even when its price was unknown for a while', async () => {
    const monthly = { project: { churn: 100, pricing: 100 } };
    const job = put('a', 0);
    await check('a', 1, { monthly });
    const withPrices = withoutPrices();
    await check('a', 1.2, { monthly });
    withPrices();
    job.tags = { project: 'pricing' };
    await check('a', 2, { monthly });
    expect([await totals(2), (await totals(2, { ...NOVEMBER, value: 'pricing' })).spent]).toEqual([
      { spent: 0, reserved: 0, running: 0 },
      20,
    ]);
  });

  it('closes the entry of an earlier job of the same name, and does not request a check of itself', async () => {
    put('a', 0);
    await check('a', 1);
    put('a', 30);
    put('b', 30);
    await check('b', 31);
    expect(await settle(31)).toEqual(['a']);
    await check('a', 31);
    await check('b', 31.1);
    expect([await settle(31.1), await totals(31)]).toEqual([[], expect.objectContaining({ running: 2, spent: 31 })]);
  });

  it('waits for the price of an ended job, and keeps what the job cost in the month before', async () => {
    put('a', 0, beganAt('2026-11-30T20:00:00Z'));
    await check('a', hoursUntil('2026-12-01T00:00:10Z'));
    const withPrices = withoutPrices();
    const job = put('a', 0, { ...beganAt('2026-11-30T20:00:00Z'), status: 'Completed' });
    job.detail = { ...job.detail, TrainingEndTime: Date.parse('2026-12-01T02:00:00Z') / 1000 };
    await check('a', hoursUntil('2026-12-01T02:01:00Z'));
    expect(armed()).toEqual([new Date('2026-12-01T02:16:00Z')]);
    withPrices();
    await check('a', hoursUntil('2026-12-01T02:16:00Z'));
    const at = hoursUntil('2026-12-01T02:16:00Z');
    expect([(await totals(at)).spent, await totals(at, DECEMBER)]).toEqual([
      40,
      { spent: 20, reserved: 0, running: 0 },
    ]);
  });

  it('stops the job at its own cap, and is tried again, when the ledger cannot be read', async () => {
    await spoilLedger();
    put('a', 0, { tags: { [TAG]: '10' } });
    await expect(check('a', 2)).rejects.toThrow('cannot be read');
    expect(stopped()).toEqual(['a']);
  });

  it('leads to a critical alert when a stop takes too long, even in the next month', async () => {
    put('a', 0, beganAt('2026-11-30T13:00:00Z'));
    await check('a', hoursUntil('2026-11-30T23:59:30Z'));
    expect(stopped()).toEqual(['a']);
    await check('a', hoursUntil('2026-12-01T00:10:00Z'));
    await check('a', hoursUntil('2026-12-01T00:40:00Z'));
    expect(subjects().filter((subject) => subject?.startsWith('ST'))).toEqual([
      'STOPPED AT BUDGET: training job a',
      'STILL RUNNING (critical): training job a',
    ]);
  });

  it('comes every hour for a protected job over budget, and when the next month begins', async () => {
    put('a', 0, { ...beganAt('2026-11-30T10:00:00Z'), tags: { 'ground-control:protected': 'true' } });
    await check('a', hoursUntil('2026-11-30T21:30:00Z'));
    expect(armed()).toEqual([new Date('2026-11-30T22:30:00Z')]);
    await check('a', hoursUntil('2026-11-30T23:30:00Z'));
    expect(armed().at(-1)).toEqual(new Date('2026-12-01T00:00:00Z'));
  });

  it('comes again after 15 minutes when the job has not begun to cost anything', async () => {
    put('a', 0, { detail: { TrainingStartTime: undefined } });
    await check('a', 1);
    expect([armed(), stopped()]).toEqual([[hoursIn(1.25)], []]);
  });
});
