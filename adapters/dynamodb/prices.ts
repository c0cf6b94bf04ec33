/**
 * Prices of instance types in the table, one item each. A price is fresh for a day and usable for 30 days. Fresh prices
 * are also kept in memory, so that a warm function does not read them for each event.
 */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { fineUsd } from '../../domain/cost/money.ts';
import type { ListedPrice } from '../../domain/cost/prices.ts';
import type { Component } from '../../schemas/event/billing.ts';
import { secondsFromNow } from './keys.ts';

/** A stored answer of the Price List. `price` is absent when the Price List has none for the instance type. */
export interface CachedPrice {
  readonly price: ListedPrice | undefined;
  /** It was read within the last 24 hours. */
  readonly isFresh: boolean;
}

export interface PriceCache {
  readonly recall: (region: string, component: Component, type: string) => Promise<CachedPrice | undefined>;
  /** Stores the answer of the Price List; undefined for no price. */
  readonly keep: (
    region: string,
    component: Component,
    type: string,
    answer: PriceAnswer | undefined,
  ) => Promise<CachedPrice>;
}

/** An answer of the Price List. */
export interface PriceAnswer {
  /** USD per hour as a decimal number. */
  readonly perHour: string;
  /** The day of a sample price; absent for a price of AWS. */
  readonly sampleOf?: string | undefined;
}

const DAY = 86_400_000;
/** Days for which a stored price is used while the Price List does not answer. */
const DAYS_KEPT = 30;

const Kept = z.object({
  perHour: z.optional(z.string()),
  asOf: z.string(),
  readAt: z.number(),
  isSample: z.optional(z.boolean()),
});
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

    async keep(region, component, type, answer) {
      const now = new Date();
      const kept = toKept(answer, now);
      const item = { ...keyOf(region, component, type), ...kept, expiresAt: secondsFromNow(DAYS_KEPT) };
      await client.send(new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }));
      return toPrice(kept);
    },
  };
}

/** How the table keeps an answer that was read at `now`. */
function toKept(answer: PriceAnswer | undefined, now: Date): Kept {
  const { perHour, sampleOf } = answer ?? {};
  const asOf = sampleOf ?? now.toISOString().slice(0, 10);
  return { perHour, asOf, readAt: now.getTime(), isSample: sampleOf === undefined ? undefined : true };
}

function toPrice(kept: Kept): CachedPrice {
  const { perHour, asOf, isSample } = kept;
  const price = perHour === undefined ? undefined : fineUsd(perHour);
  return { price: price === undefined ? undefined : { perHour: price, asOf, isSample }, isFresh: isFresh(kept) };
}

/** `answer` as a cache would return it at `now`. */
export const asCached = (answer: PriceAnswer | undefined, now: Date): CachedPrice => toPrice(toKept(answer, now));
