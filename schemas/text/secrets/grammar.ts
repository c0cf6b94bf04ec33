/**
 * The grammar of credentials in a text: NAME, SEPARATOR, VALUE. `names.ts` says which names count, `value.ts` where a
 * value ends. This file says what is between them, and when the value is hidden.
 */
import { isCode, type Strength, strengthOf } from './names.ts';
import type { Span } from './spans.ts';
import {
  isNoValue,
  looksRandom,
  looksSecret,
  QUOTE,
  textUpToBracket,
  textUpToTag,
  type Value,
  valueAt,
  valueOfCookie,
} from './value.ts';

/** A name, also after encoded characters: `%3Ftoken`, `\u0026sig`. */
const NAME = /(?:%[\dA-Fa-f]{2}|\\u[\dA-Fa-f]{4}){0,4}([\w$\u00c0-\uffff][\w.\u00c0-\uffff-]{0,80})/g;
const CLOSE = String.raw`(?:\[\w{0,20}\])?(?:${QUOTE})?[\])]{0,2}`;

interface Separator {
  /** Which names it is for, if not for all. */
  readonly named?: RegExp;
  /** What is before the name, if that matters. */
  readonly before?: RegExp;
  /** What is between the name and the value. */
  readonly between: string;
  /**
   * `code`: the name alone decides. `sentence` and `word`: the value has to look like a secret, too. `colon`: code or a
   * sentence, as the name looks. `pair`: of a user and a password.
   */
  readonly kind: 'code' | 'colon' | 'sentence' | 'word' | 'pair';
  /** Reads the value; `valueAt` unless given. */
  readonly read?: (text: string, at: number) => Value;
}

