import { describe, expect, it } from 'vitest';
import { agree, counted } from '../../../schemas/text/count.ts';
import { duration, exactDuration, formatDuration } from '../../../schemas/text/duration.ts';

describe('a count within a sentence', () => {
  it.each([
    [0, '0 objects have'],
    [1, '1 object has'],
    [2, '2 objects have'],
  ])('agrees with %i', (count, words) => {
    expect(`${counted(count, 'object')} ${agree(count, 'has', 'have')}`).toBe(words);
  });
});

it('a count has the plural that it is given', () => {
  expect([counted(1, 'entry', 'entries'), counted(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries']);
});

describe('a duration', () => {
  it.each([
    [0, '0 s', '0 s'],
    [0.4, '0 s', '0 s'],
    [59.5, '1 m', '1 m'],
    [45, '45 s', '45 s'],
    [61, '1 m 1 s', '1 m 1 s'],
    [599, '9 m 59 s', '9 m 59 s'],
    [601, '10 m', '10 m 1 s'],
    [3600, '1 h', '1 h'],
    [3661, '1 h 1 m', '1 h 1 m 1 s'],
    [11_520, '3 h 12 m', '3 h 12 m'],
    [86_399, '23 h 59 m', '23 h 59 m 59 s'],
    [86_400, '1 d', '1 d'],
    [86_460, '1 d', '1 d 1 m'],
    [187_207, '2 d 4 h', '2 d 4 h 7 s'],
  ])('of %d seconds is %s for people, and %s in formulas', (seconds, short, exact) => {
    expect([formatDuration(seconds), exactDuration(seconds)]).toEqual([short, exact]);
  });

  it('that is not known stays so', () => {
    expect([duration(undefined), duration(60)]).toEqual([undefined, '1 m']);
  });
});
