/** When a subscriber hears of alerts, in words. */
import type { Grouped } from '../../schemas/configuration/delivery/groups.ts';
import { WEEKDAYS } from '../../schemas/configuration/delivery/quiet.ts';
import { formatDuration } from '../../schemas/text/duration.ts';

/** `22:00`, from minutes after midnight. */
const clockTime = (minutes: number): string =>
  [minutes / 60, minutes % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');

/** `at once`, or what waits: `completed jobs daily at 08:00; nothing from 22:00 to 07:00 (Europe/Berlin)`. */
export function quietWords({ quiet, digest }: Pick<Grouped, 'quiet' | 'digest'>): string {
  const words = [
    digest === undefined
      ? 'at once'
      : `what needs nobody ${'dailyAt' in digest ? `daily at ${clockTime(digest.dailyAt)} (${digest.zone})` : `every ${formatDuration(digest.everyMinutes * 60)}`}`,
    quiet === undefined
      ? undefined
      : `nothing from ${clockTime(quiet.from)} to ${clockTime(quiet.to)} (${quiet.zone})${quiet.days.length === WEEKDAYS.length ? '' : ` from ${quiet.days.join(', ')}`}${quiet.except.length === 0 ? '' : `, except ${quiet.except.join(', ')}`}`,
  ];
  return words.filter((part) => part !== undefined).join('; ');
}
