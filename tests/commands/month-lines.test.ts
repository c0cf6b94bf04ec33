import { describe, expect, it } from 'vitest';
import { monthLine } from '../../commands/shared/month-lines.ts';

describe('the line of a monthly budget', () => {
  it.each([
    [0, 'no job is running'],
    [1, '1 running job has reserved $2.00 more'],
    [2, '2 running jobs have reserved $2.00 more'],
  ])('agrees with the number of running jobs: %i', (running, words) => {
    const id = { tag: 'project', value: 'churn', month: '2026-11' };
    const totals = { spent: 1_000_000, reserved: 2_000_000, running, holdings: new Map(), perHour: 0n };
    expect(monthLine({ ...id, ...totals, budget: 5_000_000 })).toBe(
      `project churn, November 2026: $1.00 of $5.00 is spent (20 %); ${words}`,
    );
  });
});
