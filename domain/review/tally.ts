/** Adds up comparisons by flow, field and reason. Its size is bounded, however many comparisons it adds. */
import { type Comparison, type FieldComparison, type NotComparable, OTHER_FIELDS, type Reason } from './comparison.ts';
import { addSums, type FieldSums, NO_SUMS, sumsOf } from './sums.ts';

/** The most flows that are told apart, and the most fields of one flow. What is more is counted together. */
const MOST_FLOWS = 500;
const MOST_FIELDS = 300;
export const OTHER_FLOWS = '(other flows)';

/** The sums of one flow. */
export interface FlowTally {
  readonly flow: string;
  /** How many objects were compared, by why they were reviewed. */
  readonly objects: ReadonlyMap<Reason, number>;
  /** All fields together, without the parts of others. */
  readonly sums: ReadonlyMap<Reason, FieldSums>;
  readonly fields: ReadonlyMap<string, ReadonlyMap<Reason, FieldSums>>;
  readonly notComparable: ReadonlyMap<NotComparable, number>;
  /** Fields that nobody answered readably. */
  readonly skipped: number;
}

interface Growing {
  readonly objects: Map<Reason, number>;
  readonly sums: Map<Reason, FieldSums>;
  readonly fields: Map<string, Map<Reason, FieldSums>>;
  readonly notComparable: Map<NotComparable, number>;
  skipped: number;
}

export class ReviewTally {
  readonly #flows = new Map<string, Growing>();

  add({ flow, reason, fields, skipped, notComparable }: Comparison): void {
    const growing = this.#flowOf(flow);
    growing.skipped += skipped;
    if (notComparable !== undefined) {
      growing.notComparable.set(notComparable, (growing.notComparable.get(notComparable) ?? 0) + 1);
      return;
    }
    growing.objects.set(reason, (growing.objects.get(reason) ?? 0) + 1);
    for (const comparison of fields) addField(growing, reason, comparison);
  }

  #flowOf(flow: string): Growing {
    const name = this.#flows.has(flow) || this.#flows.size < MOST_FLOWS ? flow : OTHER_FLOWS;
    const known = this.#flows.get(name);
    if (known !== undefined) return known;
    const growing: Growing = {
      objects: new Map(),
      sums: new Map(),
      fields: new Map(),
      notComparable: new Map(),
      skipped: 0,
    };
    this.#flows.set(name, growing);
    return growing;
  }

  /** The sums so far, by the names of the flows. */
  flows(): FlowTally[] {
    return [...this.#flows]
      .map(([flow, tally]) => ({ flow, ...tally }))
      .toSorted((one, other) => compareNames(one.flow, other.flow));
  }
}

function addField({ sums, fields }: Growing, reason: Reason, comparison: FieldComparison): void {
  const added = sumsOf(comparison);
  const name = fields.has(comparison.field) || fields.size < MOST_FIELDS ? comparison.field : OTHER_FIELDS;
  const field = fields.get(name) ?? new Map<Reason, FieldSums>();
  fields.set(name, field);
  field.set(reason, addSums(field.get(reason) ?? NO_SUMS, added));
  if (comparison.isPart !== true) sums.set(reason, addSums(sums.get(reason) ?? NO_SUMS, added));
}

/** The same order on every machine. */
export const compareNames = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
