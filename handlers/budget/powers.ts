/** What only the budget function does: stop jobs, and arrange when to look at them again. */
import type { BudgetState } from '../../adapters/dynamodb/budget-jobs.ts';
import type { Table } from '../../adapters/dynamodb/resource-table.ts';
import type { StopJob } from '../../adapters/sagemaker/stop-job.ts';
import type { Deadlines } from '../../adapters/scheduler/deadlines.ts';
import type { Powers } from '../execute.ts';

export function guardWith(
  state: BudgetState,
  table: Table,
  stopJob: StopJob,
  deadlines: Deadlines,
  clock: () => Date,
): Pick<Powers, 'stop' | 'schedule'> {
  return {
    /** Stops a job that was just seen running over its cap, and tells people; or asks them, where enough were stopped. */
    async stop(action, { once, notify, record }) {
      const { key, resource, job, cap, reason, cause, mostPerHour, numbers } = action;
      if (!(await state.mayStop(key, mostPerHour, clock()))) {
        await notify(action.whenAsked);
        return state.asked(job, cap);
      }
      // Should we die over it, the next question knows whose stop it was.
      await state.stopping(job, clock(), cap);
      const { at, result } = await once(key, () => stopJob(job));
      await state.stopped(job, clock());
      await record({ resource, key, action: 'stop-job', reason, at, result, numbers });
      if (result === 'already ended') return;
      // The alert of its end shall say who did it.
      await table.stoppedFor(resource, cause);
      await notify(action.whenStopped);
    },

    async schedule(action) {
      if (action.kind === 'arm-budget') await deadlines.arm(action.job, action.at, action.before);
      else await deadlines.disarm(action.job, action.before);
    },
  };
}
