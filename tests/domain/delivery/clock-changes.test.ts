import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietUntil } from '../../../domain/delivery/quiet-hours.ts';
import { timesShown, wallTime } from '../../../domain/delivery/wall-clock.ts';
import { type Quiet, WEEKDAYS } from '../../../schemas/configuration/delivery/quiet.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
const ISLAND = 'Australia/Lord_Howe';

const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const quiet = (zone: string, from: string, to: string): Quiet => ({
  from: minutes(from),
  to: minutes(to),
  zone,
  days: [...WEEKDAYS],
  except: [],
});

const formats = new Map<string, Intl.DateTimeFormat>();
/** Minutes that the clock shows, as if it were in UTC: another formatter of the platform, not the product's code. */
function shownAt(moment: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
    });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? Number.NaN;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) / MINUTE;
}

const SUNDAY_FIRST = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Minute {
  readonly at: number;
  readonly isOnTheWall: boolean;
  readonly isQuiet: boolean;
}

/**
 * Every minute from `first` to `last`: whether it is quiet by the clock on the wall, and whether it is when a window
 * lasts from the first time that its beginning is reached to the last time that its end is not.
 */
function minutesOf({ from, to, days, zone }: Quiet, first: number, last: number): Minute[] {
  // No clock goes back by more than two hours.
  const margin = 3 * 60;
  const start = Math.floor(first / MINUTE) - margin;
  const shown = Array.from({ length: Math.floor(last / MINUTE) - start + margin + 1 }, (_, index) =>
    shownAt((start + index) * MINUTE, zone),
  );
  let highest = Number.NEGATIVE_INFINITY;
  const reached = shown.map((now) => {
    highest = Math.max(highest, now);
    return highest;
  });
  let lowest = Number.POSITIVE_INFINITY;
  const toCome = shown.toReversed().map((now) => {
    lowest = Math.min(lowest, now);
    return lowest;
  });
  toCome.reverse();
  /** Whether a window has begun by the one time, and not ended at the other. */
  const isBetween = (begun: number, ended: number) =>
    [-1, 0, 1].some((offset) => {
      const day = Math.floor(begun / 1440) + offset;
      const weekday = SUNDAY_FIRST[new Date(day * DAY).getUTCDay()];
      const begin = day * 1440 + from;
      const end = (from < to ? day : day + 1) * 1440 + to;
      return days.some((name) => name === weekday) && begin <= begun && ended < end;
    });
  return shown
    .map((now, index) => ({
      at: (start + index) * MINUTE,
      isOnTheWall: isBetween(now, now),
      isQuiet: isBetween(reached[index] ?? now, toCome[index] ?? now),
    }))
    .slice(margin, -margin);
}

