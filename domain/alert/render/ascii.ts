/** Text for places that take less than Unicode: SNS subjects (ASCII) and SMS (GSM-7). */
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

/** `text` in printable ASCII: accents are dropped, look-alikes replaced, the rest becomes `?`. */
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

/** ASCII characters that GSM 03.38 lacks or encodes with two septets, and what stands for them. */
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

/** `text` in characters that take one septet each in GSM-7 (3GPP TS 23.038), so that its length is what a phone counts. */
export function toGsm(text: string): string {
  return toAscii(text).replace(/[`^{}[\]~|\\]/g, (character) => NOT_SINGLE_SEPTET[character] ?? '?');
}
