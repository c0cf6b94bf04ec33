/**
 * Rules that recognise a cause by its words.
 *
 * The text is untrusted and may be long. A pattern therefore repeats nothing without a bound: it has no `*`, `+` or
 * `{n,}`. A test looks at all of them. The first rule that matches wins, so special rules stand before general ones.
 */
import type { Key } from '../advice/advice.ts';

export type Rule = readonly [RegExp, Key];

/** The cause of the first rule that matches `text`. */
export const firstOf = (rules: readonly Rule[], text: string): Key | undefined =>
  rules.find(([pattern]) => pattern.test(text))?.[1];
