/**
 * What jobs cost, with configured prices and those of the Price List. A tuning job costs the sum of its training jobs.
 */

import type { SpotShares } from '../../adapters/dynamodb/spot-shares.ts';
import type { PriceList } from '../../adapters/pricing/price-list.ts';
import type { TrainingJobsOf } from '../../adapters/sagemaker/tuned-jobs.ts';
import { judge } from '../../domain/change/outcome.ts';
import { type CostPart, isPriced, type Metered, meter, type Prices, sumOf } from '../../domain/cost/meter.ts';
import { configuredPrice, type ListedPrice, pricesIn } from '../../domain/cost/prices.ts';
import { paidShareOf, type SpotShare, spotShareOf } from '../../domain/cost/spot.ts';
import type { Budgets } from '../../schemas/configuration/budgets.ts';
import type { Component } from '../../schemas/event/billing.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { isChargedEnd } from './cost-of-end.ts';

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

/** What `costsWith` asks for facts that the job's description does not have. */
export interface CostSources {
  readonly list: PriceList;
  readonly trainingJobsOf: TrainingJobsOf;
  /** What the last spot jobs on instances of a type paid. */
  readonly spotShares: SpotShares['recall'];
}

/** Calculates costs. A missing price or description makes the cost unknown, never wrong. */
export function costsWith(configured: Budgets['prices'], { list, trainingJobsOf, spotShares }: CostSources): Costs {
  const pricesFor = async (region: string, changes: readonly StateChange[]): Promise<Prices> => {
    const listed = new Map<string, ListedPrice>();
    const shares = new Map<string, SpotShare | undefined>();
    for (const { billing, instances } of changes) {
      const isEstimated = billing?.spot === true && billing.billableSeconds === undefined;
      for (const { type } of instances) {
        await lookUp(region, billing?.component, type, listed);
        if (isEstimated && !shares.has(type)) shares.set(type, spotShareOf(await spotShares(region, type)));
      }
    }
    const price = (component: Component, type: string) => listed.get(`${component}|${type}`);
    return pricesIn(region, configured, price, (type) => shares.get(type));
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
      if (children.length === 0 && judge(change).outcome === 'running') return NOTHING_YET;
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

/**
 * The cost of an ended job for its alert. When the cost is not available, the alert is sent without it. What a spot job
 * paid is kept for the estimates of later jobs.
 */
export function costsOfAnyEnd(
  costs: Costs,
  keep: SpotShares['keep'],
  warn: Warn,
): (change: StateChange) => Promise<Metered | undefined> {
  const keepShare = async (ended: StateChange): Promise<void> => {
    const paid = paidShareOf(ended);
    if (paid === undefined || ended.region === undefined) return;
    try {
      await keep(ended.region, paid.type, paid.share);
    } catch (error) {
      // Later estimates miss one job. That is no reason to leave this alert without its cost.
      warn(`what ${ended.resource.name} paid for spot capacity could not be kept: ${wordsOf(error)}`);
    }
  };

  return async (change) => {
    if (!isChargedEnd(change)) return undefined;
    try {
      await keepShare(change);
      return await costs(change, new Date());
    } catch (error) {
      warn(`the cost of ${change.resource.type} ${change.resource.name} is not available: ${wordsOf(error)}`);
      return { notPriced: 'it could not be calculated at the time of this alert' };
    }
  };
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Logs a warning. */
export type Warn = (message: string) => void;
