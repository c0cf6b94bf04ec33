/** What a clock on the wall shows. It goes forward or back when summer time begins or ends. */
import { WEEKDAYS, type Weekday } from '../../schemas/configuration/delivery/quiet.ts';

/** A local time, to the minute. */
export interface WallTime {
  /** Days since 1970-01-01 by the local calendar. */
  readonly day: number;
  /** Minutes after midnight. */
  readonly minute: number;
}

/** Milliseconds. All time zones differ from UTC by whole minutes, so clocks change at whole minutes. */
export const MINUTE = 60_000;
/** Minutes. */
export const DAY = 1440;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock in `zone`, a name of the IANA database, shows at `instant` (epoch milliseconds). */
export function wallTime(instant: number, zone: string): WallTime {
  const format =
    formats.get(zone) ??
    // The Swedish locale writes times as ISO 8601 does.
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  formats.set(zone, format);
  const [date = '', time = ''] = format.format(instant).split(' ');
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return { day: Date.parse(date) / (DAY * MINUTE), minute: hour * 60 + minute };
}

/** The day of the week of `day`. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): Weekday => WEEKDAYS[(((day + 3) % 7) + 7) % 7] ?? 'mon';

/** When a clock shows a local time, epoch milliseconds. They differ when it goes back over that time. */
export interface Shown {
  readonly first: number;
  readonly last: number;
}

/**
 * When the clock in `zone` shows a local time. A time that it skips counts as the first instant after the skipped ones.
 * At most one change of the clock may fall within a day of that time.
 */
export function timesShown({ day, minute }: WallTime, zone: string): Shown {
  const local = (day * DAY + minute) * MINUTE;
  // No time zone is more than 14 hours away from UTC, so these are before and after any change of that day.
  const asBefore = local - offsetAt(local - DAY * MINUTE, zone);
  const asAfter = local - offsetAt(local + DAY * MINUTE, zone);
  const isShown = (instant: number) => instant + offsetAt(instant, zone) === local;
  const [first, last = first] = [...new Set([asBefore, asAfter])].filter(isShown).sort((one, other) => one - other);
  if (first !== undefined && last !== undefined) return { first, last };
  const skipped = firstMinute(asAfter, DAY, (instant) => instant + offsetAt(instant, zone) >= local);
  return { first: skipped, last: skipped };
}

/** Milliseconds by which `zone` is ahead of UTC at `instant`, a whole minute. */
function offsetAt(instant: number, zone: string): number {
  const { day, minute } = wallTime(instant, zone);
  return (day * DAY + minute) * MINUTE - instant;
}

/** The first whole minute after `instant` at which `isReached` holds, within `minutes`. Throws when there is none. */
export function firstMinute(instant: number, minutes: number, isReached: (minute: number) => boolean): number {
  const first = (Math.floor(instant / MINUTE) + 1) * MINUTE;
  for (let at = first; at <= first + minutes * MINUTE; at += MINUTE) if (isReached(at)) return at;
  throw new Error(`no minute within ${minutes} minutes of ${new Date(instant).toISOString()} is the end of a window`);
}
