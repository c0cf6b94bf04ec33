/**
 * What jobs cost, with configured prices and those of the Price List. A tuning job costs the sum of its training jobs.
 */

import type { ListedPrice } from '../../adapters/dynamodb/prices.ts';
import type { PriceList } from '../../adapters/pricing/price-list.ts';
import type { TrainingJobsOf } from '../../adapters/sagemaker/tuned-jobs.ts';
import { type CostPart, isPriced, type Metered, meter, type Prices, sumOf } from '../../domain/cost/meter.ts';
import { configuredPrice, pricesIn } from '../../domain/cost/prices.ts';
import type { Budgets } from '../../schemas/configuration/budgets.ts';
import type { Component } from '../../schemas/event/billing.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { type CostOf, isChargedEnd } from './cost-of-end.ts';

/** The cost of a job until `now`, or until its end, in micro-USD; or why it is unknown. */
export type Costs = (change: StateChange, now: Date) => Promise<Metered>;

/** The cost of a tuning job that has no training job yet. */
const NOTHING_YET: Metered = {
  kind: 'estimate',
  amount: 0,
  perHour: 0n,
  isPaused: false,
  formula: 'no training job has begun',
  saved: undefined,
  priced: { source: 'configured', asOf: '' },
};

/** Calculates costs. A missing price or description makes the cost unknown, never wrong. */
export function costsWith(configured: Budgets['prices'], list: PriceList, trainingJobsOf: TrainingJobsOf): Costs {
  const pricesFor = async (region: string, changes: readonly StateChange[]): Promise<Prices> => {
    const listed = new Map<string, ListedPrice>();
    for (const { billing, instances } of changes) {
      for (const { type } of instances) {
        await lookUp(region, billing?.component, type, listed);
      }
    }
    return pricesIn(region, configured, (component, type) => listed.get(`${component}|${type}`));
  };

  const lookUp = async (
    region: string,
    component: Component | undefined,
    type: string,
    listed: Map<string, ListedPrice>,
  ): Promise<void> => {
    const key = `${component}|${type}`;
    if (component === undefined || listed.has(key)) return;
    if (configuredPrice(configured, region, component, type) !== undefined) return;
    const price = await list(region, component, type);
    if (price !== undefined) listed.set(key, price);
  };

  return async (change, now) => {
    const { region } = change;
    if (region === undefined) return { notPriced: 'the event names no region' };
    if (change.resource.type === 'tuning-job') {
      const children = await trainingJobsOf(change.resource.name);
      if ('notPriced' in children) return children;
      if (children.length === 0 && change.endedAt === undefined) return NOTHING_YET;
      const prices = await pricesFor(region, children);
      const metered = children.map((child) => meter(child, prices, now));
      const sum = sumOf(metered);
      return isPriced(sum) ? { ...sum, parts: partsOf(children, metered, now) } : sum;
    }
    return meter(change, await pricesFor(region, [change]), now);
  };
}

/** The cost of each training job with its time span; `metered` has the costs in the order of `children`. */
const partsOf = (children: readonly StateChange[], metered: readonly Metered[], now: Date): CostPart[] =>
  children.flatMap(({ startedAt: from, endedAt: to = now }, at) => {
    const cost = metered[at];
    return from === undefined || cost === undefined || !isPriced(cost) ? [] : [{ amount: cost.amount, from, to }];
  });

/** The cost of an ended job for its alert. When the cost is not available, the alert is sent without it. */
export function costsOfAnyEnd(costs: Costs, warn: Warn): CostOf {
  return async (change) => {
    if (!isChargedEnd(change)) return undefined;
    try {
      return await costs(change, new Date());
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      warn(`the cost of ${change.resource.type} ${change.resource.name} is not available: ${why}`);
      return { notPriced: 'it could not be calculated at the time of this alert' };
    }
  };
}

/** Logs a warning. */
export type Warn = (message: string) => void;
