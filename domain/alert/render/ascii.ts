/** Text for SNS subjects (ASCII) and SMS (GSM-7), which do not take all of Unicode. */
import { cutText } from '../../../schemas/text/plain-text.ts';

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  æ: 'ae',
  Æ: 'AE',
  ł: 'l',
  Ł: 'L',
};

/** `text` in printable ASCII: without accents, with look-alikes replaced, and `?` for the rest. */
export function toAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\x20-\x7e]/gu, (character) => LOOK_ALIKES[character] ?? '?');
}

/** `text` as printable ASCII of at most `max` characters, cut with `...`. */
export function asciiLine(text: string, max: number): string {
  const ascii = toAscii(text).trim();
  return ascii.length <= max
    ? ascii
    : `${cutText(ascii, max - 2)
        .slice(0, -1)
        .trimEnd()}...`;
}

/** Replacements for ASCII characters that GSM 03.38 lacks or encodes with two septets. */
const NOT_SINGLE_SEPTET: Readonly<Record<string, string>> = {
  '`': "'",
  '^': "'",
  '{': '(',
  '}': ')',
  '[': '(',
  ']': ')',
  '~': '-',
  '|': '/',
  '\\': '/',
};

/** `text` in characters of one GSM-7 septet each (3GPP TS 23.038), so that its length is the length a phone counts. */
export function toGsm(text: string): string {
  return toAscii(text).replace(/[`^{}[\]~|\\]/g, (character) => NOT_SINGLE_SEPTET[character] ?? '?');
}
