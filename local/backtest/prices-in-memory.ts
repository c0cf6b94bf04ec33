/** Keeps prices from the Price List in memory, for commands that must not write to the table. */
import type { CachedPrice, PriceCache } from '../../adapters/dynamodb/prices.ts';
import { fineUsd } from '../../domain/cost/money.ts';

/** Prices that are not in memory are read with `recall`, such as from the table. */
export function pricesInMemory(recall: PriceCache['recall'] = async () => undefined): PriceCache {
  const kept = new Map<string, CachedPrice>();
  return {
    recall: async (...what) => kept.get(what.join('|')) ?? recall(...what),
    async keep(region, component, type, text) {
      const perHour = text === undefined ? undefined : fineUsd(text);
      const asOf = new Date().toISOString().slice(0, 10);
      const price = { price: perHour === undefined ? undefined : { perHour, asOf }, isFresh: true };
      kept.set([region, component, type].join('|'), price);
      return price;
    },
  };
}
