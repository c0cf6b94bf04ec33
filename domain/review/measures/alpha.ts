/** Krippendorff's alpha: how much people agree among themselves, beyond what chance would give. */
import { entriesOf, type RaterSums } from './rater-sums.ts';

/**
 * Krippendorff's alpha for nominal values, any number of people and missing values: 1 is perfect agreement, 0 what
 * chance gives, and less than 0 systematic disagreement. `null` when no unit has two values, or when all values are
 * equal: then chance cannot be told from agreement.
 * Source: K. Krippendorff (2011), "Computing Krippendorff's alpha-reliability".
 */
export function krippendorffAlpha(sums: RaterSums): number | null {
  const totals = new Map<number, number>();
  let all = 0;
  let equal = 0;
  for (const [raters, { pairs, values }] of entriesOf(sums)) {
    // A unit with one value has nothing to be compared with.
    if (raters < 2) continue;
    equal += pairs / (raters - 1);
    for (const [value, count] of entriesOf(values)) {
      totals.set(value, (totals.get(value) ?? 0) + count);
      all += count;
    }
  }
  if (all < 2) return null;
  const expected = [...totals.values()].reduce((sum, count) => sum + count * (count - 1), 0) / (all - 1);
  // Counts are whole numbers, so this comparison is exact.
  if (totals.size < 2) return null;
  return 1 - (all - equal) / (all - expected);
}
