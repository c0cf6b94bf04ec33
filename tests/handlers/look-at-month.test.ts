/** Looks at months in memory; `budget/` has them with the embedded AWS. */
import { describe, expect, it } from 'vitest';
import { type Role, rising, type Share } from '../../domain/budget/month/line.ts';
import { sharesOfStopping } from '../../domain/budget/month/shares.ts';
import { lookAtMonth } from '../../handlers/budget/month/look.ts';
import { MonthsInMemory } from '../../local/backtest/months-in-memory.ts';
import { configured, JOB } from '../support/budget-facts.ts';

const NOVEMBER = { tag: 'project', value: 'churn', month: '2026-11' };
const BEGIN = Date.parse('2026-11-20T00:00:00Z');
/** 10 USD an hour. */
const RATE = 100_000_000_000n;

/** A month of `usd` with jobs that cost 10 USD an hour each, and what a look at it does after `minutes`. */
function monthOf(usd: number, jobs: Readonly<Record<string, Role>>, budgets: object = {}) {
  const months = new MonthsInMemory();
  const refOf = (name: string) => ({ ...JOB, arn: JOB.arn.replace('churn', name) });
  const shares = new Map(
    Object.entries(jobs).map(([key, role], index): readonly [string, Share] => {
      const startedAt = new Date(BEGIN + index);
      return [refOf(key).arn, { ...NOVEMBER, ...rising(RATE, startedAt), key, role, startedAt }];
    }),
  );
  for (const [arn, is] of shares) months.move({ ...JOB, arn }, [{ is }]);
  const configuration = configured({ mode: 'enforce', monthly: { project: { churn: usd } }, ...budgets });
  const told: string[] = [];
  return async (minutes: number, isTold = true) => {
    const now = new Date(BEGIN + minutes * 60_000);
    const { stopped, reason } = await lookAtMonth(NOVEMBER, {
      months,
      clock: () => now,
      configuration,
      mayStop: async () => true,
      deadlines: { arm: async () => undefined },
      tell: async ({ notice }) => {
        told.push(notice.subject);
        return isTold;
      },
      check: async (job) => {
        const share = shares.get(job.arn);
        if (share !== undefined) months.move(job, sharesOfStopping([share]).changes);
        return { isStopped: share?.role === 'running' };
      },
      timeLeft: () => Infinity,
    });
    return { reason, told: told.splice(0), stopped: stopped.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)) };
  };
}

describe('a look at a month', () => {
  it.each<Role>(['running', 'protected', 'stopping'])(
    'tells people what is spent when all jobs are %s',
    async (role) => {
      const look = monthOf(10, { job: role }, { mode: 'observe' });
      expect((await look(31)).told[0]).toBe('BUDGET 51 %: project churn');
      expect((await look(61)).told[0]).toBe('BUDGET SPENT: project churn');
      expect((await look(62)).told).toEqual([]);
    },
  );

  it('tells people again, when the other look that was about to tell them may have died', async () => {
    const look = monthOf(10, { job: 'running' }, { mode: 'observe' });
    const isSpent = ({ told }: { readonly told: readonly string[] }) => told.includes('BUDGET SPENT: project churn');
    expect(isSpent(await look(61, false))).toBe(true);
    expect(isSpent(await look(62))).toBe(true);
    expect(isSpent(await look(63))).toBe(false);
  });

  it('stops no protected job, and the newest of the others first', async () => {
    const look = monthOf(30, { old: 'running', shielded: 'protected', young: 'running' });
    // Three jobs cost 15 USD in half an hour, two cost 10 USD.
    expect((await look(30)).stopped).toEqual([]);
    expect((await look(31)).stopped).toEqual(['young']);
    // The older one could not go on for half an hour: it goes on until nothing is left.
    expect((await look(59)).stopped).toEqual([]);
    expect((await look(60)).stopped).toEqual(['old']);
  });
});
