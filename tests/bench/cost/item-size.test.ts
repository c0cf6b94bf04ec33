import { expect, it } from 'vitest';
import { sizeOf } from '../../../bench/cost/item-size.ts';

it.each([
  // The example of the developer guide: the name has 11 bytes and the value has 1.
  [{ 'shirt-color': { S: 'R' } }, 12],
  [{ a: { S: 'ü' } }, 3],
  [{ a: { N: '27' } }, 3],
  [{ a: { N: '-0.0012300' } }, 4],
  [{ a: { N: '0' } }, 2],
  [{ a: { BOOL: true }, b: { NULL: true } }, 4],
  [{ a: { B: 'AAEC' } }, 4],
  [{ a: { SS: ['xy', 'z'] } }, 4],
  [{ a: { NS: ['1', '22'] } }, 5],
  [{ a: { L: [{ S: 'x' }, { N: '1' }] } }, 9],
  [{ a: { M: { k: { S: 'v' } } } }, 7],
])('measures %j as the developer guide says: %i bytes', (item, bytes) => {
  expect(sizeOf(item)).toBe(bytes);
});

it('refuses a value that DynamoDB cannot store, instead of counting it as nothing', () => {
  expect(() => sizeOf({ a: { X: '1' } })).toThrow('DynamoDB has no type "X"');
});
