/** Adds up comparisons by flow, field and reason. Its size is bounded, however many comparisons it adds. */
import {
  type Comparison,
  type FieldComparison,
  type NotComparable,
  OTHER_FIELDS,
  OTHER_LABELS,
  type Reason,
} from './comparison.ts';
import { addSums, type FieldSums, NO_SUMS, sumsOf } from './sums.ts';

/** The most flows that are told apart, and the most fields of one flow. What is more is counted together. */
const MOST_FLOWS = 500;
const MOST_FIELDS = 300;
export const OTHER_FLOWS = '(other flows)';

/** The sums of one flow. */
export interface FlowTally {
  /** The name by which it is shown: the flow's name, or its ARN if another flow has the same name. */
  readonly flow: string;
  /** The flow's name, by which it is configured. */
  readonly name: string;
  /** How many objects were compared, by why they were reviewed. */
  readonly objects: ReadonlyMap<Reason, number>;
  /** All fields together, without the parts of others. */
  readonly sums: ReadonlyMap<Reason, FieldSums>;
  readonly fields: ReadonlyMap<string, ReadonlyMap<Reason, FieldSums>>;
  readonly notComparable: ReadonlyMap<NotComparable, number>;
  /** Fields that nobody answered readably. */
  readonly skipped: number;
}

type Fields = Map<string, Map<Reason, FieldSums>>;

interface Growing {
  readonly name: string;
  readonly arn: string | undefined;
  readonly objects: Map<Reason, number>;
  readonly sums: Map<Reason, FieldSums>;
  readonly fields: Fields;
  /** By names that people wrote. Nobody sees a name that does not turn out to be one of `fields`. */
  readonly written: Fields;
  readonly notComparable: Map<NotComparable, number>;
  skipped: number;
}

export class ReviewTally {
  readonly #flows = new Map<string, Growing>();

  add({ flow, arn, reason, fields, skipped, notComparable }: Comparison): void {
    const growing = this.#flowOf(flow, arn);
    growing.skipped += skipped;
    if (notComparable !== undefined) {
      growing.notComparable.set(notComparable, (growing.notComparable.get(notComparable) ?? 0) + 1);
      return;
    }
    growing.objects.set(reason, (growing.objects.get(reason) ?? 0) + 1);
    for (const comparison of fields) addField(growing, reason, comparison);
  }

  #flowOf(flow: string, arn: string | undefined): Growing {
    const hasRoom = this.#flows.has(arn ?? flow) || this.#flows.size < MOST_FLOWS;
    const key = hasRoom ? (arn ?? flow) : OTHER_FLOWS;
    const known = this.#flows.get(key);
    if (known !== undefined) return known;
    const growing: Growing = {
      name: hasRoom ? flow : OTHER_FLOWS,
      arn: hasRoom ? arn : undefined,
      objects: new Map(),
      sums: new Map(),
      fields: new Map(),
      written: new Map(),
      notComparable: new Map(),
      skipped: 0,
    };
    this.#flows.set(key, growing);
    return growing;
  }

  /** The sums so far, by the names of the flows. */
  flows(): FlowTally[] {
    const all = [...this.#flows.values()];
    const counts = new Map<string, number>();
    for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
    return all
      .map(({ arn, written, fields, ...tally }) => ({
        ...tally,
        flow: (counts.get(tally.name) ?? 0) > 1 ? (arn ?? tally.name) : tally.name,
        fields: withWritten(fields, written),
      }))
      .toSorted((one, other) => compareNames(one.flow, other.flow));
  }
}

function addField({ sums, fields, written }: Growing, reason: Reason, comparison: FieldComparison): void {
  const added = sumsOf(comparison);
  const { field, written: name, isPart } = comparison;
  if (name !== undefined && (written.has(name) || written.size < MOST_FIELDS)) addTo(written, name, reason, added);
  else addTo(fields, fields.has(field) || fields.size < MOST_FIELDS ? field : OTHER_FIELDS, reason, added);
  if (isPart !== true) sums.set(reason, addSums(sums.get(reason) ?? NO_SUMS, added));
}

function addTo(fields: Fields, name: string, reason: Reason, added: FieldSums): void {
  const field = fields.get(name) ?? new Map<Reason, FieldSums>();
  fields.set(name, field);
  field.set(reason, addSums(field.get(reason) ?? NO_SUMS, added));
}

/** Labels that people wrote count for the label of this name if the model gave it, too; others have no name. */
function withWritten(fields: Fields, written: Fields): Fields {
  const all: Fields = new Map([...fields].map(([name, byReason]) => [name, new Map(byReason)]));
  for (const [name, byReason] of written)
    for (const [reason, sums] of byReason) addTo(all, fields.has(name) ? name : OTHER_LABELS, reason, sums);
  return all;
}

/** The same order on every machine. */
export const compareNames = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
