/** Keys and values of tags as Ground Control reads them, and as it publishes them in attributes of messages. */
import { plainText } from './plain-text.ts';

/** UTF-16 units. Keys of tags have at most 128 characters, values 256 (tagging guide of AWS). */
export const LONGEST_TAG = 256;

/** A key or value of a tag as one printable line of at most 256 characters. */
export const tagText = (text: string): string => plainText(text, LONGEST_TAG);

/**
 * The value of a message attribute: `text` as `tagText` reads it, without characters beyond the basic plane, which SNS
 * refuses ("Invalid attribute value"). SNS refuses empty values, too: `unknown` replaces them.
 */
export const attributeText = (text: string | undefined): string =>
  tagText(tagText(text ?? '').replace(/[\ud800-\udfff]/g, '')) || 'unknown';

/**
 * What keeps `text` from being equal to any text that `read` returns, and the spelling that would be equal. Absent when
 * `text` can be equal. `read` is `tagText` or `attributeText`.
 */
export function misspelling(text: string, read: (text: string) => string): string | undefined {
  const spelled = read(text);
  if (spelled === text) return undefined;
  const removed = [...new Set(text)].filter((one) => one !== ' ' && read(`a${one}a`) !== `a${one}a`);
  const what =
    removed.length > 0
      ? `expected no ${removed.slice(0, MOST_NAMED).map(codePoint).join(', ')}: such characters are removed or replaced`
      : text.trim() !== text
        ? 'expected no spaces at the beginning or end: they are removed from tags'
        : text.length > LONGEST_TAG
          ? `expected at most ${LONGEST_TAG} characters: the rest is cut`
          : 'expected single spaces: several become one';
  return read(spelled) === 'unknown' ? what : `${what}; write ${JSON.stringify(spelled)}`;
}

const MOST_NAMED = 3;

/** `U+200B`: many of these characters cannot be seen. */
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
