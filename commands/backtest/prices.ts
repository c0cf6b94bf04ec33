/** The prices of `backtest`: those of the Price List, or, without it, stand-ins from the shipped table. */
import { PricingClient } from '@aws-sdk/client-pricing';
import { type PriceList, priceListWith } from '../../adapters/pricing/price-list.ts';
import { configuredPrice, pricesIn } from '../../domain/cost/prices.ts';
import { SHIPPED_PRICES } from '../../domain/cost/shipped-prices.ts';
import { pricesInMemory } from '../../local/backtest/prices-in-memory.ts';
import type { Budgets } from '../../schemas/configuration/budgets.ts';
import type { Component } from '../../schemas/event/billing.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';

/** The region whose prices stand in for unknown ones: the shipped table has most of it. */
export const STAND_IN_REGION = 'us-east-1';

/** The prices that past jobs are judged with, and what the report says about them. */
export interface PastPrices {
  readonly list: PriceList;
  /** The day of these prices, in words. */
  readonly asOf: string;
  /** The instance types of `changes` that have a stand-in price: `ml.g5.2xlarge (Training, eu-west-1)`. */
  readonly standIns: (changes: readonly StateChange[]) => string[];
  /** How many prices could not be read from the Price List. */
  readonly failed: () => number;
}

/**
 * Prices of the Price List, with your credentials; each is requested once. `warn` gets the first failure. Throws a
 * `CredentialsProviderError` if there are no credentials.
 */
export async function askedPrices(warn: (message: string) => void): Promise<PastPrices> {
  await new PricingClient({ region: STAND_IN_REGION }).config.credentials();
  let failures = 0;
  const list = priceListWith(pricesInMemory(), (message) => {
    if (++failures === 1) warn(message);
  });
  const answers = new Map<string, ReturnType<PriceList>>();
  return {
    list(...what) {
      const key = what.join('|');
      const answer = answers.get(key) ?? list(...what);
      answers.set(key, answer);
      return answer;
    },
    asOf: 'today',
    standIns: () => [],
    failed: () => failures,
  };
}

/**
 * Prices without any call. A price that neither the policy nor the shipped table has is replaced by the price of the
 * same instance in us-east-1, for training if there is none for the same use. The guard itself never does so: it asks
 * the Price List. None stands in for prices in China, which are in another currency.
 */
export function standInPrices(configured: Budgets['prices']): PastPrices {
  const standIn = (region: string, component: Component, type: string) => {
    if (region.startsWith('cn-') || configuredPrice(configured, region, component, type) !== undefined)
      return undefined;
    if (shipped(region, component, type) !== undefined) return undefined;
    return shipped(STAND_IN_REGION, component, type) ?? shipped(STAND_IN_REGION, 'Training', type);
  };
  return {
    list: async (region, component, type) => standIn(region, component, type),
    asOf: SHIPPED_PRICES[STAND_IN_REGION]?.asOf ?? 'an unknown day',
    standIns: (changes) =>
      changes.flatMap(({ region, billing, instances }) =>
        region === undefined || billing === undefined
          ? []
          : instances.flatMap(({ type }) =>
              standIn(region, billing.component, type) === undefined
                ? []
                : [`${type} (${billing.component}, ${region})`],
            ),
      ),
    failed: () => 0,
  };
}

const shipped = (region: string, component: Component, type: string) =>
  pricesIn(region, {}, () => undefined).instance(component, type);
