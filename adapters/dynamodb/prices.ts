/** Prices of instance types in the table, one item each. A price is fresh for a day and usable for 30 days. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Price } from '../../domain/cost/meter.ts';
import { fineUsd } from '../../domain/cost/money.ts';
import type { Component } from '../../schemas/event/billing.ts';
import { secondsFromNow } from './keys.ts';

/** A price of the Price List: its USD per hour, and the day on which it was read. */
export type ListedPrice = Pick<Price, 'perHour' | 'asOf'>;

/** A stored answer of the Price List. `price` is absent when the Price List has none for the instance type. */
export interface CachedPrice {
  readonly price: ListedPrice | undefined;
  /** It was read within the last 24 hours. */
  readonly isFresh: boolean;
}

export interface PriceCache {
  readonly recall: (region: string, component: Component, type: string) => Promise<CachedPrice | undefined>;
  /** Stores the answer of the Price List: USD per hour as a decimal number, or undefined for no price. */
  readonly keep: (
    region: string,
    component: Component,
    type: string,
    perHour: string | undefined,
  ) => Promise<CachedPrice>;
}

const DAY = 86_400_000;
/** Days for which a stored price is used while the Price List does not answer. */
const DAYS_KEPT = 30;

const Kept = z.object({ perHour: z.optional(z.string()), asOf: z.string(), readAt: z.number() });

/** The prices in the table called `TableName`. */
export function priceCacheIn(TableName: string, client: DynamoDBClient): PriceCache {
  const keyOf = (region: string, component: Component, type: string) => ({
    pk: `price#${region}|${component}|${type}`,
    sk: 'price',
  });

  return {
    async recall(...what) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: marshall(keyOf(...what)) }));
      const kept = Item === undefined ? undefined : Kept.safeParse(unmarshall(Item)).data;
      return kept === undefined ? undefined : toPrice(kept);
    },

    async keep(region, component, type, perHour) {
      const now = new Date();
      const kept = { perHour, asOf: now.toISOString().slice(0, 10), readAt: now.getTime() };
      const item = { ...keyOf(region, component, type), ...kept, expiresAt: secondsFromNow(DAYS_KEPT) };
      await client.send(new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }));
      return toPrice(kept);
    },
  };
}

function toPrice({ perHour, asOf, readAt }: z.output<typeof Kept>): CachedPrice {
  const price = perHour === undefined ? undefined : fineUsd(perHour);
  return { price: price === undefined ? undefined : { perHour: price, asOf }, isFresh: Date.now() - readAt < DAY };
}
