/**
 * What a job cost that has ended, as far as its event and the table tell. The clients that could ask for more are too large
 * for the functions of events: what they would have to ask for, the budget function does.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ListedPrice, priceCacheIn } from '../../adapters/dynamodb/prices.ts';
import { judge } from '../../domain/change/outcome.ts';
import { type Metered, meter } from '../../domain/cost/meter.ts';
import { configuredPrice, pricesIn } from '../../domain/cost/prices.ts';
import type { Elsewhere } from '../../domain/facts.ts';
import { isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Gather } from '../services.ts';

/** The cost of an ended job; `elsewhere` where only the budget function can find it out. Absent: not ended, or not charged by the hour. */
export type CostOf = (change: StateChange) => Promise<Metered | Elsewhere | undefined>;

/** Gathers the cost. */
export const gatherCosts =
  (costOf: CostOf): Gather =>
  async (change) => {
    const cost = await costOf(change);
    return cost === undefined ? {} : { cost };
  };

/** Whether a change tells the end of something that is charged by the hour. */
export function isChargedEnd(change: StateChange): boolean {
  if (!isBudgeted(change.resource.type) || judge(change).outcome === 'running') return false;
  return change.resource.type === 'tuning-job' || change.startedAt !== undefined;
}

/** Costs from the table `tableName`. */
export function costsOfEnds(tableName: string, { budgets }: FunctionConfiguration, dynamoDb: DynamoDBClient): CostOf {
  const cache = priceCacheIn(tableName, dynamoDb);
  return async (change) => {
    if (!isChargedEnd(change)) return undefined;
    const { billing, region, instances } = change;
    // What a tuning job's training jobs cost, and for how long spot capacity is charged, no event tells.
    if (billing === undefined || (billing.spot === true && billing.billableSeconds === undefined)) return 'elsewhere';
    if (region === undefined) return { notPriced: 'the event does not say in which region it ran' };
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
