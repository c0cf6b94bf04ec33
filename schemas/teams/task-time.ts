/** Times in the log of worker activity. */
import * as v from '../event/values.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/**
 * `Wed Aug 14 16:00:59 UTC 2019`, the form of Java's `Date.toString`. Of the zones, only those are read that mean one
 * offset: `UTC`, `GMT`, `Z` and `GMT+02:00`. `CST` is a zone in America, in China and in Cuba.
 */
const JAVA_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) (\d\d?) (\d\d):(\d\d):(\d\d) (UTC|GMT|UCT|Z|(?:GMT|UTC)([+-])(\d\d):?(\d\d)) (\d{4})$/;

/** Epoch milliseconds of a Java-style date; absent for any other text, and for a date that no calendar has. */
export function javaDate(text: string): number | undefined {
  const [, month = '', day, hour, minute, second, , sign, hours = 0, minutes = 0, year] = JAVA_DATE.exec(text) ?? [];
  const at = MONTHS.indexOf(month);
  if (at < 0) return undefined;
  const [d, h, m, s] = [Number(day), Number(hour), Number(minute), Number(second)];
  // A second 60 is a leap second.
  if (h > 23 || m > 59 || s > 60 || Number(hours) > 18 || Number(minutes) > 59) return undefined;
  const midnight = Date.UTC(Number(year), at, d);
  if (new Date(midnight).getUTCDate() !== d) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return midnight + ((h * 60 + m - offset) * 60 + s) * 1000;
}

/**
 * Epoch milliseconds of a time in the log: Java-style, epoch seconds or milliseconds (also as text), or ISO 8601.
 * Absent when it is missing, empty or not readable.
 * Source of the forms: developer guide, "Track worker performance" (workteam-private-tracking).
 */
export function taskTime(value: unknown): number | undefined {
  if (typeof value === 'string' && value !== '') {
    const text = value.trim();
    return javaDate(text) ?? v.instant.parse(text)?.getTime();
  }
  return typeof value === 'number' ? v.instant.parse(value)?.getTime() : undefined;
}
