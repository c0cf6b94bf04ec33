/** `quiet` and `digest` of a subscriber in `ground-control.yml`. */
import * as z from 'zod';
import { FAMILY_NAMES, OUTCOMES, SEVERITIES } from '../../vocabulary.ts';
import { oneOf } from '../words.ts';
import { type Digest, type Quiet, WEEKDAYS } from './quiet.ts';

const timeOfDay = z
  .string({ error: 'expected a time of day, like "22:00"' })
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day from "00:00" to "23:59", like "22:00"');

const MOST_MINUTES = 24 * 60;
/** Minutes. A message that comes late must still find time between two quiet windows. */
const LEAST_LOUD = 15;

/** What may pass in quiet hours. */
const EXCEPTIONS = [...SEVERITIES, ...OUTCOMES, ...FAMILY_NAMES];

export const quiet = z
  .strictObject({
    from: timeOfDay.describe('Local time at which quiet begins, like "22:00".'),
    to: timeOfDay.describe('Local time at which it ends, like "07:00"; on the next day if it is earlier than from.'),
    days: z
      .array(oneOf(WEEKDAYS))
      .min(1)
      .refine((days) => new Set(days).size === days.length, 'expected each day once')
      .default([...WEEKDAYS])
      .describe('Days on which quiet begins: mon to sun.'),
    except: z
      .array(oneOf(EXCEPTIONS))
      .default(['critical'])
      .describe('Alerts that are sent all the same: severities, outcomes (budget) or families (endpoint).'),
  })
  .refine(({ from, to }) => from !== to, { error: 'expected from and to to be different', abort: true })
  .refine(
    ({ from, to, days }) => days.length < WEEKDAYS.length || minutesBetween(to, from) >= LEAST_LOUD,
    `expected at least ${LEAST_LOUD} minutes of a day without quiet, or a day: messages come in them`,
  );

/** Minutes from one time of day to the next time that the clock shows the other. */
const minutesBetween = (one: string, other: string): number =>
  (minutesOf(other) - minutesOf(one) + MOST_MINUTES) % MOST_MINUTES;
const everyMinutes = (text: string): number | undefined => {
  const [, count, unit] = /^(\d{1,4})([mh])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 'h' ? 60 : 1);
};
const DAILY = /^daily ((?:[01]\d|2[0-3]):[0-5]\d)$/;

const EXPECTED = 'expected minutes or hours from 5m to 24h, like 15m, or "daily 08:00", or off';

export const digest = z.union(
  [
    z.literal(false).transform(() => 'off'),
    z.string().refine((text) => {
      const minutes = everyMinutes(text);
      return text === 'off' || DAILY.test(text) || (minutes !== undefined && minutes >= 5 && minutes <= MOST_MINUTES);
    }, EXPECTED),
  ],
  { error: EXPECTED },
);

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** `quiet` as functions read it, with the clock of `zone`. */
export const compiledQuiet = ({ from, to, days, except }: z.output<typeof quiet>, zone: string): Quiet => ({
  from: minutesOf(from),
  to: minutesOf(to),
  days,
  zone,
  except,
});

/** `digest` as functions read it; absent for `off`. A text that is none of its forms counts as `off`. */
export function compiledDigest(text: z.output<typeof digest>, zone: string): Digest | undefined {
  const [, time] = DAILY.exec(text) ?? [];
  if (time !== undefined) return { dailyAt: minutesOf(time), zone };
  const minutes = everyMinutes(text);
  return minutes === undefined ? undefined : { everyMinutes: minutes };
}
