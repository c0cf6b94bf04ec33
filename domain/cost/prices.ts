/** Chooses a price: the operator's, else the Price List's, else the one shipped with Ground Control. */

import type { Budgets } from '../../schemas/configuration/budgets.ts';
import type { Component } from '../../schemas/event/billing.ts';
import { lookUp } from '../../schemas/look-up.ts';
import type { Price, Prices } from './meter.ts';
import { type FineUsd, fineUsd } from './money.ts';
import { SHIPPED_PRICES, VOLUME_PRICES } from './shipped-prices.ts';
import type { SpotShare } from './spot.ts';

/** A price of the Price List: USD per hour, and the day on which it was read. A sample has the day of the sample. */
export interface ListedPrice {
  readonly perHour: FineUsd;
  readonly asOf: string;
  /** It comes from an AWS inside the process. */
  readonly isSample?: boolean | undefined;
}

/** Prices of instance types in the Price List; `undefined` when it has no price or could not be asked. */
export type Listed = (component: Component, type: string) => ListedPrice | undefined;

/**
 * The prices in `region`. `configured` are the operator's prices in `ground-control.yml`. `spotShare` says what share
 * of them spot capacity of an instance type costs; by default that is not known.
 */
export function pricesIn(
  region: string,
  configured: Budgets['prices'],
  listed: Listed,
  spotShare: (type: string) => SpotShare | undefined = () => undefined,
): Prices {
  return {
    instance(component, type) {
      const own = configuredPrice(configured, region, component, type);
      if (own !== undefined) return own;
      const found = listed(component, type);
      if (found === undefined) return shippedPrice(region, component, type);
      const { perHour, asOf, isSample } = found;
      return { perHour, asOf, source: isSample === true ? 'sample' : 'price-list' };
    },
    volumeMonth: (component) => volumeMonth(region, component),
    spotShare,
  };
}

/** The operator's price in `ground-control.yml`, if there is one. */
export function configuredPrice(
  configured: Budgets['prices'],
  region: string,
  component: Component,
  type: string,
): Price | undefined {
  const usd = lookUp(lookUp(configured, region)?.[component] ?? {}, type);
  const perHour = usd === undefined ? undefined : fineUsd(usd.toFixed(10));
  return perHour === undefined ? undefined : { perHour, source: 'configured', asOf: '' };
}

function shippedPrice(region: string, component: Component, type: string): Price | undefined {
  const shipped = lookUp(SHIPPED_PRICES, region);
  const perHour = fineUsd(lookUp(shipped?.prices[component] ?? {}, type) ?? '');
  if (shipped === undefined || perHour === undefined) return undefined;
  return { perHour, source: 'shipped', asOf: shipped.asOf, region };
}

/** The price of a volume, per GB-month. Regions without a price get the one of us-east-1. */
function volumeMonth(region: string, component: Component): FineUsd {
  const prices = lookUp(VOLUME_PRICES, region) ?? VOLUME_PRICES['us-east-1'];
  return fineUsd(prices?.[component] ?? '') ?? 0n;
}
