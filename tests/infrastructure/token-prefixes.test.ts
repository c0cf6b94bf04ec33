import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedPrefixes, prefixesOf, secretlintPatterns } from '../../infrastructure/token-prefixes.ts';
import { hideSecrets } from '../../schemas/text/secrets.ts';
import { ROOT } from '../support/events.ts';
import { leakIn } from '../support/secret-forms.ts';

describe('the prefixes of tokens', () => {
  it.each([
    ['a literal', String.raw`\bnpm_[A-Za-z]{36}`, ['npm_']],
    ['a choice', String.raw`(?<!\p{L})(?<type>ghp|gho)_[A-Za-z]{36}`, ['ghp_', 'gho_']],
    ['a choice with a class', String.raw`\b(A3T[A-Z0-9]|AKIA)[A-Z0-9]{16}\b`, ['A3T', 'AKIA']],
    ['a dot', String.raw`hvs\.[A-Za-z]{90}`, ['hvs.']],
    ['a choice inside', 'sk-(?:proj|admin)-(?:[A-Z]{74}|[A-Z]{58})', ['sk-proj-', 'sk-admin-']],
    ['no token but a name', '_authToken=([^$].*)', []],
    ['no literal', '[a-z]{40}', []],
    ['a literal of two characters', 's-[a-z]{40}', []],
  ])('are read from a pattern: %s', (_, source, expected) => {
    expect(prefixesOf(source)).toEqual(expected);
  });

  it('are those of the rule set, as the committed file has them', () => {
    const { file, text } = generatedPrefixes();
    expect(readFileSync(join(ROOT, file), 'utf8'), 'run npm run generate').toBe(text);
  });

  it('are those of many providers', () => {
    const { text } = generatedPrefixes();
    for (const prefix of ['AKIA', 'ghp_', 'glpat-', 'hf_', 'npm_', 'sk-ant-', 'xoxb-', 'sk_live_', 'SG.', 'dapi']) {
      expect(text).toContain(prefix);
    }
  });
});

describe('a token that the rule set knows', () => {
  /**
   * fast-check makes texts from a pattern, but knows no look-around. Some patterns also match short texts. Texts of nothing but
   * marks are no tokens.
   */
  const patterns = secretlintPatterns().flatMap(({ source }) =>
    prefixesOf(source).length > 0 && /\{(?:1[6-9]|[2-9]\d|\d{3})/.test(source) && !source.includes(':\\/\\/')
      ? [
          source
            .replace(/\(\?<?[!=](?:\\p\{L\}|[^()]*)\)/g, '')
            .replaceAll('\\b', '')
            .replace(/[_+/=-]+\]/g, ']'),
        ]
      : [],
  );

  it.each(patterns)('is hidden: %s', (source) => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(`^(?:${source})$`)), (token) => {
        // A real token is random. fast-check also makes some of few characters.
        fc.pre(new Set(token).size > 12);
        expect(leakIn(hideSecrets(`denied for ${token} here`), token)).toBeUndefined();
      }),
      { numRuns: 20, seed: 7 },
    );
  });
});
