import { expect, it } from 'vitest';
import { timeZoneNamed } from '../../../schemas/text/time-zone.ts';

it.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['europe/berlin', 'Europe/Berlin'],
  ['EUROPE/BERLIN', 'Europe/Berlin'],
  ['utc', 'UTC'],
  // Second names are in the IANA database, too, and people know their zone by them.
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['US/Eastern', 'US/Eastern'],
  ['ASIA/KOLKATA', 'Asia/Calcutta'],
  ['asia/kolkata', 'Asia/Calcutta'],
  ['+02:00', undefined],
  ['-0530', undefined],
  ['Mars/Olympus', undefined],
  ['', undefined],
])('the time zone %j is called %j', (name, known) => {
  expect(timeZoneNamed(name)).toBe(known);
});
