/**
 * Exact arithmetic with money.
 *
 * Amounts are whole millionths of a US dollar, so that sums are exact in any order. Prices are whole units of 1e-10
 * USD: the AWS Price List has that precision. Each amount is rounded once, half up.
 */

/** Whole millionths of a US dollar; exact up to 9 billion USD. Larger ones cannot be stored: see `isCountable`. */
export type MicroUsd = number;

/** Whole units of 1e-10 USD: the digits of the AWS Price List (`0.1150000000`). */
export type FineUsd = bigint;

const FINE_DIGITS = 10;
const FINE_IN_MICRO = 10n ** BigInt(FINE_DIGITS - 6);
const DECIMAL = /^(\d{1,9})(?:\.(\d{1,20}))?$/;

/** Reads decimal dollars (`25`, `0.115`); absent when `text` is no such number. Decimals after the tenth are cut. */
export function fineUsd(text: string): FineUsd | undefined {
  const [, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return BigInt(whole + fraction.slice(0, FINE_DIGITS).padEnd(FINE_DIGITS, '0'));
}

/** Reads decimal dollars as an amount, rounded half up; absent when `text` is no such number. */
export function microUsd(text: string): MicroUsd | undefined {
  const fine = fineUsd(text);
  return fine === undefined ? undefined : Number(rounded(fine, FINE_IN_MICRO));
}

/** Converts dollars of the configuration to an amount, to the nearest millionth. */
export const toMicroUsd = (usd: number): MicroUsd => Math.round(usd * 1_000_000);

/**
 * The cost of `seconds` (a whole number) at `perHour`. Exact only up to 9 billion USD: `exact` and `isCountable` tell.
 */
export function amountOver(perHour: FineUsd, seconds: number): MicroUsd {
  const product = Number(perHour) * seconds;
  // Sums over many jobs compute thousands of these. Doubles are many times as fast as bigints, and exact in this range.
  if (product < Number.MAX_SAFE_INTEGER / 4) return roundedQuotient(product, 3600 * Number(FINE_IN_MICRO));
  return Number(rounded(perHour * BigInt(seconds), 3600n * FINE_IN_MICRO));
}

/** `amount`; absent when it is so large that it is not exact. */
export const exact = (amount: MicroUsd): MicroUsd | undefined => (Number.isSafeInteger(amount) ? amount : undefined);

/** Longer than a month and its last checks: no month looks further ahead. Seconds. */
const LONGEST_OUTLOOK = 62 * 86_400;

/**
 * Whether all amounts of a job that has cost `amount` stay exact while it continues at `perHour`. An amount that is not
 * exact would be wrong, and the table refuses it.
 */
export const isCountable = (amount: MicroUsd, perHour: FineUsd): boolean =>
  Number.isSafeInteger(amount + amountOver(perHour, LONGEST_OUTLOOK));

/** 100 years, in seconds. Nobody plans for what comes later, and a date has a last day. */
const FOREVER = 36_525n * 86_400n;

/** Whole seconds that `amount` lasts at `perHour`; absent when nothing is charged, or it lasts more than 100 years. */
export function secondsFor(amount: MicroUsd, perHour: FineUsd): number | undefined {
  if (perHour <= 0n) return undefined;
  const seconds = (BigInt(amount) * FINE_IN_MICRO * 3600n) / perHour;
  return seconds > FOREVER ? undefined : Number(seconds);
}

/** Like `rounded`, for whole numbers that doubles hold exactly. */
function roundedQuotient(dividend: number, divisor: number): number {
  const [twice, double] = [2 * dividend + divisor, 2 * divisor];
  const quotient = Math.floor(twice / double);
  const rest = twice - quotient * double;
  return rest < 0 ? quotient - 1 : rest >= double ? quotient + 1 : quotient;
}

/** The quotient, rounded half up. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  return (dividend * 2n + divisor) / (divisor * 2n);
}

/** An amount for people: `$12.34`; with four decimals below a cent: `$0.0042`. */
export function formatUsd(amount: MicroUsd): string {
  if (amount > 0 && amount < 10_000) return `$${(amount / 1_000_000).toFixed(4)}`;
  const cents = Math.round(amount / 10_000);
  return `$${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** How much of `limit` is `amount`, in whole percent, rounded down: 99.9 % is not all. `limit` is not 0. */
export const wholePercent = (amount: MicroUsd, limit: MicroUsd): number => Math.floor((100 * amount) / limit);

/** A price for people, with all its digits and at least two decimals: `$1.515`, `$7.09`, `$25.00`. */
export function formatPrice(price: FineUsd): string {
  const digits = String(price).padStart(FINE_DIGITS + 1, '0');
  const fraction = digits.slice(-FINE_DIGITS).replace(/0+$/, '').padEnd(2, '0');
  return `$${digits.slice(0, -FINE_DIGITS)}.${fraction}`;
}
