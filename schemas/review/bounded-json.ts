/** Parses JSON that others wrote, and refuses what is nested too deeply to be worked on. */

/** Outputs of A2I and manifests have about ten levels. */
const DEEPEST = 100;

/** Why a text is not read. */
export type JsonFault = 'not-json' | 'cut' | 'too-deep';

/** The value of a text, or why it has none. */
export type ParsedJson =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: JsonFault };

/**
 * The JSON value in `text`. Brackets are counted before it is parsed: a few MB of them would become hundreds of MB of
 * empty lists. `cut`: it ends too early.
 */
export function parseBounded(text: string): ParsedJson {
  if (isTooDeep(text)) return { fault: 'too-deep' };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { fault: /end of JSON input|Unterminated/i.test(error.message) ? 'cut' : 'not-json' };
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x7b, 0x5d, 0x7d];

/** Looks at each character once: a regular expression would need a stack as deep as the longest string. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth++;
      if (depth > DEEPEST) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return false;
}
