/** What somebody probably meant who wrote a word that does not exist. */
import { closest, distance } from 'fastest-levenshtein';

/** The part of a word's letters that may be wrong. */
const MOST_WRONG = 0.4;

/** `; did you mean email?` for `emial`; empty when no known word is close. */
export function didYouMean(written: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const word = written.toLowerCase();
  const best = closest(word, known);
  return distance(word, best) <= word.length * MOST_WRONG ? `; did you mean ${best}?` : '';
}
