import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysIn, lastPeriod } from '../../../domain/teams/period.ts';

const daysOf = (report: 'weekly' | 'monthly', at: string, timeZone = 'UTC') => {
  const { firstDay, lastDay } = lastPeriod(report, new Date(at), timeZone);
  return `${firstDay} ${lastDay}`;
};

describe('the period of a scheduled report', () => {
  it.each([
    ['weekly', '2026-11-16T07:00:00Z', 'UTC', '2026-11-09 2026-11-15'],
    // Seven o'clock on Monday in Auckland is Sunday in UTC.
    ['weekly', '2026-11-15T18:00:00Z', 'Pacific/Auckland', '2026-11-09 2026-11-15'],
    ['weekly', '2026-11-15T18:00:00Z', 'UTC', '2026-11-02 2026-11-08'],
    ['weekly', '2026-01-01T07:00:00Z', 'UTC', '2025-12-22 2025-12-28'],
    ['monthly', '2026-12-01T07:00:00Z', 'UTC', '2026-11-01 2026-11-30'],
    ['monthly', '2026-11-30T18:00:00Z', 'Pacific/Auckland', '2026-11-01 2026-11-30'],
    ['monthly', '2028-03-01T15:00:00Z', 'America/Los_Angeles', '2028-02-01 2028-02-29'],
    ['monthly', '2026-01-15T00:00:00Z', 'UTC', '2025-12-01 2025-12-31'],
  ] as const)('%s at %s in %s is %s', (report, at, timeZone, expected) => {
    expect(daysOf(report, at, timeZone)).toBe(expected);
  });

  it('is a whole week or month that is over, at any time of the run', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        fc.constantFrom('weekly' as const, 'monthly' as const),
        fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Auckland', 'America/St_Johns', 'Asia/Kathmandu'),
        (at, report, timeZone) => {
          const period = lastPeriod(report, at, timeZone);
          const [first, last] = [new Date(period.firstDay), new Date(period.lastDay)];
          expect(period.to).toBeLessThanOrEqual(at.getTime());
          expect(at.getTime() - period.to).toBeLessThan((report === 'weekly' ? 7 : 31) * 86_400_000 + 7_200_000);
          if (report === 'weekly') expect([first.getUTCDay(), daysIn(period)]).toEqual([1, 7]);
          else expect([first.getUTCDate(), first.getUTCMonth()]).toEqual([1, last.getUTCMonth()]);
        },
      ),
      { seed: 15, numRuns: 300 },
    );
  });
});
