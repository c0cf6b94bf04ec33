import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText, plainText } from '../../../schemas/text/plain-text.ts';

describe('plain text', () => {
  it.each([
    ['terminal colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a terminal title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['line breaks and tabs', 'one\r\n\ttwo', 'one two'],
    ['null bytes', 'a\u0000b', 'a b'],
    ['bidirectional overrides', '\u202etxt.exe\u202c', 'txt.exe'],
    ['isolates', '\u2066evil\u2069', 'evil'],
    ['zero-width characters', 'a\u200b\u200db\ufeff', 'ab'],
    ['unpaired surrogates', 'a\ud800b', 'ab'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['tag characters', `a\u{e0041}b`, 'ab'],
  ])('is without %s', (_, input, expected) => {
    expect(plainText(input, 100)).toBe(expected);
  });

  it('is one printable line within its length, whatever the input', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (input, max) => {
        const output = plainText(input, max);
        expect(output.length).toBeLessThanOrEqual(max);
        expect(output).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(output).toBe(output.trim());
      }),
    );
  });

  it('cuts a text of a megabyte', () => {
    expect(plainText('x'.repeat(1_000_000), 10)).toBe('xxxxxxxxx…');
  });
});

describe('cut text', () => {
  it('never splits a character', () => {
    expect(cutText('ab😀cd', 4)).toBe('ab…');
    expect(cutText('ab😀cd', 6)).toBe('ab😀cd');
  });
});
