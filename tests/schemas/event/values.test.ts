import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as v from '../../../schemas/event/values.ts';

describe('an instant', () => {
  it.each([
    ['epoch milliseconds', 1583831889050, '2020-03-10T09:18:09.050Z'],
    ['epoch milliseconds with a fraction', 1592411992203.0, '2020-06-17T16:39:52.203Z'],
    ['epoch milliseconds as text', '1583831889050', '2020-03-10T09:18:09.050Z'],
    ['epoch seconds', 1583831889, '2020-03-10T09:18:09.000Z'],
    ['ISO text', '2018-10-06T12:26:13Z', '2018-10-06T12:26:13.000Z'],
    ['ISO text with nanoseconds', '2022-12-03T00:09:44.893854735Z', '2022-12-03T00:09:44.893Z'],
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
    ['x', undefined],
    [null, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('reads the amount %j as %j', (value, expected) => {
    expect(v.amount.parse(value)).toBe(expected);
  });
});
