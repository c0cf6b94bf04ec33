/** Gwet's AC1: agreement among people that stays meaningful when nearly all answers are the same. */
import { entriesOf, pairAgreement, type RaterSums } from './rater-sums.ts';

/**
 * Gwet's AC1 for any number of people and missing values: 1 is perfect agreement, 0 what chance gives. `categories` is
 * how many values people could choose from; by default those that occur. `null` when no unit has two values, or when
 * there is only one category.
 * Sources: K. L. Gwet (2008), "Computing inter-rater reliability and its variance in the presence of high agreement";
 * Handbook of Inter-Rater Reliability (2014) for missing values. Units with one value count in the prevalence.
 */
export function gwetAc1(sums: RaterSums, categories?: number): number | null {
  const observed = pairAgreement(sums);
  if (observed === null) return null;
  const shares = new Map<number, number>();
  let units = 0;
  for (const [raters, sum] of entriesOf(sums)) {
    units += sum.units;
    for (const [value, count] of entriesOf(sum.values)) shares.set(value, (shares.get(value) ?? 0) + count / raters);
  }
  const q = Math.max(categories ?? 0, shares.size);
  if (q < 2) return null;
  const spread = [...shares.values()].reduce((sum, share) => sum + (share / units) * (1 - share / units), 0);
  const chance = spread / (q - 1);
  return (observed - chance) / (1 - chance);
}
