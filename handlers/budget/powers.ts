/** What only the budget function may do: it stops jobs, and schedules their next checks. */
import type { BudgetJobs } from '../../adapters/dynamodb/budget-jobs.ts';
import type { StopLimit } from '../../adapters/dynamodb/stop-limit.ts';
import { type EndPool, isDenied, type StopJob } from '../../adapters/sagemaker/stop-job.ts';
import type { Deadlines } from '../../adapters/scheduler/deadlines.ts';
import { mayQuote } from '../../domain/alert/alert.ts';
import { poolNotice, stopNotice } from '../../domain/budget/decide.ts';
import { heldUntil } from '../../domain/budget/times.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Powers } from '../execute.ts';

interface Means {
  readonly state: BudgetJobs;
  readonly mayStop: StopLimit;
  readonly stopJob: StopJob;
  readonly endPool: EndPool;
  readonly deadlines: Deadlines;
  readonly configuration: FunctionConfiguration;
  readonly clock: () => Date;
}

/** The powers that `handlers/execute.ts` calls in the budget function. */
export function budgetPowers(means: Means): Pick<Powers, 'stop' | 'endPool' | 'schedule'> {
  const { state, mayStop, stopJob, endPool, deadlines, configuration, clock } = means;
  return {
    /**
     * Stops a job that is over its budget, and tells people. Above the limit of stops per hour, it tries
     * again in the next hour.
     */
    async stop(action, { once, notify, record }) {
      const { key, resource, job, cap, ifLine, reason, limit, heldSince, numbers } = action;
      const now = clock();
      if (!(await mayStop(key, limit, now))) {
        const againAt = heldUntil(now, heldSince ?? now);
        await state.noteHeld(job, now, againAt);
        return notify(stopNotice(action, { kind: 'held-back', againAt }, configuration));
      }
      // Stored before the stop: if the function dies during the stop, the next check knows why the job stopped.
      // The month may look different by now: then it is looked at again.
      if (!(await state.noteStopping(job, clock(), cap, ifLine)) && ifLine !== undefined) return;
      const { at, result } = await once(key, async () => {
        try {
          return await stopJob(job);
        } catch (error) {
          // While a deployment switches to observe, the role may change before the code. The retry then observes.
          if (isDenied(error)) await state.noteDenied(job);
          throw error;
        }
      });
      await state.noteStopped(job, clock());
      await record({ resource, key, action: 'stop-job', reason, at, result, numbers });
      if (result === 'already ended') return;
      await notify(stopNotice(action, { kind: 'stopped' }, configuration));
    },

    async endPool(action, { once, notify, record }) {
      const { key, resource, job, numbers } = action;
      const { at, result: answer } = await once(key, () => endPool(job));
      const result = mayQuote(configuration) ? answer : answer.replace(/^refused: .*$/s, 'refused');
      const reason = 'Ground Control stopped its job';
      await record({ resource, key, action: 'end-pool', reason, at, result, numbers });
      if (result === 'ended') await notify(poolNotice(action, configuration));
    },

    async schedule(action) {
      if (action.kind === 'arm-budget') await deadlines.arm(action.job, action.at, action.before);
      else await deadlines.disarm(action.job, action.before);
    },
  };
}
