/**
 * Sums as counters with flat names, such as `confirmed`, `band90n` and `people3value1`. A table that can only add to
 * attributes of an item (DynamoDB: ADD works on top-level attributes) adds each of them, and reads the sums back.
 */
import { OUTCOMES, type Outcome } from './comparison.ts';
import type { BandSum } from './measures/bands.ts';
import { entriesOf, type RaterSum } from './measures/rater-sums.ts';
import type { FieldSums } from './sums.ts';

/** Whole numbers by name; none is 0. */
export type Counters = Readonly<Record<string, number>>;

/** The counters of `sums`. Adding counters by name gives the counters of the added sums. */
export function countersOf({ outcomes, bands, people }: FieldSums): Counters {
  const counters: Record<string, number> = {};
  const set = (name: string, count: number): void => {
    if (count !== 0) counters[name] = count;
  };
  for (const outcome of OUTCOMES) set(outcome, outcomes[outcome] ?? 0);
  for (const [from, { n, agreed, confidence }] of entriesOf(bands)) {
    set(`band${from}n`, n);
    set(`band${from}agreed`, agreed);
    set(`band${from}confidence`, confidence);
  }
  for (const [raters, { units, pairs, values }] of entriesOf(people)) {
    set(`people${raters}units`, units);
    set(`people${raters}pairs`, pairs);
    for (const [value, count] of entriesOf(values)) set(`people${raters}value${value}`, count);
  }
  return counters;
}

const BAND = /^band(\d{1,3})(n|agreed|confidence)$/;
const PEOPLE = /^people(\d{1,3})(units|pairs|value)(\d{0,6})$/;

/** The sums of `counters`. Other names are left out: the item of a table has more attributes. */
export function sumsFrom(counters: Counters): FieldSums {
  const outcomes: Partial<Record<Outcome, number>> = {};
  const bands: Record<number, BandSum> = {};
  const people: Record<number, RaterSum> = {};
  for (const [name, count] of Object.entries(counters)) {
    const outcome = OUTCOMES.find((one) => one === name);
    if (outcome !== undefined) outcomes[outcome] = count;
    const [, from, part] = BAND.exec(name) ?? [];
    if (from !== undefined && part !== undefined) {
      const before = bands[Number(from)] ?? { n: 0, agreed: 0, confidence: 0 };
      bands[Number(from)] =
        part === 'n'
          ? { ...before, n: count }
          : part === 'agreed'
            ? { ...before, agreed: count }
            : { ...before, confidence: count };
    }
    const [, raters, kind, value = ''] = PEOPLE.exec(name) ?? [];
    if (raters !== undefined) {
      const before = people[Number(raters)] ?? { units: 0, pairs: 0, values: {} };
      people[Number(raters)] =
        kind === 'units'
          ? { ...before, units: count }
          : kind === 'pairs'
            ? { ...before, pairs: count }
            : { ...before, values: { ...before.values, [Number(value)]: count } };
    }
  }
  return { outcomes, bands, people };
}
