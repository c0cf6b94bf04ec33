/**
 * Quiet hours: by the clock on the wall, also when it goes forward or back. When it goes back over the beginning of a
 * window, the window begins the first time; when it goes back over the end, the window ends the last time.
 */
import type { Quiet } from '../../schemas/configuration/delivery/quiet.ts';
import { timesShown, wallTime, weekdayOf } from './wall-clock.ts';

/** Windows that were looked up, by their settings: a storm asks for the same one thousands of times. */
const found = new WeakMap<Quiet, { readonly from: number; readonly until: number }>();

/**
 * When it is no longer quiet; undefined when it is not quiet `at` that instant. Less than a day and a change of the
 * clock later; at most 50 hours later if the clock skips the only minutes of a day at which it is not quiet, or goes
 * back over them.
 */
export function quietUntil(quiet: Quiet, at: Date): Date | undefined {
  const instant = at.getTime();
  const last = found.get(quiet);
  if (last !== undefined && last.from <= instant && instant < last.until) return new Date(last.until);
  const until = endOfQuiet(quiet, instant);
  if (until === instant) return undefined;
  found.set(quiet, { from: instant, until });
  return new Date(until);
}

/** The end of the windows that contain `instant` or begin before others have ended; `instant` when there are none. */
function endOfQuiet({ from, to, days, zone }: Quiet, instant: number): number {
  const today = wallTime(instant, zone).day;
  let until = instant;
  // A window begins and ends within two days. A change of the clock joins it to at most one more.
  for (let day = today - 2; day <= today + 3; day++) {
    // A window belongs to the day on which it begins.
    if (!days.includes(weekdayOf(day))) continue;
    if (timesShown({ day, minute: from }, zone).first > until) break;
    const end = timesShown({ day: from < to ? day : day + 1, minute: to }, zone).last;
    until = Math.max(until, end);
  }
  return until;
}
