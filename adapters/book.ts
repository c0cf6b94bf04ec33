/** Enters a job into the ledgers of its monthly budgets. */
import {
  type Allowance,
  allowanceOf,
  type Booked,
  type BookingFacts,
  bookedBy,
  type ClaimEntry,
  entriesFor,
} from '../domain/budget/booking.ts';
import type { Granted } from '../domain/budget/ledger.ts';
import type { Ledgers } from './ledgers.ts';

/** What they leave the job of `facts`, and where it stands from now on. Doing it twice does no harm. */
export async function book(
  ledgers: Ledgers,
  facts: BookingFacts,
  warnAt: readonly number[],
): Promise<{ readonly allowance: Allowance; readonly booked: readonly Booked[] }> {
  const entries = entriesFor(facts);
  const claims: ClaimEntry[] = [];
  for (const entry of entries) {
    const { tag, value, month, key } = entry;
    const place = { tag, value, month, key };
    if (entry.kind === 'claim') claims.push(entry);
    else if (entry.kind === 'close') await ledgers.close(place, entry.amount);
    else await ledgers.drop(place);
  }
  const granted: { entry: ClaimEntry; result: Granted }[] = [];
  for (const entry of claims) {
    // What one month does not have for it, it need not hold in another.
    const wanted = Math.min(entry.claim.wanted, ...granted.map(({ result }) => result.holding.upTo));
    granted.push({ entry, result: await claim(ledgers, entry, wanted, facts.now) });
  }
  const least = Math.min(...granted.map(({ result }) => result.holding.upTo));
  for (const { entry, result } of granted) {
    if (result.holding.upTo > least) await claim(ledgers, entry, least, facts.now);
  }
  return { allowance: allowanceOf(facts, granted, warnAt), booked: bookedBy(entries) };
}

function claim(ledgers: Ledgers, { tag, value, month, key, budget, claim }: ClaimEntry, wanted: number, now: Date) {
  return ledgers.claim({ tag, value, month, key }, budget, { ...claim, wanted }, now);
}
