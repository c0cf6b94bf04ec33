/** The services of functions that can ask what jobs cost: the budget function and reconciliation. */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { type BudgetState, budgetStateIn } from '../../adapters/dynamodb/budget-jobs.ts';
import { type Ledgers, ledgersIn } from '../../adapters/dynamodb/ledgers.ts';
import { keptPricesIn } from '../../adapters/dynamodb/prices.ts';
import { keptTrainingJobsIn } from '../../adapters/dynamodb/tuned-jobs.ts';
import { required } from '../../adapters/environment.ts';
import { priceListWith } from '../../adapters/pricing/price-list.ts';
import { type Describe, describeWith, JOBS } from '../../adapters/sagemaker/describe.ts';
import { stopJobWith } from '../../adapters/sagemaker/stop-job.ts';
import { billedTimeWith, trainingJobsWith } from '../../adapters/sagemaker/tuned-jobs.ts';
import { deadlinesIn } from '../../adapters/scheduler/deadlines.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { gatherCosts } from '../cost/cost-of-end.ts';
import { type Costs, costsOfAnyEnd, costsWith } from '../cost/cost-of-job.ts';
import { buildServices, type Foundation, type Services } from '../event.ts';
import { leaveToLabeling } from '../labeling/hand-over.ts';
import { guardWith } from './powers.ts';

export interface BudgetServices {
  /** For events that are handed over, and for carrying out. */
  readonly services: Services;
  readonly describe: Describe<Budgeted>;
  readonly costs: Costs;
  readonly state: BudgetState;
  readonly ledgers: Ledgers;
  readonly clock: () => Date;
}

function costsOf({ environment, configuration, dynamoDb, logger }: Foundation, client: SageMakerClient): Costs {
  const warn = (message: string) => logger.warn(message);
  const prices = priceListWith(keptPricesIn(environment.STATE_TABLE, dynamoDb), warn);
  return costsWith(
    configuration.budgets.prices,
    prices,
    trainingJobsWith(keptTrainingJobsIn(environment.STATE_TABLE, dynamoDb), client),
  );
}

/** The services of reconciliation: it tells ends with what they cost, and leaves labeling jobs to their function. */
export function buildAskingServices(client = new SageMakerClient(CLIENT_SETTINGS)): Services {
  return buildServices((foundation) => {
    const labeling = leaveToLabeling(foundation.configuration);
    const costs = gatherCosts(
      costsOfAnyEnd(costsOf(foundation, client), billedTimeWith(client), (message) => foundation.logger.warn(message)),
    );
    return async (change, event) => ({ ...(await labeling(change, event)), ...(await costs(change, event)) });
  });
}

/** The services of the budget function, which may also stop jobs. */
export function buildBudgetServices(clock: () => Date = () => new Date()): BudgetServices {
  const client = new SageMakerClient(CLIENT_SETTINGS);
  let costs: Costs | undefined;
  let state: BudgetState | undefined;
  let ledgers: Ledgers | undefined;
  const services = buildServices(
    (foundation) => {
      costs = costsOf(foundation, client);
      return gatherCosts(costsOfAnyEnd(costs, billedTimeWith(client), (message) => foundation.logger.warn(message)));
    },
    ({ environment, configuration, dynamoDb, table }) => {
      state = budgetStateIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb);
      ledgers = ledgersIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb);
      const deadlines = deadlinesIn(
        {
          group: required('SCHEDULE_GROUP'),
          queueArn: required('BUDGET_QUEUE_ARN'),
          roleArn: required('SCHEDULE_ROLE_ARN'),
          deadLetterArn: required('UNDELIVERED_QUEUE_ARN'),
        },
        clock,
      );
      return guardWith(state, table, stopJobWith(client), deadlines, clock);
    },
  );
  if (costs === undefined || state === undefined || ledgers === undefined)
    throw new Error('the services were built without their parts');
  return { services, describe: describeWith(JOBS, client), costs, state, ledgers, clock };
}
