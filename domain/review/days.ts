/** Days in UTC, as the sums of reviews use them. */

/** Milliseconds. */
export const DAY = 86_400_000;

/** The day of `time` in UTC: `2026-11-22`. */
export const dayIn = (time: Date): string => time.toISOString().slice(0, 10);

/** The first and the last day (UTC) of the window of `windowDays` days that ends at `now`. */
export function windowOf(now: Date, windowDays: number): { readonly from: string; readonly to: string } {
  return { from: dayIn(new Date(now.getTime() - (windowDays - 1) * DAY)), to: dayIn(now) };
}

/** The Monday (UTC) of the week of `time`. */
export function mondayOf(time: Date): string {
  const sinceMonday = (time.getUTCDay() + 6) % 7;
  return dayIn(new Date(time.getTime() - sinceMonday * DAY));
}