describe('quiet hours when the clock changes', () => {
  it.each([
    // The night.
    [BERLIN, '22:00', '07:00', '2026-03-28T21:00:00Z', '2026-03-29T05:00:00Z'],
    [BERLIN, '22:00', '07:00', '2026-10-24T20:00:00Z', '2026-10-25T06:00:00Z'],
    [BERLIN, '22:00', '07:00', '2027-03-27T21:00:00Z', '2027-03-28T05:00:00Z'],
    [BERLIN, '22:00', '07:00', '2027-10-30T20:00:00Z', '2027-10-31T06:00:00Z'],
    [NEW_YORK, '22:00', '07:00', '2026-03-08T03:00:00Z', '2026-03-08T11:00:00Z'],
    [NEW_YORK, '22:00', '07:00', '2026-11-01T02:00:00Z', '2026-11-01T12:00:00Z'],
    [NEW_YORK, '22:00', '07:00', '2027-03-14T03:00:00Z', '2027-03-14T11:00:00Z'],
    [NEW_YORK, '22:00', '07:00', '2027-11-07T02:00:00Z', '2027-11-07T12:00:00Z'],
    [ISLAND, '22:00', '07:00', '2026-04-04T11:00:00Z', '2026-04-04T20:30:00Z'],
    [ISLAND, '22:00', '07:00', '2026-10-03T11:30:00Z', '2026-10-03T20:00:00Z'],
    [ISLAND, '22:00', '07:00', '2027-04-03T11:00:00Z', '2027-04-03T20:30:00Z'],
    [ISLAND, '22:00', '07:00', '2027-10-02T11:30:00Z', '2027-10-02T20:00:00Z'],
    // The clock skips the end.
    [BERLIN, '22:00', '02:30', '2027-03-27T21:00:00Z', '2027-03-28T01:00:00Z'],
    [NEW_YORK, '22:00', '02:30', '2026-03-08T03:00:00Z', '2026-03-08T07:00:00Z'],
    [ISLAND, '22:00', '02:15', '2026-10-03T11:30:00Z', '2026-10-03T15:30:00Z'],
    // The clock skips the beginning.
    [BERLIN, '02:30', '07:00', '2027-03-28T01:00:00Z', '2027-03-28T05:00:00Z'],
    [NEW_YORK, '02:30', '07:00', '2026-03-08T07:00:00Z', '2026-03-08T11:00:00Z'],
    [ISLAND, '02:15', '07:00', '2026-10-03T15:30:00Z', '2026-10-03T20:00:00Z'],
    // The clock goes back over the end.
    [BERLIN, '22:00', '02:30', '2027-10-30T20:00:00Z', '2027-10-31T01:30:00Z'],
    [NEW_YORK, '22:00', '01:30', '2026-11-01T02:00:00Z', '2026-11-01T06:30:00Z'],
    [ISLAND, '22:00', '01:45', '2026-04-04T11:00:00Z', '2026-04-04T15:15:00Z'],
    // The clock goes back over the beginning.
    [BERLIN, '02:30', '07:00', '2027-10-31T00:30:00Z', '2027-10-31T06:00:00Z'],
    [NEW_YORK, '01:30', '07:00', '2026-11-01T05:30:00Z', '2026-11-01T12:00:00Z'],
    [ISLAND, '01:45', '07:00', '2026-04-04T14:45:00Z', '2026-04-04T20:30:00Z'],
  ])('in %s from %s to %s begin at %s and end at %s', (zone, from, to, begin, end) => {
    const settings = quiet(zone, from, to);
    expect(quietUntil(settings, new Date(Date.parse(begin) - 1))).toBeUndefined();
    expect(quietUntil(settings, new Date(begin))).toEqual(new Date(end));
    expect(quietUntil(settings, new Date(Date.parse(end) - 1))).toEqual(new Date(end));
    expect(quietUntil(settings, new Date(end))).toBeUndefined();
  });

  const CHANGES = [
    [BERLIN, '2026-03-29T01:00:00Z'],
    [BERLIN, '2026-10-25T01:00:00Z'],
    [NEW_YORK, '2027-03-14T07:00:00Z'],
    [NEW_YORK, '2027-11-07T06:00:00Z'],
    [ISLAND, '2026-04-04T15:00:00Z'],
    [ISLAND, '2026-10-03T15:30:00Z'],
  ] as const;
  const HOURS = [
    ['22:00', '06:30'],
    ['01:40', '02:20'],
    ['22:00', '02:10'],
    ['02:20', '01:50'],
  ] as const;

  it.each(CHANGES.flatMap(([zone, change]) => HOURS.map(([from, to]) => [zone, from, to, change] as const)))(
    'are right in %s from %s to %s in every minute of the two days around %s',
    (zone, from, to, change) => {
      const settings = quiet(zone, from, to);
      const middle = Date.parse(change);
      const all = minutesOf(settings, middle - DAY, middle + 3 * DAY);
      let end: number | undefined;
      const ends = new Map<number, number | undefined>();
      for (const { at, isQuiet } of all.toReversed()) {
        if (!isQuiet) end = at;
        else if (end !== undefined) ends.set(at, end);
      }
      const asked = all.filter(({ at }) => at < middle + DAY);
      expect(asked).toHaveLength(2880);
      expect(asked.map(({ at }) => [at, quietUntil({ ...settings }, new Date(at))?.getTime()])).toEqual(
        asked.map(({ at }) => [at, ends.get(at)]),
      );
    },
  );
});

