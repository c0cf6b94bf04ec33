/** What does not matter when an answer is compared with a prediction. */
import type { Normaliser } from '../../../schemas/configuration/review.ts';

/** `text` without the differences that `normalisers` name. Different encodings of the same characters are equal. */
export function normalise(text: string, normalisers: readonly Normaliser[]): string {
  let result = text.normalize('NFC');
  if (normalisers.includes('punctuation')) result = result.replaceAll(/\p{P}/gu, '');
  if (normalisers.includes('space')) result = result.replaceAll(/\s+/gu, ' ').trim();
  if (normalisers.includes('case')) result = result.toLowerCase();
  return result;
}

/** Names that mean the same field: `Mail Address:` and `mail address`. */
export const sameName = (name: string): string => normalise(name, ['case', 'space', 'punctuation']);
