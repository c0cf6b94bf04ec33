/**
 * The cost of an ended job, from its event and the prices in the table alone. The clients for SageMaker and the Price
 * List would slow down every cold start of an event function, so an event that needs them goes to the budget function.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { priceCacheIn } from '../../adapters/dynamodb/prices.ts';
import { judge } from '../../domain/change/outcome.ts';
import { type Metered, meter } from '../../domain/cost/meter.ts';
import { configuredPrice, type ListedPrice, pricesIn } from '../../domain/cost/prices.ts';
import type { Elsewhere } from '../../domain/facts.ts';
import { isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Gather } from '../services.ts';

/**
 * The cost of an ended job. `elsewhere`: only the budget function can calculate it. Absent: the resource has not ended,
 * or is not charged by the hour.
 */
export type CostOf = (change: StateChange) => Promise<Metered | Elsewhere | undefined>;

/** Gives the cost as a fact for the decision. */
export const gatherCosts =
  (costOf: CostOf): Gather =>
  async (change) => {
    const cost = await costOf(change);
    return cost === undefined ? {} : { cost };
  };

/** Whether `change` is the end of a job that is charged by the hour and has started. */
export function isChargedEnd(change: StateChange): boolean {
  if (!isBudgeted(change.resource.type) || judge(change).outcome === 'running') return false;
  return change.resource.type === 'tuning-job' || change.startedAt !== undefined;
}

/** Costs with the prices of the configuration and of the table `tableName`. */
export function costsOfEnds(tableName: string, { budgets }: FunctionConfiguration, dynamoDb: DynamoDBClient): CostOf {
  const cache = priceCacheIn(tableName, dynamoDb);
  return async (change) => {
    if (!isChargedEnd(change)) return undefined;
    const { billing, region, instances } = change;
    // Events do not say what the training jobs of a tuning job cost, nor how many seconds of spot capacity are billed.
    // The budget function also keeps what each spot job paid.
    if (billing === undefined || billing.spot === true) return 'elsewhere';
    if (region === undefined) return { notPriced: 'the event names no region' };
    const listed = new Map<string, ListedPrice>();
    for (const { type } of billing.notPriced === undefined ? instances : []) {
      if (configuredPrice(budgets.prices, region, billing.component, type) !== undefined) continue;
      const known = await cache.recall(region, billing.component, type);
      if (known?.isFresh !== true) return 'elsewhere';
      if (known.price !== undefined) listed.set(type, known.price);
    }
    return meter(
      change,
      pricesIn(region, budgets.prices, (_component, type) => listed.get(type)),
      new Date(),
    );
  };
}
