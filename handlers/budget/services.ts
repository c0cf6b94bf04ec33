/** The services of the budget function and of reconciliation, which may ask SageMaker and the Price List for costs. */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { type BudgetJobs, budgetJobsIn } from '../../adapters/dynamodb/budget-jobs.ts';
import { type Ledgers, ledgersIn } from '../../adapters/dynamodb/ledgers.ts';
import { priceCacheIn } from '../../adapters/dynamodb/prices.ts';
import { stopLimitIn } from '../../adapters/dynamodb/stop-limit.ts';
import { tunedJobCacheIn } from '../../adapters/dynamodb/tuned-jobs.ts';
import { required } from '../../adapters/environment.ts';
import { priceListWith } from '../../adapters/pricing/price-list.ts';
import { type Describe, describeWith, JOBS } from '../../adapters/sagemaker/describe.ts';
import { stopJobWith } from '../../adapters/sagemaker/stop-job.ts';
import { trainingJobsWith } from '../../adapters/sagemaker/tuned-jobs.ts';
import { deadlinesIn } from '../../adapters/scheduler/deadlines.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { gatherCosts } from '../cost/cost-of-end.ts';
import { type Costs, costsOfAnyEnd, costsWith } from '../cost/cost-of-job.ts';
import { handOverToLabeling } from '../labeling/hand-over.ts';
import { buildFoundation, type Foundation, type Gather, type Services, servicesOn } from '../services.ts';
import { budgetPowers } from './powers.ts';

export interface BudgetServices {
  /** Handles handed-over events, and executes the actions of checks. */
  readonly services: Services;
  readonly describe: Describe<Budgeted>;
  readonly costs: Costs;
  readonly state: BudgetJobs;
  readonly ledgers: Ledgers;
  readonly clock: () => Date;
}

function costsOf({ environment, configuration, dynamoDb, logger }: Foundation, client: SageMakerClient): Costs {
  const warn = (message: string) => logger.warn(message);
  const prices = priceListWith(priceCacheIn(environment.STATE_TABLE, dynamoDb), warn);
  return costsWith(
    configuration.budgets.prices,
    prices,
    trainingJobsWith(tunedJobCacheIn(environment.STATE_TABLE, dynamoDb), client),
  );
}

const costsOfEndsWith = (costs: Costs, { logger }: Foundation): Gather =>
  gatherCosts(costsOfAnyEnd(costs, (message) => logger.warn(message)));

/** The services of reconciliation. Its alerts say what a job cost; ended labeling jobs go to the labeling function. */
export function reconciliationServicesOn(foundation: Foundation, client: SageMakerClient): Services {
  const labeling = handOverToLabeling(foundation.configuration);
  const costs = costsOfEndsWith(costsOf(foundation, client), foundation);
  return servicesOn(foundation, {
    gather: async (change) => ({ ...(await labeling(change)), ...(await costs(change)) }),
  });
}

/** The services of the budget function, which may also stop jobs. */
export function buildBudgetServices(clock: () => Date = () => new Date()): BudgetServices {
  const foundation = buildFoundation();
  const { environment, configuration, dynamoDb } = foundation;
  const { STATE_TABLE } = environment;
  const client = new SageMakerClient(CLIENT_SETTINGS);
  const costs = costsOf(foundation, client);
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
  const powers = budgetPowers({ state, mayStop, stopJob: stopJobWith(client), deadlines, configuration, clock });
  return {
    services: servicesOn(foundation, { gather: costsOfEndsWith(costs, foundation), powers }),
    describe: describeWith(JOBS, client),
    costs,
    state,
    ledgers: ledgersIn(STATE_TABLE, configuration.keepDays, dynamoDb),
    clock,
  };
}
