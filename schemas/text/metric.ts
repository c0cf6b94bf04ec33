/** Numbers of metrics, for people. */

/** `0.91`, `1.2e-7`: five significant digits. Metrics of a training that diverged are no numbers: `NaN`, `Infinity`. */
export function formatMetric(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : 'minus infinite';
  // A large number rounded to five digits would be another number.
  return Number.isSafeInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(Math.abs(value) < 1e5 ? 5 : 12)));
}