describe('quiet hours at any time', () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const zones = [
    'UTC',
    BERLIN,
    NEW_YORK,
    ISLAND,
    'Asia/Kathmandu',
    'America/St_Johns',
    'Pacific/Apia',
    'Pacific/Chatham',
    'America/Nuuk',
    'Asia/Beirut',
    'Antarctica/Troll',
    'Africa/Casablanca',
  ];
  const settings = fc
    .record({
      from: minute,
      to: minute,
      zone: fc.constantFrom(...zones),
      days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
      except: fc.constant<string[]>([]),
    })
    .filter(({ from, to }) => from !== to);
  const instant = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2031, 0) });

  it('begin and end as another clock says, and are quiet whenever the clock on the wall says so', () => {
    fc.assert(
      fc.property(settings, instant, (one, moment) => {
        const all = minutesOf(one, moment, moment + DAY);
        for (const { at, isOnTheWall, isQuiet } of all) {
          const until = quietUntil(one, new Date(at));
          expect([at, until !== undefined]).toEqual([at, isQuiet]);
          expect(isQuiet || !isOnTheWall).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('end within 50 hours of any moment in them, and it is not quiet at their end', () => {
    fc.assert(
      fc.property(settings, instant, (one, moment) => {
        const end = quietUntil(one, new Date(moment));
        if (end === undefined) return;
        expect(end.getTime() - moment).toBeGreaterThan(0);
        expect(end.getTime() - moment).toBeLessThanOrEqual(50 * HOUR);
        expect(quietUntil({ ...one }, end)).toBeUndefined();
      }),
    );
  });

  it('end within a day and the change of a clock, if more than two hours of each day are not quiet', () => {
    fc.assert(
      fc.property(settings, instant, (one, moment) => {
        fc.pre((one.from - one.to + 1440) % 1440 > 120);
        const end = quietUntil(one, new Date(moment))?.getTime() ?? moment;
        expect(end - moment).toBeLessThanOrEqual(DAY + 2 * HOUR);
      }),
    );
  });

  it('have the same end for every moment in them, whichever is looked up first', () => {
    fc.assert(
      fc.property(settings, instant, fc.double({ min: 0, max: 1, noNaN: true }), (one, moment, share) => {
        const end = quietUntil(one, new Date(moment));
        if (end === undefined) return;
        const later = new Date(moment + Math.floor((end.getTime() - moment - 1) * share));
        expect(quietUntil({ ...one }, later)).toEqual(end);
        expect(quietUntil(one, later)).toEqual(end);
      }),
    );
  });

  it('never end earlier for a later instant', () => {
    fc.assert(
      fc.property(settings, instant, fc.integer({ min: 0, max: 3 * DAY }), (one, moment, wait) => {
        const ends = [moment, moment + wait].map((at) => quietUntil({ ...one }, new Date(at))?.getTime() ?? at);
        expect(ends).toEqual(ends.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('a local time', () => {
  it('is shown when the clock says so, in all zones', () => {
    const all = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const day = fc.integer({ min: Date.UTC(2024, 0) / DAY, max: Date.UTC(2031, 0) / DAY });
    fc.assert(
      fc.property(all, day, fc.integer({ min: 0, max: 1439 }), (zone, date, minute) => {
        const { first, last } = timesShown({ day: date, minute }, zone);
        for (const instant of [first, last])
          expect(shownAt(instant, zone)).toBeGreaterThanOrEqual(date * 1440 + minute);
        expect(shownAt(first - MINUTE, zone)).toBeLessThan(date * 1440 + minute);
        expect(last - first).toBeLessThanOrEqual(2 * HOUR);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['once', '2026-11-20', '08:00', '2026-11-20T07:00:00Z', '2026-11-20T07:00:00Z'],
    ['twice when the clock goes back', '2026-10-25', '02:30', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
    ['after the gap when it goes forward', '2026-03-29', '02:30', '2026-03-29T01:00:00Z', '2026-03-29T01:00:00Z'],
    ['once at the end of the gap', '2026-03-29', '03:00', '2026-03-29T01:00:00Z', '2026-03-29T01:00:00Z'],
    ['once when the clock has gone back', '2026-10-25', '03:00', '2026-10-25T02:00:00Z', '2026-10-25T02:00:00Z'],
  ])('comes %s', (_, date, time, first, last) => {
    const local = { day: Date.parse(date) / DAY, minute: minutes(time) };
    expect(timesShown(local, BERLIN)).toEqual({ first: Date.parse(first), last: Date.parse(last) });
  });

  it('comes after the day that an island skipped to be on the other side of the date line', () => {
    const skipped = { day: Date.UTC(2011, 11, 30) / DAY, minute: 720 };
    const after = Date.UTC(2011, 11, 30, 10);
    expect(timesShown(skipped, 'Pacific/Apia')).toEqual({ first: after, last: after });
    expect(wallTime(after, 'Pacific/Apia')).toEqual({ day: skipped.day + 1, minute: 0 });
  });
});
