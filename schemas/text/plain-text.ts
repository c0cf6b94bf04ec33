/**
 * Makes untrusted text safe to print and send. Other people write job names, tags and failure reasons.
 *
 * The schemas remove every character that could mislead a reader, so that no later code has to. These are terminal
 * escapes, control characters, bidirectional overrides, zero-width and private-use characters, and unpaired surrogates.
 */
const TERMINAL_ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this expression removes
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]?/g;
/** `text` without the escapes that colour it or move the cursor of a terminal. */
export const withoutEscapes = (text: string): string => text.replace(TERMINAL_ESCAPES, '');

const SPACES = /[\s\p{Cc}\u2028\u2029]+/gu;
const INVISIBLE = /[\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Variation_Selector}]+/gu;

/** Longest input that is read, in UTF-16 units. No output is that long, and the regular expressions take time. */
const LONGEST_INPUT = 20_000;

/**
 * `input` as one line of printable text of at most `max` characters; `…` marks what was cut.
 * Runs of white space and control characters become one space.
 */
export function plainText(input: string, max: number): string {
  const line = withoutEscapes(input.slice(0, LONGEST_INPUT)).replace(INVISIBLE, '').replace(SPACES, ' ').trim();
  return cutText(line, max);
}

/** `text` cut to at most `max` UTF-16 units without splitting a character; `…` marks the cut. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  const whole = /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
  return `${whole.trimEnd()}…`;
}
