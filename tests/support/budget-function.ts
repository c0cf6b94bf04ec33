/** The budget function on an embedded AWS, with a clock and a policy of the test's own. */
import { beforeEach } from 'vitest';
import { decide } from '../../domain/decide.ts';
import { budgetHandler } from '../../handlers/budget/handler.ts';
import { type BudgetServices, buildBudgetServices } from '../../handlers/budget/services.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { localContext } from '../../local/play/context.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import { budgetCheckOf } from '../../schemas/message/budget-check.ts';
import { runningWith } from './running-with.ts';

interface Job {
  readonly type: Budgeted;
  readonly arn: string;
}

/** Before each test, AWS holds nothing. */
export function useBudgetFunction(aws: () => LocalAws) {
  let services: BudgetServices | undefined;
  let now = new Date();
  beforeEach(async () => {
    await aws().emptyTable();
    aws().sageMaker.resources.clear();
    aws().sageMaker.stopped.length = 0;
    aws().scheduler.schedules.clear();
    services = undefined;
    now = new Date();
  });
  const clock = () => now;
  return {
    clock,
    /** Changes the services that the function works with. */
    use: (change: (built: BudgetServices) => BudgetServices) => {
      services = change(services ?? buildBudgetServices(clock));
    },
    /** The subjects of the alerts that were sent, the oldest first. */
    subjects: () => aws().publications.map(({ subject }) => subject),
    /** The times of the schedules that have not fired, the next one first. */
    armed: () =>
      [...aws().scheduler.schedules.values()]
        .map(({ at }) => at)
        .filter((at) => at > now)
        .toSorted((one, other) => one.getTime() - other.getTime()),
    /**
     * Has the function check `job` at `at`. The policy is `budgets`, in mode `enforce` unless it says otherwise. A check
     * at `dueAt` or later serves the request too.
     */
    check: (job: Job, at: Date, budgets?: object, dueAt?: number) => deliver(budgetCheckOf(job, dueAt), at, budgets),
    /** Delivers a message of the budget queue at `at`. */
    deliver,
  };
  async function deliver(message: unknown, at: Date, budgets?: object) {
    const built = services ?? buildBudgetServices(clock);
    const inner = built.services;
    const policy = Configuration.parse({ budgets: { ...inner.configuration.budgets, mode: 'enforce', ...budgets } });
    services = {
      ...built,
      services: { ...inner, configuration: { ...inner.configuration, budgets: policy.budgets } },
    };
    now = at;
    const kept = services;
    const handler = budgetHandler(BUDGETED_JOBS, decide, () => kept);
    return runningWith({ budgets: policy.budgets }, () =>
      handler({ Records: [{ body: JSON.stringify(message) }] }, localContext('budget')),
    );
  }
}
