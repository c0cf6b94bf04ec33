import { describe, expect, it } from 'vitest';
import { agree, counted } from '../../../schemas/text/count.ts';

describe('a count within a sentence', () => {
  it.each([
    [0, '0 objects have'],
    [1, '1 object has'],
    [2, '2 objects have'],
  ])('agrees with %i', (count, words) => {
    expect(`${counted(count, 'object')} ${agree(count, 'has', 'have')}`).toBe(words);
  });
});
