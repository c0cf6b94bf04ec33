import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBounded } from '../../../schemas/review/bounded-json.ts';

const MB = 1_000_000;

describe('JSON that others wrote', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        expect(parseBounded(text)).toEqual({ value: JSON.parse(text) });
      }),
      { seed: 15 },
    );
  });

  it.each([
    ['20 MB of open brackets', '['.repeat(20 * MB), 'too-deep'],
    ['brackets that are closed again', '['.repeat(10 * MB) + ']'.repeat(10 * MB), 'too-deep'],
    ['nested objects', '{"a":'.repeat(4 * MB), 'too-deep'],
    ['pairs of brackets', '[]'.repeat(2 * MB), 'not-json'],
    ['20 MB of quotes', '"'.repeat(20 * MB), 'not-json'],
    ['20 MB of backslashes in a string', `"${'\\'.repeat(20 * MB)}`, 'cut'],
    ['a text that ends too early', '{"humanAnswers": [', 'cut'],
    ['a string that ends too early', '{"humanAnswers": "', 'cut'],
    ['no JSON', '<html>', 'not-json'],
    ['nothing', '', 'cut'],
  ])('is refused: %s', (_, text, fault) => {
    expect(parseBounded(text)).toEqual({ fault });
  });

  it('may have brackets in strings', () => {
    const value = { text: `\\"${'['.repeat(1000)}` };
    expect(parseBounded(JSON.stringify(value))).toEqual({ value });
  });

  it('may be nested 100 levels deep, and no deeper', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseBounded(nested(100)).fault).toBeUndefined();
    expect(parseBounded(nested(101)).fault).toBe('too-deep');
  });
});
