import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Digest, Quiet, WEEKDAYS } from '../../../schemas/configuration/delivery/quiet.ts';
import { compiledDigest, compiledQuiet, digest, quiet } from '../../../schemas/configuration/delivery/quiet-section.ts';
import { FAMILY_NAMES, OUTCOMES, SEVERITIES } from '../../../schemas/vocabulary.ts';

const ZONE = 'Europe/Berlin';
const night = { from: '22:00', to: '07:00' };
/** What people are told about `value`, by the setting that is wrong. */
const refusalsOf = (schema: typeof quiet | typeof digest, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ path, message }) => [path.join('.'), message]);

describe('the quiet section', () => {
  it('is quiet every night and lets critical alerts pass, if it has only times', () => {
    const expected: Quiet = { from: 1320, to: 420, days: [...WEEKDAYS], zone: ZONE, except: ['critical'] };
    expect(compiledQuiet(quiet.parse(night), ZONE)).toEqual(expected);
  });

  it('takes days, and words of severities, outcomes and families', () => {
    const section = { from: '00:00', to: '23:59', days: ['sat', 'sun'], except: ['critical', 'budget', 'endpoint'] };
    expect(compiledQuiet(quiet.parse(section), ZONE)).toEqual({
      from: 0,
      to: 1439,
      days: ['sat', 'sun'],
      zone: ZONE,
      except: ['critical', 'budget', 'endpoint'],
    });
  });

  it('may let nothing pass', () => {
    expect(quiet.parse({ ...night, except: [] }).except).toEqual([]);
  });

  it('takes a time without quotes, which is text in YAML 1.2', () => {
    expect(quiet.parse(parse('{ from: 22:00, to: 07:00 }'))).toMatchObject(night);
  });

  it('refuses a time that a parser of YAML 1.1 read as a number', () => {
    const section = parse('{ from: 22:00, to: "07:00" }', { version: '1.1' });
    expect(section.from).toBe(22 * 60);
    expect(refusalsOf(quiet, section)).toEqual([['from', 'expected a time of day, like "22:00"']]);
  });

  it.each(['7:00', '24:00', '22:60', '22:00:00', '22.00', ' 22:00', '10pm', ''])('refuses the time %j', (from) => {
    expect(refusalsOf(quiet, { ...night, from })?.[0]).toEqual([
      'from',
      'expected a time of day from "00:00" to "23:59", like "22:00"',
    ]);
  });

  it.each([
    ['a beginning that is also the end', { from: '07:00', to: '07:00' }, '', /from and to to be different/],
    ['no days', { ...night, days: [] }, 'days', />=1 items/],
    ['a day that comes twice', { ...night, days: ['mon', 'mon'] }, 'days', /each day once/],
    ['a day in other letters', { ...night, days: ['Mon'] }, 'days.0', /expected "mon"/],
    ['a word that no alert has', { ...night, except: ['urgent'] }, 'except.0', /"critical"/],
    ['a setting that does not exist', { ...night, until: '07:00' }, '', /until/],
  ])('refuses %s', (_, section, path, message) => {
    expect(refusalsOf(quiet, section)).toEqual([[path, expect.stringMatching(message)]]);
  });

  it('leaves a quarter of an hour of each day, or a whole day, in which messages come', () => {
    expect(quiet.safeParse({ from: '00:00', to: '23:59', days: ['sat', 'sun'] }).success).toBe(true);
    expect(quiet.safeParse({ from: '00:14', to: '23:59' }).success).toBe(true);
    expect(refusalsOf(quiet, { from: '00:13', to: '23:59' })).toEqual([
      ['', expect.stringContaining('at least 15 minutes')],
    ]);
    expect(refusalsOf(quiet, { from: '12:01', to: '12:00' })).toEqual([
      ['', expect.stringContaining('at least 15 minutes')],
    ]);
  });

  it('has words for exceptions that mean one thing each', () => {
    const words = [...SEVERITIES, ...OUTCOMES, ...FAMILY_NAMES];
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  it('compiles to what functions read', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(time, time, (from, to) => {
        fc.pre(quiet.safeParse({ from, to }).success);
        const compiled = compiledQuiet(quiet.parse({ from, to }), ZONE);
        expect(Quiet.parse(compiled)).toEqual(compiled);
        for (const minute of [compiled.from, compiled.to]) expect(minute >= 0 && minute < 1440).toBe(true);
      }),
    );
  });
});

describe('the digest setting', () => {
  it.each<[string | boolean, Digest | undefined]>([
    ['off', undefined],
    [false, undefined],
    ['5m', { everyMinutes: 5 }],
    ['15m', { everyMinutes: 15 }],
    ['2h', { everyMinutes: 120 }],
    ['24h', { everyMinutes: 1440 }],
    ['1440m', { everyMinutes: 1440 }],
    ['daily 00:00', { dailyAt: 0, zone: ZONE }],
    ['daily 08:30', { dailyAt: 510, zone: ZONE }],
  ])('reads %j', (setting, compiled) => {
    expect(compiledDigest(digest.parse(setting), ZONE)).toEqual(compiled);
  });

  it('reads off without quotes as YAML 1.1 does', () => {
    expect(compiledDigest(digest.parse(parse('off', { version: '1.1' })), ZONE)).toBeUndefined();
  });

  it.each([
    '4m',
    '0m',
    '0h',
    '25h',
    '1441m',
    '15',
    '15 m',
    '15s',
    '-15m',
    'daily',
    'daily 8:00',
    'daily 24:00',
    true,
    15,
  ])('refuses %j', (setting) => {
    expect(refusalsOf(digest, setting)).toEqual([
      ['', 'expected minutes or hours from 5m to 24h, like 15m, or "daily 08:00", or off'],
    ]);
  });
});
