/** Enters a job into the ledgers of its monthly budgets. */

import type { Ledgers } from '../../adapters/dynamodb/ledgers.ts';
import {
  type Allowance,
  allowanceOf,
  type BookingFacts,
  bookedBy,
  bookedMeanwhile,
  type ClaimEntry,
  entriesFor,
} from '../../domain/budget/booking.ts';
import type { Booked } from '../../domain/budget/checked.ts';
import type { Granted } from '../../domain/budget/ledger.ts';

/** Where a job is about to stand, before it is entered there. */
export type NoteMeanwhile = (booked: readonly Booked[]) => Promise<void>;

/**
 * What they leave the job of `facts`, and where it stands from now on. Doing it twice does no harm: what has ended stays
 * ended, and a claim takes the place of the last one.
 */
export async function book(
  ledgers: Ledgers,
  facts: BookingFacts,
  warnAt: readonly number[],
  note: NoteMeanwhile,
): Promise<{ readonly allowance: Allowance; readonly booked: readonly Booked[] }> {
  const entries = entriesFor(facts);
  const meanwhile = bookedMeanwhile(facts, entries);
  if (meanwhile !== undefined) await note(meanwhile);
  const claims: ClaimEntry[] = [];
  for (const entry of entries) {
    const { tag, value, month, key } = entry;
    const place = { tag, value, month, key };
    if (entry.kind === 'claim') claims.push(entry);
    else if (entry.kind === 'close') await ledgers.close(place, entry.amount, entry.at);
    else await ledgers.drop(place);
  }
  const granted: { entry: ClaimEntry; result: Granted }[] = [];
  for (const entry of claims) {
    // What one month does not have for it, it need not hold in another.
    const wanted = Math.min(entry.claim.wanted, ...granted.map(({ result }) => result.holding.upTo));
    granted.push({ entry, result: await claim(ledgers, entry, wanted, facts.now) });
  }
  const least = Math.min(...granted.map(({ result }) => result.holding.upTo));
  for (const one of granted) {
    const { entry, result } = one;
    if (result.holding.upTo <= least) continue;
    const again = await claim(ledgers, entry, least, facts.now);
    one.result = { ...again, toAsk: [...result.toAsk, ...again.toAsk] };
  }
  return { allowance: allowanceOf(facts, granted, warnAt), booked: bookedBy(facts, entries) };
}

function claim(ledgers: Ledgers, { tag, value, month, key, budget, claim }: ClaimEntry, wanted: number, now: Date) {
  return ledgers.claim({ tag, value, month, key }, budget, { ...claim, wanted }, now);
}
