/**
 * The sums of one flow over one day, as the table keeps them. They hold names of fields and labels, and numbers.
 *
 * They are exact: the sums of several days, added, are those of all comparisons of these days.
 */
import type { Comparison, FieldComparison, NotComparable, Reason } from './comparison.ts';
import { OTHER_FIELDS, OTHER_LABELS } from './comparison.ts';
import { addSums, type FieldSums, NO_SUMS, sumsOf } from './sums.ts';
import type { FlowTally } from './tally.ts';

/** The most fields of a flow that are told apart on a day: an item of the table has at most 400 KB. */
export const MOST_FIELDS = 100;

export interface FieldOfDay {
  /** Absent: all fields of the flow together, without parts of others. */
  readonly field: string | undefined;
  readonly reason: Reason;
  readonly sums: FieldSums;
}

export interface DaySums {
  /** How many objects were compared, by why they were reviewed. */
  readonly objects: ReadonlyMap<Reason, number>;
  readonly notComparable: ReadonlyMap<NotComparable, number>;
  /** Fields that nobody answered readably. */
  readonly skipped: number;
  readonly fields: readonly FieldOfDay[];
}

export const NO_DAY: DaySums = { objects: new Map(), notComparable: new Map(), skipped: 0, fields: [] };

/** `day`, and what one more loop says. */
export function dayWith(day: DaySums, { reason, fields, skipped, notComparable }: Comparison): DaySums {
  const counted = { ...day, skipped: day.skipped + skipped };
  if (notComparable !== undefined) return { ...counted, notComparable: added(day.notComparable, [[notComparable, 1]]) };
  const sums = new FieldTable(day.fields);
  for (const comparison of fields) {
    const of = sumsOf(comparison);
    sums.add(sums.nameOf(comparison), reason, of);
    if (comparison.isPart !== true) sums.add(undefined, reason, of);
  }
  return { ...counted, objects: added(day.objects, [[reason, 1]]), fields: sums.entries() };
}

/** The sums of `days` together, as those of the flow called `flow`. */
export function tallyOfDays(flow: string, days: readonly DaySums[]): FlowTally {
  const fields = new FieldTable(days.flatMap((day) => day.fields));
  return {
    flow,
    name: flow,
    objects: days.reduce((all, { objects }) => added(all, objects), NO_DAY.objects),
    notComparable: days.reduce((all, { notComparable }) => added(all, notComparable), NO_DAY.notComparable),
    skipped: days.reduce((sum, { skipped }) => sum + skipped, 0),
    sums: fields.ofFlow(),
    fields: fields.byName(),
  };
}

/** Sums by field and reason. */
class FieldTable {
  readonly #sums = new Map<string | undefined, Map<Reason, FieldSums>>();

  constructor(fields: readonly FieldOfDay[]) {
    for (const { field, reason, sums } of fields) this.add(field, reason, sums);
  }

  /**
   * The name under which `comparison` counts. What a person wrote counts under a name only if the flow's model gave the
   * same label on this day.
   */
  nameOf({ field, written }: FieldComparison): string {
    if (field === OTHER_LABELS && written !== undefined && this.#sums.has(written)) return written;
    return this.#sums.has(field) || this.#sums.size < MOST_FIELDS ? field : OTHER_FIELDS;
  }

  add(field: string | undefined, reason: Reason, sums: FieldSums): void {
    const ofField = this.#sums.get(field) ?? new Map<Reason, FieldSums>();
    ofField.set(reason, addSums(ofField.get(reason) ?? NO_SUMS, sums));
    this.#sums.set(field, ofField);
  }

  entries(): FieldOfDay[] {
    return [...this.#sums].flatMap(([field, byReason]) =>
      [...byReason].map(([reason, sums]) => ({ field, reason, sums })),
    );
  }

  ofFlow(): ReadonlyMap<Reason, FieldSums> {
    return this.#sums.get(undefined) ?? new Map();
  }

  byName(): ReadonlyMap<string, ReadonlyMap<Reason, FieldSums>> {
    return new Map([...this.#sums].flatMap(([field, byReason]) => (field === undefined ? [] : [[field, byReason]])));
  }
}

/** The counts of both. */
function added<K>(one: ReadonlyMap<K, number>, other: Iterable<readonly [K, number]>): ReadonlyMap<K, number> {
  const counts = new Map(one);
  for (const [key, count] of other) counts.set(key, (counts.get(key) ?? 0) + count);
  return counts;
}
