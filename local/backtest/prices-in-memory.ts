/** Keeps prices from the Price List in memory, for commands that must not write to the table. */
import { asCached, type CachedPrice, type PriceCache } from '../../adapters/dynamodb/prices.ts';

/** Prices that are not in memory are read with `recall`, such as from the table. */
export function pricesInMemory(recall: PriceCache['recall'] = async () => undefined): PriceCache {
  const kept = new Map<string, CachedPrice>();
  return {
    recall: async (...what) => kept.get(what.join('|')) ?? recall(...what),
    async keep(region, component, type, answer) {
      const price = asCached(answer, new Date());
      kept.set([region, component, type].join('|'), price);
      return price;
    },
  };
}
