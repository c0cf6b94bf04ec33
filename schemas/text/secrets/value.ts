/** Where a value in a text ends, and whether it looks like a secret. */
import type { Span } from './spans.ts';

/** Every way to write a quotation mark: plain, escaped in JSON, HTML or a URL, typographic. */
export const QUOTE = String.raw`\\{0,7}["'${'`'}]|&quot;|&#(?:34|39|x22|x27);|&apos;|\\{1,4}u002[27]|%2[27]|[“”„‘’«»]`;
/** Also braces, as in ODBC's `PWD={x}`. */
const OPENING = new RegExp(String.raw`${QUOTE}|\{(?=[^\s"'{}:]{1,100}\})`, 'y');
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '“': '”', '„': '“', '‘': '’', '«': '»' };

/** What may follow a character that also ends a value: the end of the text, a word, a bracket, the next name. */
const AFTER_END = String.raw`[\s,;:.!?&"'${'`'}<>()[\]{}\\]*(?:\s|$)|[,;:"'${'`'}<>)\]}\\]|(?:amp;)?["']?[\w.-]{1,40}["']?\s?(?:[=:]|%3D)|\/?[\w:-]{1,40}[^<>]{0,100}>|@`;
/** A value without quotes: up to white space, or up to a character that ends it. */
const UNQUOTED = new RegExp(
  String.raw`(?:[^\s,;&"'${'`'}<>)\]}\\]|\\(?!["'${'`'}nrt]|u00)|[,;&"'${'`'}<>)\]}](?!${AFTER_END}))+`,
  'y',
);
/** Opens a list, a tuple or a string of bytes. */
const BEFORE = /(?:[[(]\s?)?(?:[bfru]{1,2}(?=["']))?/y;

export interface Value {
  readonly span: Span;
  readonly text: string;
  readonly isQuoted: boolean;
}

/** The value that begins at position `at` of `text`: what is between quotes, or all up to a sensible end. */
export function valueAt(text: string, at: number): Value {
  BEFORE.lastIndex = at;
  const start = at + (BEFORE.exec(text)?.[0].length ?? 0);
  OPENING.lastIndex = start;
  const quote = OPENING.exec(text)?.[0];
  const from = start + (quote?.length ?? 0);
  const to = quote === undefined ? endOfWord(text, from) : endOfQuote(text, from, CLOSING[quote] ?? quote);
  return { span: [from, to], text: text.slice(from, to), isQuoted: quote !== undefined };
}

function endOfWord(text: string, from: number): number {
  UNQUOTED.lastIndex = from;
  const word = UNQUOTED.exec(text)?.[0] ?? '';
  return from + word.replace(/[.:]+$/, '').length;
}

/**
 * The position of the closing quotation mark, or the end of a text without one. An escaped mark, a doubled one and one
 * inside a word (an apostrophe) do not close.
 */
function endOfQuote(text: string, from: number, quote: string): number {
  for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + 1)) {
    const after = text.slice(at + quote.length);
    if (text[at - 1] === '\\' && at > from) continue;
    if (/^\w/.test(after.slice(0, 1)) && !/^(?:n|r|t)?["'\\]/.test(after)) continue;
    if (at > from && quote.length === 1 && after.startsWith(quote) && /^\w/.test(after.slice(1, 2))) at += 1;
    else return at;
  }
  return text.length;
}

const CDATA = /(?:<!\[CDATA\[)?/y;
const UP_TO_TAG = /[^<>]*?(?=<|&lt;|\]\]>|$)/y;
const UP_TO_BRACKET = /[^)\]]*/y;
const COOKIES = /(?:[^\s=;,"']+=[^\s;,"']*(?:;\s?)?)*/y;

const matchAt = (pattern: RegExp, text: string, at: number): Value => {
  pattern.lastIndex = at;
  const value = pattern.exec(text)?.[0] ?? '';
  return { span: [at, at + value.length], text: value, isQuoted: true };
};

/** The content of an XML element: all text up to the next tag. */
export const textUpToTag = (text: string, at: number): Value =>
  matchAt(UP_TO_TAG, text, matchAt(CDATA, text, at).span[1]);

/** What a pair of brackets has between them. */
export const textUpToBracket = (text: string, at: number): Value => matchAt(UP_TO_BRACKET, text, at);

/** The value of the header `Cookie`: all its pairs of name and value. */
export function valueOfCookie(text: string, at: number): Value {
  const [from] = valueAt(text, at).span;
  return matchAt(COOKIES, text, from);
}

/** Words that stand where a value would stand. */
const PLACEHOLDER =
  /^(?:|null|none|nil|undefined|true|false|yes|no|not|unset|empty|missing|required|invalid|incorrect|expired|denied|rejected|failed|failure|mismatch|timeout|error|(?:\[|<)?(?:hidden|redacted|masked|secret|password|token|your[-_ ].*)(?:\]|>)?|\*+|x{3,}|\.{2,}|…)$/i;
/** Where a secret is, but not what it is: a variable, an ARN, an expression. */
const REFERENCE =
  /^(?:\$\{?[A-Z_][A-Z0-9_]*\}?$|\{\{|%\w+%$|arn:|(?:os|self|args|config|settings|process|env|environ)\.[a-z]|[a-z_]+(?:\.[a-z_]+)*[([])/;

/** Whether `value` says nothing about a secret. */
export const isNoValue = (value: string): boolean => PLACEHOLDER.test(value) || REFERENCE.test(value);

/**
 * Common words, numbers, script names, regions and instance types. Hiding them would make a text unreadable and protect
 * nothing.
 */
export const ORDINARY =
  /^(?:[A-Za-z]?[a-z]{1,9}|[\w.-]+\.py|\d{1,5}|\d*\.\d{1,6}|[a-z]{2}(?:-[a-z]+){1,2}-\d|ml\.[\w.]+|-{1,2}[\w-]+)$/;
/** Locations are hidden as a whole only, because their parts are names that people need. */
export const LOCATION = /^(?:s3:\/\/|arn:|\/)/i;
/** Tokens of a vocabulary and markup: `<pad>`, `[UNK]`, `##ing`. */
const VOCABULARY = /^(?:<[^<>]*>?|\[[^[\]]*\]?|#+\w*)$/;

/** Whether a value in a sentence looks like a secret rather than like a word, a number or a location. */
export function looksSecret(value: string): boolean {
  if (value.length < 6 || ORDINARY.test(value) || VOCABULARY.test(value)) return false;
  if (LOCATION.test(value) || /^https?:/i.test(value)) return false;
  return /[A-Za-z]/.test(value) && /[\d!@#$%^&*+=~?]/.test(value);
}

/** Whether `value` looks like the output of a random generator: long, without white space, digits among letters. */
export const looksRandom = (value: string): boolean =>
  /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])\S{12,}$|^(?=(?:.*?\d){4})[\da-z]{20,}$/.test(value);
