import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PLANTED } from './faults.ts';

/** To plant a fault takes minutes; that its place is still there is seen at once. */
describe('a planted fault', () => {
  it.each(PLANTED)('that $does finds its place once in $file', ({ file, from, to }) => {
    expect(readFileSync(file, 'utf8').split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  });
});
