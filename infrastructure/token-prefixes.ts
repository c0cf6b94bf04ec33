/**
 * The prefixes of the tokens of known providers (`ghp_`, `hf_`, `sk-ant-`), from the rule set of Secretlint.
 *
 * Secretlint's rules look for whole tokens. A reason may have only a part of one, so the prefix alone has to do. The
 * rules export no patterns: they are run over a text that notes the patterns it is searched with.
 */
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { GeneratedFile } from './generated-schemas.ts';

interface Rule {
  create(context: object, options: object): { file?(source: object): unknown };
}

/** The patterns that the rules search a text with. */
export function secretlintPatterns(): RegExp[] {
  const patterns: RegExp[] = [];
  const content = {
    matchAll: (pattern: RegExp) => {
      patterns.push(pattern);
      return [];
    },
  };
  const context = { createTranslator: () => () => '', report: () => undefined, ignore: () => undefined };
  const all: readonly { readonly meta: { readonly id: string }; readonly create: Rule['create'] }[] = rules;
  for (const rule of all)
    rule.create(context, { enableIDScanRule: true }).file?.({ content, filePath: 'reason.txt', ext: '.txt' });
  return patterns;
}

/** What a pattern may begin with: the begin of a word, or no letter before it. */
const BEGINNING = /^(?:\\b|\(\?<!\\p\{L\}\))/;
const LITERAL = /^(?:\\[.-]|[\w-])(?![{*+?])/;
const CHOICE = /^\((?:\?:|\?<\w+>)?([\w[\]|-]+)\)(?![{*+?])/;

/** The literal beginnings of the tokens that `source` matches; none when it does not begin with literals. */
export function prefixesOf(source: string): string[] {
  let rest = source.replace(BEGINNING, '');
  let prefixes = [''];
  for (;;) {
    const literal = LITERAL.exec(rest)?.[0];
    const choice = literal === undefined ? CHOICE.exec(rest) : null;
    if (literal !== undefined) prefixes = prefixes.map((prefix) => prefix + literal.replace('\\', ''));
    else if (choice !== null) {
      const words = (choice[1] ?? '').split('|').map((word) => word.replace(/\[.*/, ''));
      prefixes = prefixes.flatMap((prefix) => words.map((word) => prefix + word));
    } else break;
    rest = rest.slice(literal?.length ?? choice?.[0].length);
  }
  // The body of a token follows: a class of characters or a group. Anything else is no token, but a URL or a name.
  return /^(?:\[|\(|\\[dw])/.test(rest) ? prefixes.filter((prefix) => /^[A-Za-z].{2}/.test(prefix)) : [];
}

/** `schemas/text/secrets/token-prefixes.ts`. */
export function generatedPrefixes(): GeneratedFile {
  const sources = secretlintPatterns().flatMap(({ source }) =>
    source.includes(':\\/\\/') ? [] : source.split(/\|(?=sk-)/),
  );
  const prefixes = [...new Set(sources.flatMap(prefixesOf))].sort();
  return {
    file: 'schemas/text/secrets/token-prefixes.ts',
    text: [
      '/** What tokens of known providers begin with. Generated from the rule set of Secretlint: `npm run generate`. */',
      'export const TOKEN_PREFIXES = [',
      ...prefixes.map((prefix) => `  '${prefix}',`),
      '];',
      '',
    ].join('\n'),
  };
}
