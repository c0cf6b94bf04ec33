/**
 * What the table stores about the reviews of one human review workflow on one day: counts, by field and reason. It holds
 * names of fields and labels, and never reviewed content. `domain/review/stored-day.ts` writes and reads it.
 */
import * as z from 'zod/mini';
import '../zod-english.ts';

const count = z.int().check(z.nonnegative());
/** Counts by a word of `domain/review/comparison.ts`. */
const counts = z.record(z.string(), count);

export const StoredDay = z.object({
  /** How many loops were compared, by why they began. */
  objects: counts,
  /** How many were not comparable, by why. */
  notComparable: counts,
  /** Fields that nobody answered readably. */
  skipped: count,
  /** A list, because names of fields may be any text, which objects and maps take for their own. */
  fields: z.array(
    z.object({
      /** Absent: all fields together. */
      field: z.optional(z.string()),
      reason: z.string(),
      outcomes: counts,
      /** Percent from which the band goes, answers, those that agree, and the sum of confidences in 0.01 %. */
      bands: z.array(z.tuple([count, count, count, count])),
      /** Values of a unit, units, ordered pairs of equal values, and how often each value was given. */
      people: z.array(z.tuple([count, count, count, z.array(z.tuple([count, count]))])),
    }),
  ),
});
export type StoredDay = z.output<typeof StoredDay>;
