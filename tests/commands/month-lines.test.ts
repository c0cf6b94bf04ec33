import { describe, expect, it } from 'vitest';
import { monthJson, monthLine } from '../../commands/shared/month-lines.ts';
import { monthWith } from '../support/budget-facts.ts';

describe('the line of a monthly budget', () => {
  it.each([
    [0, 'no job is running'],
    [1, '1 job runs at $20.00 an hour, and the rest lasts 4 h'],
    [2, '2 jobs run at $20.00 an hour, and the rest lasts 4 h'],
  ])('agrees with the number of running jobs: %i', (running, words) => {
    expect(monthLine(monthWith(20, { running }))).toBe(
      `project churn, November 2026: $20.00 of $100.00 is spent (20 %); ${words}`,
    );
  });

  it('names no time when nothing is left, nothing is charged, or the rest lasts longer than any date', () => {
    const lineOf = (spent: number, perHour: bigint) => monthLine(monthWith(spent, { perHour })).split('; ')[1];
    expect([lineOf(120, 200_000_000_000n), lineOf(20, 0n), lineOf(20, 1n)]).toEqual([
      '2 jobs run at $20.00 an hour',
      '2 jobs run at $0.00 an hour',
      '2 jobs run at $0.0000000001 an hour',
    ]);
  });

  it('says how many jobs the amount leaves out', () => {
    expect(monthLine(monthWith(20, { unpriced: 1 }))).toMatch(/; the cost of 1 job is not known$/);
    expect(monthLine(monthWith(20, { unpriced: 2, running: 0 }))).toMatch(
      /; no job whose cost is known is running; the cost of 2 jobs is not known$/,
    );
    expect(monthJson(monthWith(20, { unpriced: 1 }))).toEqual({
      budget: { tag: 'project', value: 'churn' },
      month: '2026-11',
      budgetUsd: 100,
      spentUsd: 20,
      perHourUsd: 20,
      running: 2,
      notPriced: 1,
    });
  });
});
