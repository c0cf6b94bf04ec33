/**
 * Compares the sums of the months with the items of their jobs, and corrects them.
 *
 * The two are always written together, so they differ only if somebody changed an item by hand, or through a fault. A
 * correction counts only if the month has not changed since before its jobs were read.
 */
import type { Months } from '../../adapters/dynamodb/months.ts';
import { monthOf } from '../../domain/budget/month/calendar.ts';
import {
  difference,
  isNothing,
  type LineId,
  NOTHING,
  plusSums,
  ROLES,
  type Sums,
  sumsOf,
} from '../../domain/budget/month/line.ts';
import { nameOf } from '../../domain/budget/month/month.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { AuditRecord } from '../../schemas/stored/audit-record.ts';

const HOUR = 3_600_000;
/** Running jobs are few, ended ones may be very many. Milliseconds. */
const EVERY = { running: HOUR, ended: 24 * HOUR } as const;

/** A month whose sums were corrected. */
export interface Correction {
  readonly month: LineId;
  /** What was added. */
  readonly added: Sums;
}

/** Compares the present months of all budgets at `now`, and returns those that it corrected. */
export async function correctMonths(
  months: Months,
  { budgets: { monthly }, timeZone }: Pick<FunctionConfiguration, 'budgets' | 'timeZone'>,
  now: Date,
): Promise<Correction[]> {
  const month = monthOf(now, timeZone);
  const corrections: Correction[] = [];
  for (const [tag, values] of Object.entries(monthly)) {
    for (const value of Object.keys(values)) {
      const added = await correct({ tag, value, month }, months, now);
      if (added !== undefined) corrections.push({ month: { tag, value, month }, added });
    }
  }
  return corrections;
}

/** What was added to a month; absent when it was right, was compared lately, or has changed meanwhile. */
async function correct(id: LineId, months: Months, now: Date): Promise<Sums | undefined> {
  const { revision, compared, ...line } = await months.read(id);
  const isDue = (at: Date | undefined, every: number) => at === undefined || now.getTime() - at.getTime() >= every;
  if (revision === 0 || !isDue(compared.running, EVERY.running)) return undefined;
  const withEnded = isDue(compared.ended, EVERY.ended);
  let found = NOTHING;
  for await (const { role, base, perHour } of months.jobs(
    id,
    ROLES.filter((role) => withEnded || role !== 'ended'),
  ))
    found = plusSums(found, sumsOf({ role, base, rate: perHour }));
  // Without the ended jobs, nobody can tell what the base has to be.
  const missing = difference(withEnded ? found : { ...found, base: line.base }, line);
  await months.compared(id, now, withEnded);
  if (isNothing(missing)) return undefined;
  return (await months.correct(id, revision, missing)) ? missing : undefined;
}

/** The audit record of a correction. */
export function recordOf({ month, added }: Correction, at: Date): AuditRecord {
  const numbers = Object.entries(added).flatMap(([name, value]) =>
    BigInt(value) === 0n ? [] : [[name, String(value)]],
  );
  return {
    version: 1,
    resource: `monthly-budget|${encodeURIComponent(month.tag)}/${encodeURIComponent(month.value)}`,
    key: `month-corrected|${month.month}|${at.toISOString()}`,
    action: 'month-corrected',
    reason: `the sums of ${nameOf(month)} were not those of its jobs`,
    at: at.toISOString(),
    event: { id: null, detailType: 'reconciliation' },
    result: 'corrected',
    numbers: Object.fromEntries(numbers),
  };
}
