/** Months in the time zone of the budgets. A month is written as in ISO 8601: `2026-11`. */
import type { MicroUsd } from '../../cost/money.ts';

const formats = new Map<string, Intl.DateTimeFormat>();
const DAY = 24 * 60 * 60_000;

/** The month in which `instant` falls in `timeZone`, such as `2026-11`. */
export function monthOf(instant: Date, timeZone: string): string {
  if (timeZone === 'UTC') return instant.toISOString().slice(0, 7);
  // The Swedish locale writes dates as ISO 8601 does.
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit' });
  formats.set(timeZone, format);
  return format.format(instant);
}

/**
 * The first instant of the month after `month`, to the second. It is searched rather than computed, because clocks may
 * go forward or back in that night.
 */
export function endOf(month: string, timeZone: string): Date {
  const name = `${month} ${timeZone}`;
  const end = ends.get(name) ?? findEnd(month, timeZone);
  ends.set(name, end);
  return end;
}
const ends = new Map<string, Date>();

/** The first instant of `month`, to the second. */
export function startOf(month: string, timeZone: string): Date {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return endOf(new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7), timeZone);
}

/** The month after `month`. */
export const monthAfter = (month: string, timeZone: string): string => monthOf(endOf(month, timeZone), timeZone);

function findEnd(month: string, timeZone: string): Date {
  const [year = 0, number = 1] = month.split('-').map(Number);
  // No time zone is more than a day away from UTC.
  let before = Date.UTC(year, number, 1) - DAY;
  let after = before + 2 * DAY;
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (monthOf(new Date(middle), timeZone) > month) after = middle;
    else before = middle;
  }
  return new Date(after);
}

/**
 * Divides `amount`, spent evenly from `from` to `to`, among the months, in their order. The shares add up to exactly
 * `amount`.
 */
export function sharesByMonth(amount: MicroUsd, from: Date, to: Date, timeZone: string): Map<string, MicroUsd> {
  const shares = new Map<string, MicroUsd>();
  const length = Math.max(0, to.getTime() - from.getTime());
  const spentUntil = (instant: Date) =>
    length === 0 ? amount : Number((BigInt(amount) * BigInt(instant.getTime() - from.getTime())) / BigInt(length));
  let month = monthOf(from, timeZone);
  let counted = 0;
  for (let end = endOf(month, timeZone); end < to; end = endOf(month, timeZone)) {
    shares.set(month, spentUntil(end) - counted);
    counted = spentUntil(end);
    month = monthOf(end, timeZone);
  }
  return shares.set(month, amount - counted);
}

/** The name of a month in alerts: `November 2026`. */
export function nameOfMonth(month: string): string {
  const [year = '', number = '1'] = month.split('-');
  return `${NAMES[Number(number) - 1] ?? number} ${year}`;
}

const NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
