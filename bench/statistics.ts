/** The median of `values`; NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** The value that a `share` (0 to 1) of `values` does not exceed; NaN when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/**
 * Median of the ratios of pairs. Both values of a pair were measured one after the other, so a slow moment affects
 * both.
 */
export function medianRatio(values: readonly number[], bases: readonly number[]): number {
  return median(values.map((value, at) => value / (bases[at] ?? Number.NaN)));
}

/** `value` rounded to `digits` decimals. */
export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