/** Each row with examples; `name` and `x` stand for a name and a value. The first row that fits is taken. */
const SEPARATORS: readonly Separator[] = [
  // <name>x</name>
  {
    before: /(?:<|&lt;)(?:[\w-]{1,40}:)?$/,
    between: String.raw`(?:\s[^<>]{0,200})?(?:>|&gt;)`,
    kind: 'code',
    read: textUpToTag,
  },
  // {"name": "name", "value": "x"}, {"name": {"value": "x"}}, <add key="name" value="x"/>, <key>name</key><value>x</value>
  {
    between: String.raw`${CLOSE}(?:[,;]|:\s?\{)?\s{0,3}(?:${QUOTE})?(?:value|val|default)(?:${QUOTE})?\s{0,2}[=:]\s{0,2}|</\w{1,20}>\s?<value>`,
    kind: 'code',
  },
  // <property name="name">x</property>
  {
    before: /<[\w:-]{1,40}\s[^<>]{0,100}["']$/,
    between: String.raw`["'](?:\s[^<>]{0,200})?>`,
    kind: 'code',
    read: textUpToTag,
  },
  // pydantic: name Input should be … [type=…, input_value=x]
  { between: String.raw`\s[^[\]]{0,150}\[(?:type=\w{1,50},\s)?input_value=`, kind: 'code' },
  // auth=('bob', 'x'), credentials=(bob, x)
  {
    named: /auth$|cred(?:ential)?s?$/i,
    between: String.raw`\s?[=:]\s?\(\s?(?=(?:["'][^"']{1,100}["'],\s?["'][^"']{1,200}["']|\w{1,100},\s?[^\s,()]{1,200})\s?\))`,
    kind: 'pair',
    read: textUpToBracket,
  },
  // name=x, name = "x", "name" => "x", name := x, name -> x, name%3Dx
  { between: String.raw`${CLOSE}\s{0,3}(?::=|==?>?|->|%3D|&#61;|\\u003d)\s{0,3}`, kind: 'code' },
  // name: str = "x"
  {
    between: String.raw`\s?:\s?(?:optional\[)?(?:str|string|bytes|text|secretstr)\]?(?:\s\|\s(?:none|null))?\s?=\s?`,
    kind: 'code',
  },
  // "name": "x", name: x, api key provided: x, password for bob: x, name: !tag x
  {
    between: String.raw`${CLOSE}(?:\s(?:provided|supplied|given|used|received|specified|is|was|for\s\S{1,60}))?\s{0,3}(?::|%3A|\\u003a)\s{0,3}(?:[|>][+-]?\s{1,3}|![\w:/-]{1,30}\s{1,3})?`,
    kind: 'colon',
  },
  // | name | x |
  {
    before: /(?:^|\n|[|│┃])\s*$/,
    between: String.raw`\s{0,60}[|│┃]\s{0,3}(?=[^\s|│┃]{1,200}\s{0,60}(?:[|│┃\n]|$))`,
    kind: 'colon',
  },
  // ('name', 'x')
  { before: /[([]\s?["']$/, between: String.raw`["'],\s{0,2}(?=["'][^"']{1,500}["']\s?[)\]])`, kind: 'code' },
  // name is x, name was set to x
  { between: String.raw`${CLOSE}(?:\sof\s\S{1,60})?\s(?:is|was|are|equals|(?:is |was )?set to)\s`, kind: 'sentence' },
  // password 'x', ENV NAME x
  { between: String.raw`\s{1,2}`, kind: 'word' },
];

interface Row extends Separator {
  readonly pattern: RegExp;
}

let compiled: readonly Row[] | undefined;
/** Compiled at the first name that says "secret", because most texts have none. */
const rows = (): readonly Row[] => {
  compiled ??= SEPARATORS.map((row) => ({ ...row, pattern: new RegExp(row.between, 'iy') }));
  return compiled;
};

/** The length of what `pattern`, which is sticky, matches at position `at`; absent when it matches nothing there. */
function lengthAt(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length;
}

/** Where `text` has values of names that say "secret". */
export function namedSecrets(text: string): Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(NAME)) {
    const name = (match[1] ?? '').replace(/[.-]+$/, '');
    const at = match.index + match[0].length - (match[1] ?? '').length;
    // A name inside a hidden value needs no look. That also keeps hostile texts cheap.
    if (at < (found.at(-1)?.[1] ?? 0)) continue;
    const strength = strengthOf(name, wordBefore(text, at, name));
    const span = strength && secretAfter(text, name, at, strength);
    if (span !== undefined) found.push(span);
  }
  return found;
}

/** `API` before `key`: names of several words are written with spaces, too. */
const wordBefore = (text: string, at: number, name: string): string =>
  /^(?:keys?|tokens?|string|phrase|code)$/i.test(name)
    ? (/([A-Za-z]+)[ -]$/.exec(text.slice(Math.max(0, at - 20), at))?.[1] ?? '')
    : '';

/** Where the value of `name` is, which begins at position `at` and is a secret with `strength`. */
function secretAfter(text: string, name: string, at: number, strength: Strength): Span | undefined {
  const end = at + name.length;
  for (const { named, before, pattern, kind, read } of rows()) {
    if (named !== undefined && !named.test(name)) continue;
    const length = lengthAt(pattern, text, end);
    if (length === undefined) continue;
    if (before !== undefined && !before.test(text.slice(Math.max(0, at - 150), at))) continue;
    const isNamedInCode = isCode(name) || /^(?:\\*["'`]|&quot;|&#|\\)/.test(text.slice(end, end + 8));
    const value = readerFor(name, read)(text, end + length);
    const sure = kind === 'colon' && isNamedInCode ? 'code' : kind;
    return isHidden(text, value, strength, sure) ? value.span : undefined;
  }
  return undefined;
}

const readerFor = (name: string, read: Separator['read']) => {
  if (/authorization$/i.test(name)) return withoutScheme;
  return /cookie$/i.test(name) ? valueOfCookie : (read ?? valueAt);
};

const KNOWN_SCHEME = /(?:Bearer|Basic|Token|ApiKey|Digest|Negotiate|NTLM|AWS4-HMAC-SHA256)\s+/iy;
const OTHER_SCHEME = /[A-Za-z][\w-]{1,20}\s(?=\S{4})/y;

/** The value of the header `Authorization` without its scheme, which people need. A known scheme makes it certain. */
function withoutScheme(text: string, start: number): Value {
  const value = valueAt(text, start);
  const [at, end] = value.span;
  const known = lengthAt(KNOWN_SCHEME, text, at) ?? 0;
  const from = at + (known || (lengthAt(OTHER_SCHEME, text, at) ?? 0));
  if (value.isQuoted) return { ...value, span: [from < end ? from : at, end] };
  return from === at ? value : { ...valueAt(text, from), isQuoted: known > 0 };
}

/** Nothing of a sentence follows a value: the text or the clause ends. */
const END_OF_CLAUSE = /^(?:["'`)\]},;]|\.?\s*$|\s[\w.-]{1,40}\s?[=:])/;

function isHidden(text: string, { span, text: value, isQuoted }: Value, strength: Strength, kind: Separator['kind']) {
  if (isNoValue(value) || value.startsWith('{')) return false;
  if (kind === 'pair') return strength === 'strong' || /^["']/.test(value) || looksSecret(value);
  if (strength === 'rare') return kind === 'code' && looksRandom(value);
  if (strength === 'hint') return kind === 'code' ? looksSecret(value) : looksRandom(value);
  const isStrong = strength === 'strong';
  if (kind === 'code') return isStrong || (value.length >= 4 && !/^\d{1,5}$/.test(value));
  if (looksSecret(value) && (isStrong || kind !== 'word' || looksRandom(value))) return true;
  if (!isStrong) return false;
  if (isQuoted || /^\d{4,}$/.test(value)) return true;
  return kind === 'colon' && /^[A-Za-z]{6,}$/.test(value) && END_OF_CLAUSE.test(text.slice(span[1], span[1] + 50));
}
