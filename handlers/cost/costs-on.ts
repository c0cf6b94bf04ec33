/** What jobs cost, for functions that may ask SageMaker and the Price List. */
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { priceCacheIn } from '../../adapters/dynamodb/prices.ts';
import { spotSharesIn } from '../../adapters/dynamodb/spot-shares.ts';
import { tunedJobCacheIn } from '../../adapters/dynamodb/tuned-jobs.ts';
import { priceListWith } from '../../adapters/pricing/price-list.ts';
import { trainingJobsWith } from '../../adapters/sagemaker/tuned-jobs.ts';
import type { Metered } from '../../domain/cost/meter.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Foundation } from '../services.ts';
import { type Costs, costsOfAnyEnd, costsWith } from './cost-of-job.ts';

/** What jobs cost, and for the alert about an end what the job cost. */
export interface CostsOn {
  readonly costs: Costs;
  /** Absent when the resource has not ended, or is not charged by the hour. Never throws. */
  readonly costOfEnd: (change: StateChange) => Promise<Metered | undefined>;
}

/** Costs with the prices of the configuration, the table and the Price List. */
export function costsOn(
  { environment, configuration, dynamoDb, logger }: Foundation,
  client: SageMakerClient,
): CostsOn {
  const { STATE_TABLE } = environment;
  const warn = (message: string) => logger.warn(message);
  const spotShares = spotSharesIn(STATE_TABLE, dynamoDb);
  const costs = costsWith(configuration.budgets.prices, {
    list: priceListWith(priceCacheIn(STATE_TABLE, dynamoDb), warn),
    trainingJobsOf: trainingJobsWith(tunedJobCacheIn(STATE_TABLE, dynamoDb), client),
    spotShares: spotShares.recall,
  });
  return { costs, costOfEnd: costsOfAnyEnd(costs, spotShares.keep, warn) };
}
