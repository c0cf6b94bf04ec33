import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestEnd } from '../../../domain/delivery/digest-window.ts';
import { quietUntil } from '../../../domain/delivery/quiet-hours.ts';
import { type Digest, type Quiet, WEEKDAYS } from '../../../schemas/configuration/delivery/quiet.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (text: string) => new Date(text);
const quiet = (
  from: string,
  to: string,
  zone = 'Europe/Berlin',
  days: readonly (typeof WEEKDAYS)[number][] = WEEKDAYS,
): Quiet => {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return { from: minutes(from), to: minutes(to), zone, days: [...days], except: [] };
};
const until = (...input: Parameters<typeof quietUntil>) => quietUntil(...input)?.toISOString();

describe('quiet hours', () => {
  const night = () => quiet('22:00', '07:00');

  it.each([
    // Berlin is an hour ahead of UTC in winter, and two in summer.
    ['begin on time', '2026-11-20T20:59:59Z', undefined],
    ['include their first minute', '2026-11-20T21:00:00Z', '2026-11-21T06:00:00.000Z'],
    ['go over midnight', '2026-11-21T03:00:00Z', '2026-11-21T06:00:00.000Z'],
    ['include their last second', '2026-11-21T05:59:59.999Z', '2026-11-21T06:00:00.000Z'],
    ['end on time', '2026-11-21T06:00:00Z', undefined],
    ['are an hour shorter when the clock goes forward', '2026-03-28T21:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['are an hour longer when the clock goes back', '2026-10-24T20:00:00Z', '2026-10-25T06:00:00.000Z'],
  ])('%s', (_, instant, end) => {
    expect(until(night(), at(instant))).toBe(end);
  });

  it.each([
    ['end when the clock skips their end', quiet('22:00', '02:30'), '2026-03-28T23:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['begin after a skipped beginning', quiet('02:30', '07:00'), '2026-03-29T01:00:00Z', '2026-03-29T05:00:00.000Z'],
    [
      'end at the last end when the clock goes back over it',
      quiet('22:00', '02:30'),
      '2026-10-24T22:00:00Z',
      '2026-10-25T01:30:00.000Z',
    ],
    [
      'begin at the first beginning when the clock goes back over it',
      quiet('02:30', '07:00'),
      '2026-10-25T00:30:00Z',
      '2026-10-25T06:00:00.000Z',
    ],
    [
      'stay while the clock goes back to before their beginning',
      quiet('02:30', '07:00'),
      '2026-10-25T01:10:00Z',
      '2026-10-25T06:00:00.000Z',
    ],
    [
      'go on for another day when the clock skips the only minutes that are not quiet',
      quiet('02:30', '02:10'),
      '2026-03-28T01:30:00Z',
      '2026-03-30T00:10:00.000Z',
    ],
    [
      'go on for another day when the clock goes back over the only minutes that are not quiet',
      quiet('02:30', '02:10'),
      '2026-10-24T00:30:00Z',
      '2026-10-26T01:10:00.000Z',
    ],
    ['do not come when the clock skips all of them', quiet('02:10', '02:50'), '2026-03-29T01:00:00Z', undefined],
    [
      'are half an hour longer where summer time is half an hour',
      quiet('22:00', '02:00', 'Australia/Lord_Howe'),
      '2026-04-04T14:30:00Z',
      '2026-04-04T15:30:00.000Z',
    ],
    [
      'know offsets of 45 minutes',
      quiet('22:00', '06:00', 'Asia/Kathmandu'),
      '2026-11-20T16:15:00Z',
      '2026-11-21T00:15:00.000Z',
    ],
    ['may leave one minute of a day', quiet('22:00', '21:59'), '2026-11-20T21:30:00Z', '2026-11-21T20:59:00.000Z'],
    [
      'belong to the day on which they begin',
      quiet('22:00', '07:00', 'UTC', ['fri']),
      '2026-11-21T03:00:00Z',
      '2026-11-21T07:00:00.000Z',
    ],
    ['do not come on other days', quiet('22:00', '07:00', 'UTC', ['fri']), '2026-11-20T03:00:00Z', undefined],
  ])('%s', (_, settings, instant, end) => {
    expect(until(settings, at(instant))).toBe(end);
  });
});

describe('a digest', () => {
  const NEW_YORK = 'America/New_York';
  const ISLAND = 'Australia/Lord_Howe';
  const daily = (time: number, zone = 'Europe/Berlin'): Digest => ({ dailyAt: time * 60, zone });

  it.each([
    ['every 15 minutes', { everyMinutes: 15 }, '2026-11-20T10:07:00Z', '2026-11-20T10:15:00.000Z'],
    ['after it, and not at once', { everyMinutes: 15 }, '2026-11-20T10:15:00Z', '2026-11-20T10:30:00.000Z'],
    ['daily, today', daily(8), '2026-11-20T06:59:00Z', '2026-11-20T07:00:00.000Z'],
    ['daily, tomorrow', daily(8), '2026-11-20T07:00:00Z', '2026-11-21T07:00:00.000Z'],
    ['daily at midnight', daily(0), '2026-11-20T22:59:59Z', '2026-11-20T23:00:00.000Z'],
    ['after a night that is an hour shorter', daily(8), '2026-03-28T07:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['after a night that is an hour longer', daily(8), '2026-10-24T06:00:00Z', '2026-10-25T07:00:00.000Z'],
    ['when the clock skips its time', daily(2.5), '2026-03-28T22:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['at the first of two such times', daily(2.5), '2026-10-24T20:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['on the next day after the first of them', daily(2.5), '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
    ['on the next day between both', daily(2.5), '2026-10-25T01:10:00Z', '2026-10-26T01:30:00.000Z'],
    ['in New York, a day of 25 hours later', daily(8, NEW_YORK), '2026-10-31T12:00:00Z', '2026-11-01T13:00:00.000Z'],
    ['in New York, a day of 23 hours later', daily(8, NEW_YORK), '2027-03-13T13:00:00Z', '2027-03-14T12:00:00.000Z'],
    ['on an island where it is 24.5 hours later', daily(8, ISLAND), '2027-04-02T21:00:00Z', '2027-04-03T21:30:00.000Z'],
    ['on an island where it is 23.5 hours later', daily(8, ISLAND), '2026-10-02T21:30:00Z', '2026-10-03T21:00:00.000Z'],
    [
      'on the dot of 24 hours since the epoch',
      { everyMinutes: 1440 },
      '2026-11-20T00:00:00Z',
      '2026-11-21T00:00:00.000Z',
    ],
  ] as const)('is due %s', (_, digest, instant, end) => {
    expect(digestEnd(digest, at(instant)).toISOString()).toBe(end);
  });

  it('is due 26 hours later where the clock goes back by two hours, and never later', () => {
    expect(digestEnd(daily(8, 'Antarctica/Troll'), at('2026-10-24T06:00:00Z'))).toEqual(at('2026-10-25T08:00:00Z'));
  });

  it('is due after the alert, within its minutes or 26 hours, and at one time for all alerts before it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) }),
        fc.oneof(
          fc.integer({ min: 5, max: 1440 }).map((everyMinutes) => ({ everyMinutes })),
          fc.record({
            dailyAt: fc.integer({ min: 0, max: 1439 }),
            zone: fc.constantFrom('UTC', NEW_YORK, 'Pacific/Apia', ISLAND, 'Antarctica/Troll'),
          }),
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (moment, digest, share) => {
          const due = digestEnd(digest, new Date(moment));
          const wait = due.getTime() - moment;
          const later = new Date(moment + Math.floor((wait - 1) * share));
          expect([digestEnd({ ...digest }, later), digestEnd(digest, later)]).toEqual([due, due]);
          expect(wait).toBeGreaterThan(0);
          expect(wait).toBeLessThanOrEqual('everyMinutes' in digest ? digest.everyMinutes * MINUTE : 26 * HOUR);
        },
      ),
      { numRuns: 60 },
    );
  });
});
