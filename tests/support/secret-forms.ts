import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainText } from '../../schemas/text/plain-text.ts';
import { ROOT } from './events.ts';

/** A text with a secret, and what must not remain of it. `detail` is the event that the text came with. */
export interface SecretForm {
  readonly form: string;
  readonly text: string;
  readonly secret: string;
  readonly detail?: unknown;
}

/** A form as the fixtures write it. A scanner of repositories would take `"secret": "…"` for one. */
type Written = Omit<SecretForm, 'secret'> & { readonly value: string };

export const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/secrets', `${name}.json`), 'utf8')) as T;

/** The forms of a file. Marks keep the files free of what a scanner of repositories would take for a secret. */
export const formsIn = (name: string): SecretForm[] =>
  fixture<Written[]>(name).map(({ form, text, value, ...rest }) => ({
    form,
    text: text.replaceAll('<<dashes>>', '-'.repeat(5)).replace('<<value>>', () => value),
    secret: value,
    ...rest,
  }));

interface Token {
  readonly form: string;
  readonly prefix: string;
  readonly alphabet: keyof typeof ALPHABETS;
  readonly length: number;
  readonly tail?: string;
}

const ALPHABETS = {
  upper: 'Q7WZ3KXM5TRB2YHN6',
  mixed: 'Kx7fQz93mLw2pPqRsT4v',
  letters: 'KxfQzmLwpPqRsTvYbNc',
  hex: '0f3a9c7b21d4e8a5',
  digits: '734920158264',
} as const;

/** Tokens of providers: the prefix is real, the rest is repeated characters. */
export const tokenForms = (): SecretForm[] =>
  fixture<Token[]>('tokens').map(({ form, prefix, alphabet, length, tail = '' }) => {
    const secret = `${prefix}${ALPHABETS[alphabet].repeat(length).slice(0, length)}${tail}`;
    return { form: `token: ${form}`, text: `denied for ${secret} here`, secret };
  });

const SHORTEST_PART = 6;

/** The first part of `secret` of six characters that is in `output`; of a shorter secret, all of it. */
export function leakIn(output: string, secret: string): string | undefined {
  const [shown, hidden] = [output.toLowerCase(), plainText(secret, 4096).toLowerCase()];
  const length = Math.min(SHORTEST_PART, hidden.length);
  for (let at = 0; at + length <= hidden.length; at++) {
    const part = hidden.slice(at, at + length);
    if (shown.includes(part)) return part;
  }
  return undefined;
}
