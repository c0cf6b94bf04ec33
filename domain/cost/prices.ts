/** Which price holds: the operator's, then the Price List's, then the one shipped with the package. */

import type { Budgets } from '../../schemas/configuration/budgets.ts';
import type { Component } from '../../schemas/event/billing.ts';
import type { Price, Prices } from './meter.ts';
import { type FineUsd, fineUsd } from './money.ts';
import { SHIPPED_AS_OF, SHIPPED_PRICES, VOLUME_PRICES } from './shipped-prices.ts';

/** What the Price List says of instance types: `undefined` where it could not be asked, or has no price. */
export type Listed = (component: Component, type: string) => Pick<Price, 'perHour' | 'asOf'> | undefined;

/** The prices that hold in `region`. */
export function pricesIn(region: string, configured: Budgets['prices'], listed: Listed): Prices {
  return {
    instance(component, type) {
      const own = configuredPrice(configured, region, component, type);
      if (own !== undefined) return own;
      const found = listed(component, type);
      if (found !== undefined) return { ...found, source: 'price-list' };
      const shipped = fineUsd(SHIPPED_PRICES[region]?.[component]?.[type] ?? '');
      return shipped === undefined ? undefined : { perHour: shipped, source: 'shipped', asOf: SHIPPED_AS_OF };
    },
    volumeMonth: (component) => volumeMonth(region, component),
  };
}

/** The operator's price, if there is one. */
export function configuredPrice(
  configured: Budgets['prices'],
  region: string,
  component: Component,
  type: string,
): Price | undefined {
  const usd = configured[region]?.[component]?.[type];
  const perHour = usd === undefined ? undefined : fineUsd(usd.toFixed(10));
  return perHour === undefined ? undefined : { perHour, source: 'configured', asOf: '' };
}

function volumeMonth(region: string, component: Component): FineUsd {
  const prices = VOLUME_PRICES[region] ?? VOLUME_PRICES['us-east-1'];
  return fineUsd(prices?.[component] ?? '') ?? 0n;
}
