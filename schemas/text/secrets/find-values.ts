/** Finds the values of an event in a text: as they are, encoded, or broken by white space. */
import { lower } from './event-values.ts';
import type { Span } from './spans.ts';

/** A text as its reader would decode it. `at` has the position in the original of each of its characters. */
interface View {
  readonly text: string;
  readonly at: readonly number[];
}

/** Where `text` has one of `values`; if SageMaker cut it, also where it ends with the beginning of one. */
export function spansOfValues(text: string, values: ReadonlySet<string>, isCut: boolean): Span[] {
  if (values.size === 0) return [];
  const plain: View = { text: lower(text), at: Array.from({ length: text.length + 1 }, (_, at) => at) };
  const views = decodings(plain);
  const compact = replaced(plain, /\s+/g, () => '');
  const found: Span[] = [];
  for (const value of values) {
    for (const view of views) found.push(...spansIn(view, value, (from, to) => isOwnWord(view.text, from, to)));
    const joined = value.replace(/\s+/g, '');
    if (mayBeBroken(joined)) found.push(...spansIn(compact, joined, () => true));
    if (isCut) found.push(...beginningAtEnd(plain.text, value));
  }
  return found.map(([from, to]): Span => [from, from + text.slice(from, to).trimEnd().length]);
}

/** In the original, where `view` has `value`. */
function spansIn(view: View, value: string, isFound: (from: number, to: number) => boolean): Span[] {
  const found: Span[] = [];
  for (let from = view.text.indexOf(value); from !== -1; from = view.text.indexOf(value, from + 1)) {
    const to = from + value.length;
    if (isFound(from, to)) found.push([view.at[from] ?? 0, view.at[to] ?? 0]);
  }
  return found;
}

/** A value of this many characters is no ordinary word: it is found inside longer words, too. */
const LONG = 12;
/** A shorter value without white space may be in the text by chance, over the end of a word. */
const SHORTEST_BROKEN = 8;

const mayBeBroken = (value: string): boolean =>
  value.length >= LONG || (value.length >= SHORTEST_BROKEN && /[^a-z]/.test(value));

/** Whether the characters from `from` to `to` neither begin nor end inside a longer word, or are long. */
function isOwnWord(text: string, from: number, to: number): boolean {
  const joins = (at: number) => /^\w\w$/.test(text.slice(Math.max(0, at - 1), at + 1));
  return to - from >= LONG || (!(from > 0 && joins(from)) && !joins(to));
}

const SHORTEST_BEGINNING = 6;

function beginningAtEnd(text: string, value: string): Span[] {
  const at = text.lastIndexOf(value.slice(0, SHORTEST_BEGINNING));
  return at !== -1 && value.startsWith(text.slice(at)) ? [[at, text.length]] : [];
}

/** What a text may be encoded in, and its decoding. Percent signs may be encoded twice. */
const ENCODINGS: readonly (readonly [RegExp, (encoded: string) => string])[] = [
  [/\\(?:u[\da-f]{4}|x[\da-f]{2}|[nrtbf"'\\/])/g, fromJson],
  [/&(?:amp|lt|gt|quot|apos|#\d{2,3}|#x[\da-f]{2});/g, fromHtml],
  [/(?:%[\da-f]{2})+|\+/g, fromUrl],
  [/(?:%[\da-f]{2})+/g, fromUrl],
];

/** The text as it is, and decoded from each combination of encodings that it may have. */
function decodings(plain: View): View[] {
  let views = [plain];
  for (const [pattern, decode] of ENCODINGS) {
    const encoded = views.filter(({ text }) => text.search(pattern) !== -1);
    views = [...views, ...encoded.map((view) => replaced(view, pattern, decode))];
  }
  return views;
}

function replaced(view: View, pattern: RegExp, decode: (encoded: string) => string): View {
  const at: number[] = [];
  let text = '';
  let end = 0;
  const take = (part: string, positions: readonly number[]) => {
    text += part;
    at.push(...positions);
  };
  for (const { index, 0: encoded } of view.text.matchAll(pattern)) {
    take(view.text.slice(end, index), view.at.slice(end, index));
    const decoded = lower(decode(encoded));
    take(
      decoded,
      Array.from(decoded, () => view.at[index] ?? 0),
    );
    end = index + encoded.length;
  }
  take(view.text.slice(end), view.at.slice(end));
  return { text, at };
}

const ESCAPED: Readonly<Record<string, string>> = { n: ' ', r: ' ', t: ' ', b: ' ', f: ' ' };

function fromJson(encoded: string): string {
  const [, kind = '', code] = /^\\([ux])?([\da-f]{2,4})?/.exec(encoded) ?? [];
  if (kind !== '' && code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return ESCAPED[encoded.slice(1)] ?? encoded.slice(1);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function fromHtml(encoded: string): string {
  const name = encoded.slice(1, -1);
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return ENTITIES[name] ?? String.fromCharCode(code);
}

function fromUrl(encoded: string): string {
  if (encoded === '+') return ' ';
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    // Not UTF-8: stays as it is.
    if (error instanceof URIError) return encoded;
    throw error;
  }
}
