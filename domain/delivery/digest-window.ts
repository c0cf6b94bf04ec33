/** When a digest is due. */
import type { Digest } from '../../schemas/configuration/delivery/quiet.ts';
import { MINUTE, timesShown, wallTime } from './wall-clock.ts';

/** Digests that were looked up, by their settings. */
const found = new WeakMap<Digest, { readonly from: number; readonly until: number }>();

/**
 * When the digest after `at` is due: at the next multiple of its minutes, or when the clock on the wall next shows its
 * time. It is due once a day: a time that the clock skips is the first one after it, and a time that the clock shows
 * twice is the first of both. At most 26 hours later: a day is that long where the clock goes back by two hours.
 */
export function digestEnd(digest: Digest, at: Date): Date {
  const instant = at.getTime();
  if ('everyMinutes' in digest) {
    const length = digest.everyMinutes * MINUTE;
    return new Date((Math.floor(instant / length) + 1) * length);
  }
  const last = found.get(digest);
  if (last !== undefined && last.from <= instant && instant < last.until) return new Date(last.until);
  const { dailyAt, zone } = digest;
  const due = (day: number) => timesShown({ day, minute: dailyAt }, zone).first;
  let { day } = wallTime(instant, zone);
  while (due(day) <= instant) day++;
  const until = due(day);
  found.set(digest, { from: instant, until });
  return new Date(until);
}
