import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../domain/budget/ledger.ts';
import { ledgers, NOVEMBER, refOf, START, spoilLedger, USD, useMonthlyProject } from '../../support/monthly-project.ts';

const { subjects, check, put, stopped, totals } = useMonthlyProject();

/** A claim of a job that has spent so much and wants so much more, in micro-USD. */
const claimOf = (name: string, spent: number, wanted: number): Claim => ({
  job: refOf(name),
  startedAt: START,
  at: START,
  spent,
  perHour: 0n,
  wanted,
  footing: 'free',
  isLeased: false,
});

describe('the ledger of a month', () => {
  it('reserves no money twice when many jobs claim at once', async () => {
    const names = Array.from({ length: 15 }, (_, at) => `job-${at}`);
    const granted = await Promise.all(
      names.map((key) => ledgers().claim({ ...NOVEMBER, key }, 1000, claimOf(key, 0, 100), START)),
    );
    expect(granted.reduce((sum, { holding }) => sum + holding.upTo, 0)).toBe(1000);
    expect((await totals(0)).reserved).toBe(1000 / USD);
  });

  it('adds up to the sum of its jobs, whatever arrives twice, late or at once', async () => {
    const event = fc.record({ job: fc.nat(4), spent: fc.nat(1000), ends: fc.boolean() });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
        const id = { ...NOVEMBER, value: `run-${run++}` };
        const amounts = new Map<string, number>();
        for (const round of rounds) {
          // Checks of different jobs run at once; checks of one job run one after the other.
          const atOnce = [...new Map(round.map((one) => [one.job, one])).values()];
          await Promise.all(
            atOnce.map(async ({ job, spent, ends }) => {
              const key = `job-${job}`;
              const place = { ...id, key };
              if (ends || amounts.has(key)) {
                amounts.set(key, amounts.get(key) ?? spent);
                await ledgers().close(place, amounts.get(key), START);
                await ledgers().close(place, undefined, START);
              }
              await ledgers().claim(place, 10 ** 9, claimOf(key, spent, spent), START);
            }),
          );
        }
        const { ended, running } = await ledgers().read(id);
        expect(new Map(ended)).toEqual(amounts);
        expect([...running.keys()].filter((key) => amounts.has(key))).toEqual([]);
        const claimed = new Set(rounds.flat().map(({ job }) => `job-${job}`));
        expect(ended.size + running.size).toBe(claimed.size);
      }),
      { numRuns: 20 },
    );
  });

  it('stops nothing and alerts nobody when it cannot be read', async () => {
    await spoilLedger();
    put('a', 0);
    await expect(check('a', 50)).rejects.toThrow('the item ledger#project|churn|2026-11, running of table');
    expect([stopped(), subjects()]).toEqual([[], []]);
  });
});
