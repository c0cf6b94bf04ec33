import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import * as v from '../../../schemas/event/values.ts';

describe('an instant', () => {
  it.each([
    ['epoch milliseconds', 1583831889050, '2020-03-10T09:18:09.050Z'],
    ['epoch milliseconds with a fraction', 1592411992203.0, '2020-06-17T16:39:52.203Z'],
    ['epoch milliseconds as text', '1583831889050', '2020-03-10T09:18:09.050Z'],
    ['epoch seconds', 1583831889, '2020-03-10T09:18:09.000Z'],
    ['ISO text', '2018-10-06T12:26:13Z', '2018-10-06T12:26:13.000Z'],
    ['ISO text with nanoseconds', '2022-12-03T00:09:44.893854735Z', '2022-12-03T00:09:44.893Z'],
    ['epoch seconds as text with a fraction', '1583831889.55', '2020-03-10T09:18:09.000Z'],
    ['the first milliseconds that are no seconds', 100_000_000_000, '1973-03-03T09:46:40.000Z'],
    ['ISO text with an offset', '2022-12-03T01:09:44+01:00', '2022-12-03T00:09:44.000Z'],
  ])('is read from %s', (_, value, expected) => {
    expect(v.instant.parse(value)).toEqual(new Date(expected));
  });

  it.each([
    undefined,
    null,
    '',
    'Timestamp',
    '2018-13-45T99:99:99Z',
    'yesterday',
    'x1583831889',
    '1583831889x',
    '12345678',
    '1'.repeat(16),
    ' 1583831889 ',
    {},
    [],
    true,
    Number.NaN,
    1e300,
    '9'.repeat(400),
  ])('is unknown for %j', (value) => {
    expect(v.instant.parse(value)).toBeUndefined();
  });
});

describe('tags', () => {
  it.each([
    ['a map', { team: 'vision' }],
    ['a list of Key and Value', [{ Key: 'team', Value: 'vision' }]],
    ['a list of key and value', [{ key: 'team', value: 'vision' }]],
    ['a list that also has entries which are not tags', [null, 'x', { Key: 1 }, { Key: 'team', Value: 'vision' }]],
  ])('are read from %s', (_, value) => {
    expect(v.tags.parse(value)).toEqual(new Map([['team', 'vision']]));
  });

  it.each([undefined, null, '', 7, [], {}])('are empty for %j', (value) => {
    expect(v.tags.parse(value)).toEqual(new Map());
  });

  it('are at most 100', () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`key-${at}`, 'x']));
    expect(v.tags.parse(many).size).toBe(100);
  });

  it('are only those whose keys and values are text', () => {
    const entries = [{ Key: 7, Value: 'x' }, { Key: 'a', Value: 7 }, { Value: 'x' }, { Key: 'b', Value: '' }];
    expect(v.tags.parse(entries)).toEqual(new Map([['b', '']]));
  });

  it.each([' team', 'team ', '\u00a0team', 'te\u200bam', 'te\u3164am', 'team\u2028'])(
    'do not take the key %j for another one that looks like it',
    (key) => {
      expect(v.tags.parse({ [key]: 'vision' }).get('team')).toBeUndefined();
    },
  );

  it('may have keys that are properties of every JavaScript object', () => {
    expect(v.tags.parse({ constructor: 'Acme', toString: 'x' })).toEqual(
      new Map([
        ['constructor', 'Acme'],
        ['toString', 'x'],
      ]),
    );
  });
});

describe('a strict value', () => {
  it.each([undefined, null, ''])('is absent for %j', (value) => {
    expect(v.status.parse(value)).toBeUndefined();
  });

  it.each([7, {}, [], true])('refuses %j', (value) => {
    expect(v.status.safeParse(value).success).toBe(false);
  });
});

describe('a lenient value', () => {
  it('never throws, whatever the input', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const schema of [v.text, v.arn, v.amount, v.instant, v.tags, v.rawReason]) schema.parse(value);
        v.part({ a: v.text }).parse(value);
      }),
    );
  });

  it.each([
    ['7', 7],
    [7, 7],
    [1.0, 1],
    ['1.25', 1.25],
    ['-12', -12],
    ['x', undefined],
    ['x1', undefined],
    ['1x', undefined],
    ['1.', undefined],
    ['1e3', undefined],
    ['', undefined],
    [true, undefined],
    [null, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('reads the amount %j as %j', (value, expected) => {
    expect(v.amount.parse(value)).toBe(expected);
  });

  it.each([
    [0, 0],
    ['7.5', 7.5],
    [1e9, 1e9],
    [1e9 + 1, undefined],
    [-1, undefined],
    ['x', undefined],
    [undefined, undefined],
  ])('reads the quantity %j as %j', (value, expected) => {
    expect(v.quantity.parse(value)).toBe(expected);
  });

  it.each([
    ['a', 'a'],
    [' a\n', 'a'],
    ['', undefined],
    [' \n', undefined],
    [7, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('reads the text %j as %j', (value, expected) => {
    expect(v.text.parse(value)).toBe(expected);
  });

  it('keeps 4,096 characters of a reason', () => {
    expect(v.rawReason.parse('x'.repeat(5000))).toHaveLength(4096);
  });

  it('keeps the entries of a list that fit, out of the first 50', () => {
    const entries = Array.from({ length: 60 }, (_, at) => (at === 1 ? 'x' : at));
    expect(v.list(z.number()).parse(entries)).toEqual(entries.slice(0, 50).filter((one) => one !== 'x'));
    expect(v.list(z.number()).parse({ length: 1, 0: 1 })).toEqual([]);
  });
});
