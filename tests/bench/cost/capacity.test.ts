import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOf, storedBytesOf, unitsOfQuery, unitsOfReads, unitsOfWrite } from '../../../bench/cost/capacity.ts';
import { type Item, sizeOf } from '../../../bench/cost/item-size.ts';

const KEY = ['pk', 'sk'];
const key = { pk: { S: 'a' }, sk: { S: 'b' } };
const INDEXES = [{ key: ['day', 'at'] }];
const KEYS_ONLY = [{ key: ['day', 'at'], only: ['pk', 'sk', 'day', 'at'] }];
/** An item of `bytes`, in the index if `day` is given. */
function itemOf(bytes: number, day?: string): Item {
  const item = { ...key, ...(day !== undefined && { day: { S: day }, at: { S: '1' } }), x: { S: '' } };
  return { ...item, x: { S: 'x'.repeat(bytes - sizeOf(item)) } };
}

describe('a read', () => {
  it.each([
    [0, 1],
    [4096, 1],
    [4097, 2],
  ])('of %i bytes takes %i units, and half of them when it may be old', (bytes, units) => {
    const item = bytes === 0 ? undefined : itemOf(bytes);
    expect([unitsOfReads([item], 1), unitsOfReads([item], 0.5)]).toEqual([units, units / 2]);
  });

  it('of a query sums sizes before it rounds; a batch rounds each item', () => {
    const items = [itemOf(2000), itemOf(2000)];
    expect([unitsOfQuery(items, 1), unitsOfReads(items, 1), unitsOfQuery([], 0.5)]).toEqual([1, 2, 0.5]);
  });
});

describe('a write', () => {
  it('takes a unit per KB of the larger of the two items, and twice that in a transaction', () => {
    const written = { before: itemOf(1500), after: itemOf(100) };
    expect([unitsOfWrite(written, 1, INDEXES), unitsOfWrite(written, 2, INDEXES)]).toEqual([2, 4]);
  });

  it.each([
    ['enters the index', undefined, 'one', 2],
    ['leaves the index', 'one', undefined, 2],
    ['moves within the index', 'one', 'other', 3],
    ['changes what the index holds', 'one', 'one', 2],
    ['is not in the index', undefined, undefined, 1],
  ])('of an item that %s counts there, too', (_, from, to, units) => {
    expect(unitsOfWrite({ before: itemOf(100, from), after: itemOf(200, to) }, 1, INDEXES)).toBe(units);
  });

  it.each([
    ['enters', undefined, 'one', 6],
    ['changes nothing of', 'one', 'one', 5],
    ['moves within', 'one', 'other', 7],
  ])('of an item that %s an index of keys alone costs a unit there for each entry', (_, from, to, units) => {
    expect(unitsOfWrite({ before: itemOf(5000, from), after: itemOf(5100, to) }, 1, KEYS_ONLY)).toBe(units);
  });

  it('that changes nothing, such as a refused one, costs the table only', () => {
    const item = itemOf(1500, 'one');
    expect(unitsOfWrite({ before: item, after: item }, 1, INDEXES)).toBe(2);
  });

  it('never costs less than one without indexes', () => {
    const items = fc.option(
      fc.tuple(fc.integer({ min: 60, max: 5000 }), fc.option(fc.constantFrom('one', 'other'), { nil: undefined })),
      { nil: undefined },
    );
    fc.assert(
      fc.property(items, items, (one, other) => {
        const written = { before: one && itemOf(...one), after: other && itemOf(...other) };
        expect(unitsOfWrite(written, 1, INDEXES)).toBeGreaterThanOrEqual(unitsOfWrite(written, 1, []));
      }),
    );
  });
});

describe('what a call accesses', () => {
  it.each([
    ['GetItem', { Key: key, ConsistentRead: true }, { written: [], read: [key], readFactor: 1, writeFactor: 1 }],
    ['GetItem', { Key: key }, { written: [], read: [key], readFactor: 0.5, writeFactor: 1 }],
    ['PutItem', { Item: { ...key, x: { S: '' } } }, { written: [key], read: [], readFactor: 0, writeFactor: 1 }],
    [
      'BatchWriteItem',
      { RequestItems: { t: [{ PutRequest: { Item: key } }, { DeleteRequest: { Key: key } }] } },
      { written: [key, key], read: [], readFactor: 0, writeFactor: 1 },
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { Item: key } },
          { Update: { Key: key } },
          { Delete: { Key: key } },
          { ConditionCheck: { Key: key } },
        ],
      },
      { written: [key, key, key, key], read: [], readFactor: 0, writeFactor: 2 },
    ],
  ])('is known for %s', (operation, input, access) => {
    expect(accessOf(operation, input, KEY)).toEqual(access);
  });

  it('is an error for an operation that nobody has thought about', () => {
    expect(() => accessOf('ExecuteStatement', {}, KEY)).toThrow('does not know the units of ExecuteStatement');
  });
});

it('stores an item in the table and in each index that it is in', () => {
  expect([
    storedBytesOf(undefined, INDEXES),
    storedBytesOf(itemOf(100), INDEXES),
    storedBytesOf(itemOf(100, 'd'), INDEXES),
  ]).toEqual([0, 200, 400]);
});
