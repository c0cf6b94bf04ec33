/** The interval of a share, such as the share of answers that agree with the model. */

/** The 0.975 quantile of the normal distribution, for a two-sided interval of 95 %. */
const Z_95 = 1.959963984540054;
/** The 0.9995 quantile, for 99.9 %: an alert looks after every answer, and would be wrong often with 95 %. */
export const Z_999 = 3.290526731491926;

/** A share and its interval, each from 0 to 1. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * `count` of `n` as a share with Wilson's score interval without continuity correction; `null` when `n` is 0. It assumes
 * that the `n` answers do not depend on each other. The interval is of 95 %, or of the quantile `z`.
 * Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference".
 */
export function wilson(count: number, n: number, z = Z_95): Share | null {
  if (n <= 0) return null;
  const share = count / n;
  const scale = 1 + (z * z) / n;
  const middle = (share + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  // At the ends the formula gives exactly 0 and 1, but for the last digits of a float.
  return {
    share,
    low: count === 0 ? 0 : Math.max(0, middle - half),
    high: count === n ? 1 : Math.min(1, middle + half),
  };
}
