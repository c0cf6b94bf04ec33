/**
 * Prices of instance types in the table, one item each. A price is fresh for a day and usable for 30 days. Fresh prices
 * are also kept in memory, so that a warm function does not read them for each event.
 */
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
type Kept = z.output<typeof Kept>;

const isFresh = ({ readAt }: Kept): boolean => Date.now() - readAt < DAY;

/** The prices in the table called `TableName`. */
export function priceCacheIn(TableName: string, client: DynamoDBClient): PriceCache {
  const keyOf = (region: string, component: Component, type: string) => ({
    pk: `price#${region}|${component}|${type}`,
    sk: 'price',
  });

  const inMemory = new Map<string, Kept>();

  return {
    async recall(...what) {
      const key = keyOf(...what);
      const known = inMemory.get(key.pk);
      if (known !== undefined && isFresh(known)) return toPrice(known);
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: marshall(key) }));
      const kept = Item === undefined ? undefined : Kept.safeParse(unmarshall(Item)).data;
      if (kept === undefined) return undefined;
      if (isFresh(kept)) inMemory.set(key.pk, kept);
      return toPrice(kept);
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

function toPrice(kept: Kept): CachedPrice {
  const { perHour, asOf } = kept;
  const price = perHour === undefined ? undefined : fineUsd(perHour);
  return { price: price === undefined ? undefined : { perHour: price, asOf }, isFresh: isFresh(kept) };
}
