/** The days that a report is about, in the time zone of the configuration. */

/** Milliseconds. */
const DAY = 86_400_000;
/** Milliseconds. Every time zone has been whole quarters of an hour from UTC since 1972. */
const QUARTER = 900_000;

/** The reported days, and as many days before them. Times are epoch milliseconds; ends do not belong to a period. */
export interface Period {
  /** The first and the last day, as `2026-11-16`. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly timeZone: string;
  readonly from: number;
  readonly to: number;
  /** Where the period before begins. It ends at `from`. */
  readonly before: number;
}

/** A day of the period, or of the one before. */
export type Span = 'now' | 'before';

/** The period from the beginning of `firstDay` to the end of `lastDay`, both as `2026-11-16`. */
export function periodOf(firstDay: string, lastDay: string, timeZone: string): Period {
  const [first, last] = [Date.parse(firstDay), Date.parse(lastDay)];
  const length = last - first + DAY;
  return {
    firstDay,
    lastDay,
    timeZone,
    from: startOfDay(first, timeZone),
    to: startOfDay(last + DAY, timeZone),
    before: startOfDay(first - length, timeZone),
  };
}

/**
 * The last whole period before `at`: the week from Monday to Sunday, or the calendar month. It compares with as many days
 * before, as every report does.
 */
export function lastPeriod(report: 'weekly' | 'monthly', at: Date, timeZone: string): Period {
  const today = new Date(dateIn(timeZone).format(at));
  const sinceMonday = (today.getUTCDay() + 6) % 7;
  const next = today.getTime() - (report === 'weekly' ? sinceMonday : today.getUTCDate() - 1) * DAY;
  const last = new Date(next - DAY);
  const first = next - (report === 'weekly' ? 7 : last.getUTCDate()) * DAY;
  return periodOf(dayOf(first), dayOf(last.getTime()), timeZone);
}

/** How many days the period has. */
export const daysIn = ({ firstDay, lastDay }: Period): number => (Date.parse(lastDay) - Date.parse(firstDay)) / DAY + 1;

/** The part in which `at` falls; absent outside of both. */
export function spanAt({ from, to, before }: Period, at: number): Span | undefined {
  if (at >= from) return at < to ? 'now' : undefined;
  return at >= before ? 'before' : undefined;
}

/**
 * The first instant of a day, given as its midnight in UTC. It is searched rather than computed, because clocks may go
 * forward or back in that night.
 */
function startOfDay(midnight: number, timeZone: string): number {
  const format = dateIn(timeZone);
  const day = dayOf(midnight);
  // No time zone is more than a day away from UTC.
  let [before, after] = [midnight - DAY, midnight + DAY];
  while (after - before > QUARTER) {
    const middle = Math.floor((before + after) / 2 / QUARTER) * QUARTER;
    if (format.format(middle) >= day) after = middle;
    else before = middle;
  }
  return after;
}

/** Writes the date of an instant in a time zone: the Swedish locale writes dates as ISO 8601 does. */
const dateIn = (timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });

/** The day of a midnight in UTC. */
const dayOf = (midnight: number): string => new Date(midnight).toISOString().slice(0, 10);

/** The hour of the day, 0 to 23, of many instants of one period. */
export function hoursIn(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  // Formatting each of a million instants would take longer than reading them.
  const known = new Map<number, number>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER);
    const hour = known.get(quarter) ?? Number(format.format(quarter * QUARTER));
    known.set(quarter, hour);
    return hour;
  };
}
