/** The budget function on an embedded AWS, by a clock and a policy of the test's own. */
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

interface Job {
  readonly type: Budgeted;
  readonly arn: string;
}

/** Everything is empty before each test. */
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
    /** Has it work with these services instead. */
    use: (change: (built: BudgetServices) => BudgetServices) => {
      services = change(services ?? buildBudgetServices(clock));
    },
    /** Asks about `job` at `at`, with the policy `budgets`, which is enforced unless it says otherwise. */
    ask: async (job: Job, at: Date, budgets?: object) => {
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
      return handler({ Records: [{ body: JSON.stringify(budgetCheckOf(job)) }] }, localContext('budget'));
    },
  };
}
