/** The text of a part of a JSON document, byte for byte: `JSON.stringify` would write numbers and spaces anew. */

/** Strings and punctuation. Whatever lies between them is a number, a word or white space. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/g;

/**
 * The text of the member `name` of `json`, without the white space around it. `json` must be a valid JSON object. The
 * last of several members with this name counts, as for `JSON.parse`. Undefined if there is none.
 */
export function sourceText(json: string, name: string): string | undefined {
  let [depth, from, key, before] = [0, 0, '', ''];
  let found: string | undefined;
  for (const { 0: token, index } of json.matchAll(TOKENS)) {
    if (depth === 1 && token === ':') [key, from] = [JSON.parse(before), index + 1];
    if (depth === 1 && (token === ',' || token === '}') && from > 0) {
      if (key === name) found = json.slice(from, index).trim();
      from = 0;
    }
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    before = token;
  }
  return found;
}
