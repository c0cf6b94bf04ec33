/** The state of budget checks in memory instead of the table, written as `adapters/dynamodb/budget-jobs.ts` does. */
import type { BudgetJobs } from '../../adapters/dynamodb/budget-jobs.ts';
import { type Checked, UNCHECKED } from '../../domain/budget/checked.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import { sharesOfStopping } from '../../domain/budget/month/shares.ts';
import type { MonthsInMemory } from '../../local/backtest/months-in-memory.ts';

export interface BudgetJobsInMemory extends BudgetJobs {
  /** The jobs whose next check is scheduled. */
  readonly waiting: () => Iterable<readonly [arn: string, nextAt: Date]>;
}

/** Jobs add to `months`. */
export function budgetJobsInMemory(months: MonthsInMemory): BudgetJobsInMemory {
  const items = new Map<string, Checked>();
  const set = async ({ arn }: JobRef, change: (item: Checked) => Partial<Checked>): Promise<void> => {
    const item = items.get(arn);
    if (item !== undefined) items.set(arn, { ...item, ...change(item), revision: item.revision + 1 });
  };
  return {
    async recall({ arn }, generation) {
      const item = items.get(arn) ?? UNCHECKED;
      if (item.generation === undefined || item.generation === generation) return item;
      throw new Error('simulated jobs do not share names');
    },

    isCheckedSince: async ({ arn }, time) => (items.get(arn)?.checkedAt?.getTime() ?? 0) >= time,

    async note(job, generation, { revision }, { nextAt, checkedAt, uploadingSince, shares, changes }) {
      const item = items.get(job.arn) ?? UNCHECKED;
      if (item.revision !== revision) return false;
      months.move(job, changes);
      if (nextAt === undefined && shares.length === 0) items.delete(job.arn);
      else {
        const written = { generation, nextAt, checkedAt, uploadingSince, shares, revision: revision + 1 };
        items.set(job.arn, { ...item, ...written });
      }
      return true;
    },

    async noteStopping(job, at, cap, ifLine) {
      const item = items.get(job.arn);
      if (item === undefined) return false;
      if (ifLine !== undefined && (await months.read(ifLine.id)).revision !== ifLine.revision) return false;
      const { shares, changes } = sharesOfStopping(item.shares);
      months.move(job, changes);
      await set(job, ({ stoppingAt = at, stoppingFor = cap }) => ({ stoppingAt, stoppingFor, shares }));
      return true;
    },

    noteStopped: (job, at) => set(job, ({ stoppedAt = at }) => ({ stoppedAt })),
    noteDenied: (job) =>
      set(job, ({ stoppedAt }) => (stoppedAt === undefined ? { stoppingAt: undefined, stoppingFor: undefined } : {})),
    noteHeld: (job, at, until) => set(job, ({ heldSince = at }) => ({ heldSince, heldUntil: until })),

    *waiting() {
      for (const [arn, { nextAt }] of items) if (nextAt !== undefined) yield [arn, nextAt];
    },
  };
}
