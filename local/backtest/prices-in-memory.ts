/** Prices of the Price List that a command keeps for itself: it reads what others keep, and writes nothing. */
import type { KeptPrice, KeptPrices } from '../../adapters/dynamodb/prices.ts';
import { fineUsd } from '../../domain/cost/money.ts';

/** What is not known here is looked up with `recall`. */
export function pricesInMemory(recall: KeptPrices['recall'] = async () => undefined): KeptPrices {
  const kept = new Map<string, KeptPrice>();
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
