/** The services of the budget function and of reconciliation, which may ask SageMaker and the Price List for costs. */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { type BudgetJobs, budgetJobsIn } from '../../adapters/dynamodb/budget-jobs.ts';
import { type Months, monthsIn } from '../../adapters/dynamodb/months.ts';
import { priceCacheIn } from '../../adapters/dynamodb/prices.ts';
import { spotSharesIn } from '../../adapters/dynamodb/spot-shares.ts';
import { type StopLimit, stopLimitIn } from '../../adapters/dynamodb/stop-limit.ts';
import { tunedJobCacheIn } from '../../adapters/dynamodb/tuned-jobs.ts';
import { required } from '../../adapters/environment.ts';
import { priceListWith } from '../../adapters/pricing/price-list.ts';
import { type Describe, describeWith, JOBS } from '../../adapters/sagemaker/describe.ts';
import { endPoolWith, stopJobWith } from '../../adapters/sagemaker/stop-job.ts';
import { trainingJobsWith } from '../../adapters/sagemaker/tuned-jobs.ts';
import { type Deadlines, deadlinesIn } from '../../adapters/scheduler/deadlines.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { gatherCosts } from '../cost/cost-of-end.ts';
import { type Costs, costsOfAnyEnd, costsWith } from '../cost/cost-of-job.ts';
import { handOverToLabeling } from '../labeling/hand-over.ts';
import { onceOn } from '../once.ts';
import { buildFoundation, type Foundation, type Gather, type Services, servicesOn } from '../services.ts';
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

interface Prices {
  readonly costs: Costs;
  readonly gather: Gather;
}

/** What jobs cost, and for the alert about an end what the job cost. */
function pricesOn({ environment, configuration, dynamoDb, logger }: Foundation, client: SageMakerClient): Prices {
  const { STATE_TABLE } = environment;
  const warn = (message: string) => logger.warn(message);
  const spotShares = spotSharesIn(STATE_TABLE, dynamoDb);
  const costs = costsWith(configuration.budgets.prices, {
    list: priceListWith(priceCacheIn(STATE_TABLE, dynamoDb), warn),
    trainingJobsOf: trainingJobsWith(tunedJobCacheIn(STATE_TABLE, dynamoDb), client),
    spotShares: spotShares.recall,
  });
  return { costs, gather: gatherCosts(costsOfAnyEnd(costs, spotShares.keep, warn)) };
}

/** The services of reconciliation. Its alerts say what a job cost; ended labeling jobs go to the labeling function. */
export function reconciliationServicesOn(foundation: Foundation, client: SageMakerClient): Services {
  const labeling = handOverToLabeling(foundation.configuration);
  const { gather } = pricesOn(foundation, client);
  return servicesOn(foundation, {
    gather: async (change) => ({ ...(await labeling(change)), ...(await gather(change)) }),
  });
}

/** The services of the budget function, which may also stop jobs. */
export function buildBudgetServices(clock: () => Date = () => new Date()): BudgetServices {
  const foundation = buildFoundation();
  const { environment, configuration, dynamoDb } = foundation;
  const { STATE_TABLE } = environment;
  const client = new SageMakerClient(CLIENT_SETTINGS);
  const { costs, gather } = pricesOn(foundation, client);
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
    services: servicesOn(foundation, { gather, powers }),
    describe: describeWith(JOBS, client),
    costs,
    state,
    months: monthsIn(STATE_TABLE, dynamoDb),
    deadlines,
    mayStop,
    clock,
  };
}
