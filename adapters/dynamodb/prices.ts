/** Prices as the table keeps them, one item an instance type: asked for once a day, and of use for a while after. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Price } from '../../domain/cost/meter.ts';
import { fineUsd } from '../../domain/cost/money.ts';
import type { Component } from '../../schemas/event/billing.ts';
import { secondsFromNow } from './keys.ts';

export type ListedPrice = Pick<Price, 'perHour' | 'asOf'>;

/** What is kept of one price. `price` is absent where the Price List has none. */
export interface CachedPrice {
  readonly price: ListedPrice | undefined;
  /** It was read within a day. */
  readonly isFresh: boolean;
}

export interface PriceCache {
  readonly recall: (region: string, component: Component, type: string) => Promise<CachedPrice | undefined>;
  /** Keeps what the Price List says: a decimal number of USD an hour, or nothing. */
  readonly keep: (
    region: string,
    component: Component,
    type: string,
    perHour: string | undefined,
  ) => Promise<CachedPrice>;
}

const DAY = 86_400_000;
/** Days that a price which cannot be asked for again may still be used. */
const DAYS_KEPT = 30;

const Kept = z.object({ perHour: z.optional(z.string()), asOf: z.string(), readAt: z.number() });

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
