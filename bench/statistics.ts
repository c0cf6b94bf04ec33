/** The median of `values`; not a number for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** Median of the pairwise ratios: pairs are measured one after the other, so that a slow machine slows both. */
export function medianRatio(values: readonly number[], bases: readonly number[]): number {
  return median(values.map((value, at) => value / (bases[at] ?? Number.NaN)));
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
