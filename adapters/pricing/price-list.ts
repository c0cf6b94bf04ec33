/**
 * Prices of the AWS Price List. Each instance type is requested at most once a day, and its price is kept in the table.
 * Source: Price List Query API reference; attribute values as seen in its answers.
 */

import { PricingClient, paginateGetProducts } from '@aws-sdk/client-pricing';
import * as z from 'zod/mini';
import { type FineUsd, fineUsd } from '../../domain/cost/money.ts';
import type { ListedPrice } from '../../domain/cost/prices.ts';
import type { Component } from '../../schemas/event/billing.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { PriceAnswer, PriceCache } from '../dynamodb/prices.ts';
import type { Grant } from '../grant.ts';

/** IAM cannot limit the Price List to resources. */
export const READ_PRICES: Grant = { name: 'prices', statements: [{ actions: ['pricing:GetProducts'], on: ['*'] }] };

/**
 * The price of one instance type. Absent when the Price List has none; or when the request failed and the table has no
 * price of the last 30 days.
 */
export type PriceList = (region: string, component: Component, type: string) => Promise<ListedPrice | undefined>;

/** The Price List with its answers in `cache`. When a request fails, it calls `warn` and uses the stored price. */
export function priceListWith(cache: PriceCache, warn: (message: string) => void): PriceList {
  return async (region, component, type) => {
    const last = await cache.recall(region, component, type);
    if (last?.isFresh === true) return last.price;
    try {
      return (await cache.keep(region, component, type, await request(region, component, type))).price;
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      warn(`the price of ${type} (${component}, ${region}) could not be updated from the Price List: ${why}`);
      return last?.price;
    }
  };
}

const Product = z.object({
  product: z.object({ attributes: z.object({ component: z.string(), instanceName: z.string() }) }),
  terms: z.object({
    OnDemand: z.record(
      z.string(),
      z.object({
        priceDimensions: z.record(
          z.string(),
          z.object({ unit: z.string(), pricePerUnit: z.object({ USD: z.optional(z.string()) }) }),
        ),
      }),
    ),
  }),
  version: z.optional(z.string()),
  publicationDate: z.optional(z.string()),
});

/** The version of entries that are not AWS's: the AWS inside `npm start` and `npm run replay` answers with samples. */
export const SAMPLE_VERSION = 'sample';

/** The price in USD per hour, as the list writes it. Of several prices the highest; absent when none is by the hour. */
async function request(region: string, component: Component, type: string): Promise<PriceAnswer | undefined> {
  const client = new PricingClient({ ...CLIENT_SETTINGS, region: pricingRegion(region) });
  const term = (Field: string, Value: string) => ({ Type: 'TERM_MATCH' as const, Field, Value });
  const pages = paginateGetProducts(
    { client, pageSize: 100 },
    {
      ServiceCode: 'AmazonSageMaker',
      FormatVersion: 'aws_v1',
      Filters: [term('regionCode', region), term('instanceName', type), term('component', component)],
    },
  );
  const prices: PriceAnswer[] = [];
  for await (const { PriceList = [] } of pages) {
    for (const entry of PriceList) prices.push(...hourly(entry, component, type));
  }
  const fine = (price: string): FineUsd => fineUsd(price) ?? 0n;
  return prices.sort((one, other) => (fine(one.perHour) < fine(other.perHour) ? 1 : -1))[0];
}

/**
 * The hourly prices of one entry. The list also has fees of training plans and entries without an instance; they are
 * skipped.
 */
function hourly(entry: unknown, component: Component, type: string): PriceAnswer[] {
  // An entry is JSON text. The SDK wraps it in an object, which `String` unwraps.
  const { data } = Product.safeParse(JSON.parse(String(entry)));
  if (data === undefined) return [];
  const { attributes } = data.product;
  if (attributes.component !== component || attributes.instanceName !== type) return [];
  const sampleOf = data.version === SAMPLE_VERSION ? (data.publicationDate ?? '').slice(0, 10) : undefined;
  return Object.values(data.terms.OnDemand)
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .flatMap(({ unit, pricePerUnit: { USD } }) =>
      unit === 'Hrs' && USD !== undefined && (fineUsd(USD) ?? 0n) > 0n ? [{ perHour: USD, sampleOf }] : [],
    );
}

/** The region of the nearest Price List endpoint: only these have one (Price List user guide, endpoints). */
function pricingRegion(region: string): string {
  if (region.startsWith('cn-')) return 'cn-northwest-1';
  if (region.startsWith('eu-')) return 'eu-central-1';
  return region.startsWith('ap-') ? 'ap-south-1' : 'us-east-1';
}
