/** Quantiles of many numbers in bounded memory. */

/** Below this, each whole number is counted on its own. Each power of two above is divided into half as many parts. */
const EXACT = 2 ** 16;

/**
 * Counts whole numbers that are not negative. Quantiles are exact below 65,536 (18 hours in seconds, a minute in
 * milliseconds), and at most 0.0031 % too low above: there each power of two is divided into 32,768 equal parts, as in
 * HdrHistogram. So a histogram of up to 30 days holds at most 240,000 counts in seconds and 570,000 in milliseconds, and
 * never more than numbers were added. The order of additions does not matter.
 */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** How many numbers were added. */
  get total(): number {
    return this.#total;
  }

  add(value: number): void {
    this.#count(partOf(value), 1);
  }

  /** Adds everything that `other` counted. */
  merge(other: Histogram): void {
    for (const [part, count] of other.#counts) this.#count(part, count);
  }

  #count(part: number, count: number): void {
    this.#counts.set(part, (this.#counts.get(part) ?? 0) + count);
    this.#total += count;
  }

  /**
   * The values at the whole `percents`, in their order; each absent when nothing was added. A value has `percent` % of
   * the numbers at or below it. Between two numbers it is their mean, so the median of 1 and 2 is 1.5 (definition 2 of
   * Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
   */
  quantiles(...percents: readonly number[]): (number | undefined)[] {
    const parts = [...this.#counts].sort(([one], [other]) => one - other);
    return percents.map((percent) => {
      // Whole numbers: 0.9 * 10 in fractions may be more than 9.
      const rank = percent * this.#total;
      const low = valueAt(parts, Math.max(1, Math.ceil(rank / 100)));
      const high = rank % 100 === 0 && percent > 0 && percent < 100 ? valueAt(parts, rank / 100 + 1) : low;
      return low === undefined || high === undefined ? undefined : (low + high) / 2;
    });
  }
}

/** The value that stands for `value`: itself, or the lowest of its part. */
function partOf(value: number): number {
  if (value < EXACT) return value;
  const width = 2 ** (Math.floor(Math.log2(value)) - 15);
  return Math.floor(value / width) * width;
}

/** The value at a rank from 1, in ascending `parts`. */
function valueAt(parts: readonly (readonly [value: number, count: number])[], rank: number): number | undefined {
  let seen = 0;
  for (const [value, count] of parts) {
    seen += count;
    if (seen >= rank) return value;
  }
  return undefined;
}
