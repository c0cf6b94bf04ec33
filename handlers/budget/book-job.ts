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

/** Stores the places that a job is about to get in ledgers, before they are written. */
export type NoteMeanwhile = (booked: readonly Booked[]) => Promise<void>;

/**
 * Writes the job of `facts` into the ledgers of its budgets. Returns the money that they leave the job (micro-USD), and
 * the job's places in ledgers from now on. A repeat does no harm: a closed entry stays closed, and a claim replaces the
 * one before it. `note` is called before a new place is written, so that a later check finds the place if this one
 * dies.
 */
export async function book(
  ledgers: Ledgers,
  facts: BookingFacts,
  warnAt: readonly number[],
  note: NoteMeanwhile,
): Promise<{ readonly allowance: Allowance; readonly booked: readonly Booked[] }> {
  const entries = entriesFor(facts);
  const placesAhead = bookedMeanwhile(facts, entries);
  if (placesAhead !== undefined) await note(placesAhead);
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
    // The job cannot spend more than its shortest budget allows, so it reserves no more than that in the next one.
    const wanted = Math.min(entry.claim.wanted, ...granted.map(({ result }) => result.holding.upTo));
    granted.push({ entry, result: await claim(ledgers, entry, wanted, facts.now) });
  }
  // Budgets that were claimed first may have reserved more than a later one allows: the job gives that back.
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
