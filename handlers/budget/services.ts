/** The services of the budget function. */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { type BudgetJobs, budgetJobsIn } from '../../adapters/dynamodb/budget-jobs.ts';
import { type Months, monthsIn } from '../../adapters/dynamodb/months.ts';
import { type StopLimit, stopLimitIn } from '../../adapters/dynamodb/stop-limit.ts';
import { required } from '../../adapters/environment.ts';
import { type Describe, describeWith, JOBS } from '../../adapters/sagemaker/describe.ts';
import { endPoolWith, stopJobWith } from '../../adapters/sagemaker/stop-job.ts';
import { type Deadlines, deadlinesIn } from '../../adapters/scheduler/deadlines.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { gatherCosts } from '../cost/cost-of-end.ts';
import type { Costs } from '../cost/cost-of-job.ts';
import { costsOn } from '../cost/costs-on.ts';
import { onceOn } from '../once.ts';
import { buildFoundation, type Services, servicesOn } from '../services.ts';
import { budgetPowers } from './powers.ts';

export interface BudgetServices {
  /** Handles handed-over events, and executes the actions of checks. */
  readonly services: Services;
  readonly describe: Describe<Budgeted>;
  readonly costs: Costs;
  readonly state: BudgetJobs;
  readonly months: Months;
  readonly deadlines: Deadlines;
  readonly mayStop: StopLimit;
  readonly clock: () => Date;
}

/** The services of the budget function, which may also stop jobs. */
export function buildBudgetServices(clock: () => Date = () => new Date()): BudgetServices {
  const foundation = buildFoundation();
  const { environment, configuration, dynamoDb } = foundation;
  const { STATE_TABLE } = environment;
  const client = new SageMakerClient(CLIENT_SETTINGS);
  const { costs, costOfEnd } = costsOn(foundation, client);
  const state = budgetJobsIn(STATE_TABLE, configuration.keepDays, dynamoDb);
  const deadlines = deadlinesIn(
    {
      group: required('SCHEDULE_GROUP'),
      queueArn: required('BUDGET_QUEUE_ARN'),
      roleArn: required('SCHEDULE_ROLE_ARN'),
      deadLetterArn: required('UNDELIVERED_QUEUE_ARN'),
    },
    clock,
  );
  const mayStop = stopLimitIn(STATE_TABLE, dynamoDb);
  const powers = {
    ...budgetPowers({
      state,
      mayStop,
      stopJob: stopJobWith(client),
      endPool: endPoolWith(client),
      deadlines,
      configuration,
      clock,
    }),
    once: onceOn(foundation),
  };
  return {
    services: servicesOn(foundation, { gather: gatherCosts(costOfEnd), powers }),
    describe: describeWith(JOBS, client),
    costs,
    state,
    months: monthsIn(STATE_TABLE, dynamoDb),
    deadlines,
    mayStop,
    clock,
  };
}
