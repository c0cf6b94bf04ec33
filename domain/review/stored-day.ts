/** Writes the sums of a day as they are stored, and reads them. */
import type { StoredDay } from '../../schemas/stored/review-day.ts';
import { NOT_COMPARABLE, type NotComparable, OUTCOMES, REASONS, type Reason } from './comparison.ts';
import type { DaySums, FieldOfDay } from './day-sums.ts';
import { entriesOf } from './measures/rater-sums.ts';

/** `day` as it is stored. */
export const storedDay = ({ objects, notComparable, skipped, fields }: DaySums): StoredDay => ({
  objects: Object.fromEntries(objects),
  notComparable: Object.fromEntries(notComparable),
  skipped,
  fields: fields.map(({ field, reason, sums: { outcomes, bands, people } }) => ({
    ...(field !== undefined && { field }),
    reason,
    outcomes: { ...outcomes },
    bands: entriesOf(bands).map(([from, { n, agreed, confidence }]) => [from, n, agreed, confidence]),
    people: entriesOf(people).map(([raters, { units, pairs, values }]) => [raters, units, pairs, entriesOf(values)]),
  })),
});

/** The sums in `stored`. Throws when it names a reason that this version does not know: it would lose counts. */
export const dayOf = ({ objects, notComparable, skipped, fields }: StoredDay): DaySums => ({
  objects: new Map(Object.entries(objects).map(([reason, count]) => [reasonIn(reason), count])),
  notComparable: new Map(Object.entries(notComparable).map(([why, count]) => [whyIn(why), count])),
  skipped,
  fields: fields.map(
    ({ field, reason, outcomes, bands, people }): FieldOfDay => ({
      field,
      reason: reasonIn(reason),
      sums: {
        outcomes: Object.fromEntries(Object.entries(outcomes).map(([word, count]) => [outcomeIn(word), count])),
        bands: Object.fromEntries(bands.map(([from, n, agreed, confidence]) => [from, { n, agreed, confidence }])),
        people: Object.fromEntries(
          people.map(([raters, units, pairs, values]) => [
            raters,
            { units, pairs, values: Object.fromEntries(values) },
          ]),
        ),
      },
    }),
  ),
});

const reasonIn = (word: string): Reason => oneOf(REASONS, word);
const outcomeIn = (word: string) => oneOf(OUTCOMES, word);
const whyIn = (word: string): NotComparable => oneOf(keysOf(NOT_COMPARABLE), word);

function oneOf<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((one) => one === word);
  if (found === undefined)
    throw new Error(`a stored day of reviews has the word ${JSON.stringify(word)}, which this version does not know`);
  return found;
}

/** `Object.keys`, typed. */
function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[];
function keysOf(record: object): string[] {
  return Object.keys(record);
}
