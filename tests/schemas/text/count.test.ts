import { describe, expect, it } from 'vitest';
import { agree, counted, formatCount } from '../../../schemas/text/count.ts';

describe('a count within a sentence', () => {
  it.each([
    [0, '0 objects have'],
    [1, '1 object has'],
    [2, '2 objects have'],
    [1000, '1,000 objects have'],
  ])('agrees with %i', (count, words) => {
    expect(`${counted(count, 'object')} ${agree(count, 'has', 'have')}`).toBe(words);
  });

  it('takes a plural of its own', () => {
    expect([0, 1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual(['0 entries', '1 entry', '2 entries']);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('is written with commas: %i', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});
