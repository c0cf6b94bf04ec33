/**
 * Sums about people who gave nominal values to the same units, from which alpha and AC1 are computed.
 *
 * All are counts, so sums of days can be added, and give for any period exactly what its units give. They are kept by the
 * number of values of a unit, because both measures weigh a unit by it.
 */

/** The units that have the same number of values. */
export interface RaterSum {
  /** How many units. */
  readonly units: number;
  /** Ordered pairs of equal values, within units. */
  readonly pairs: number;
  /** How often each value was given; the key is the opaque code of the value. */
  readonly values: Readonly<Record<number, number>>;
}

/** The sums by the number of values of a unit. */
export type RaterSums = Readonly<Record<number, RaterSum>>;

export const NO_RATERS: RaterSums = {};

/** The most values of one unit that are read. A2I and Ground Truth ask at most 9 people (API references). */
export const MOST_VALUES = 50;

/** The sums of one unit. `values` are opaque codes; a missing value is left out. */
export function raterSumsOf(values: readonly number[]): RaterSums {
  const read = values.slice(0, MOST_VALUES);
  if (read.length === 0) return NO_RATERS;
  const counts = new Map<number, number>();
  for (const value of read) counts.set(value, (counts.get(value) ?? 0) + 1);
  const pairs = [...counts.values()].reduce((sum, count) => sum + count * (count - 1), 0);
  return { [read.length]: { units: 1, pairs, values: Object.fromEntries(counts) } };
}

/** The sums of all units of both. */
export function addRaterSums(one: RaterSums, other: RaterSums): RaterSums {
  const sums: Record<number, RaterSum> = { ...one };
  for (const [raters, { units, pairs, values }] of entriesOf(other)) {
    const before = sums[raters] ?? { units: 0, pairs: 0, values: {} };
    const added: Record<number, number> = { ...before.values };
    for (const [value, count] of entriesOf(values)) added[value] = (added[value] ?? 0) + count;
    sums[raters] = { units: before.units + units, pairs: before.pairs + pairs, values: added };
  }
  return sums;
}

/** The entries of a record with numeric keys. */
export const entriesOf = <T>(record: Readonly<Record<number, T>>): [number, T][] =>
  Object.entries(record).map(([key, value]) => [Number(key), value]);

/** How many units have two or more values: only these say whether people agree. */
export const pairableUnits = (sums: RaterSums): number =>
  entriesOf(sums).reduce((sum, [raters, { units }]) => (raters < 2 ? sum : sum + units), 0);

/** The share of pairs of answers that are equal, averaged over units; `null` when no unit has two values. */
export function pairAgreement(sums: RaterSums): number | null {
  const units = pairableUnits(sums);
  if (units === 0) return null;
  const equal = entriesOf(sums).reduce(
    (sum, [raters, { pairs }]) => (raters < 2 ? sum : sum + pairs / (raters * (raters - 1))),
    0,
  );
  return equal / units;
}
