/** Cuts JSON documents into their values, or into the elements of the lists that hold log events. */
import { LONGEST_PIECE, type Split, TOO_LONG } from './piece.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * A scanner that only knows strings and brackets: the pieces it cuts out are parsed later, one by one. Pieces are the
 * elements of a list at the top, the elements of a list called `events` or `logEvents` in an object at the top, and any
 * other value at the top. After a broken string nothing can be told apart any more, so the rest is left out.
 */
export class JsonDocuments {
  #line = 1;
  #depth = 0;
  /** The depth of the list whose elements are pieces; 0 while values at the top are. */
  #listDepth = 0;
  #isBroken = false;
  /** Within a string: whether the next character is escaped. */
  #inString = false;
  #isEscaped = false;
  /** The last string directly in an object at the top, which may be the name of a list. */
  #name = '';
  /** The piece so far, and the line on which it begins; 0 outside of a piece. */
  #piece = '';
  #pieceLine = 0;
  #isTooLong = false;

  *feed(text: string): Generator<Split> {
    if (this.#isBroken) return;
    // Where the part of `text` begins that belongs to the piece.
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#inString) {
        if (code === NEWLINE) {
          yield this.#broken('is not JSON; the rest of the file was not read');
          return;
        }
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === BACKSLASH) this.#isEscaped = true;
        else if (code === QUOTE) {
          this.#inString = false;
          if (this.#depth === this.#listDepth && this.#pieceLine > 0) {
            yield* this.#cut(text.slice(from, at + 1));
          }
        }
        if (this.#depth === 1 && this.#name.length < 20 && this.#inString) this.#name += text.charAt(at);
        continue;
      }
      if (code === NEWLINE) this.#line++;
      if (code <= 0x20) {
        if (this.#isScalar()) yield* this.#cut(text.slice(from, at));
        continue;
      }
      const isClosing = code === CLOSE || code === CLOSE_LIST;
      if (this.#isScalar() && (code === COMMA || isClosing)) yield* this.#cut(text.slice(from, at));
      if (isClosing) {
        this.#depth--;
        if (this.#depth < 0) {
          yield this.#broken('is not JSON; the rest of the file was not read');
          return;
        }
        if (this.#pieceLine > 0 && this.#depth === this.#listDepth) yield* this.#cut(text.slice(from, at + 1));
        else if (this.#depth < this.#listDepth) this.#listDepth = 0;
        continue;
      }
      const isList = code === OPEN_LIST;
      const isOfEvents = this.#depth === 1 && (this.#name === 'events' || this.#name === 'logEvents');
      if (isList && this.#listDepth === 0 && (this.#depth === 0 || isOfEvents)) {
        this.#depth++;
        this.#listDepth = this.#depth;
        this.#drop();
        continue;
      }
      if (this.#pieceLine === 0 && this.#depth === this.#listDepth && code !== COMMA) {
        this.#pieceLine = this.#line;
        from = at;
      }
      if (code === QUOTE) {
        this.#inString = true;
        this.#name = '';
      } else if (isList || code === OPEN) this.#depth++;
    }
    this.#keep(text.slice(from));
  }

  *end(): Generator<Split> {
    if (this.#isBroken) return;
    if (this.#isScalar()) yield* this.#cut('');
    else if (this.#depth > 0 || this.#inString) yield this.#broken('is JSON that ends too early');
  }

  /** Whether the piece is a number or a word, which ends before the next character that is no part of it. */
  #isScalar(): boolean {
    return this.#pieceLine > 0 && this.#depth === this.#listDepth && !this.#inString;
  }

  #keep(part: string): void {
    if (this.#pieceLine === 0 || this.#isTooLong) return;
    this.#piece += part;
    if (this.#piece.length <= LONGEST_PIECE) return;
    this.#isTooLong = true;
    this.#piece = '';
  }

  *#cut(part: string): Generator<Split> {
    this.#keep(part);
    const line = this.#pieceLine;
    const [text, isTooLong] = [this.#piece, this.#isTooLong];
    this.#drop();
    yield isTooLong ? { line, why: TOO_LONG } : { line, text };
  }

  #drop(): void {
    this.#piece = '';
    this.#pieceLine = 0;
    this.#isTooLong = false;
  }

  #broken(why: string): Split {
    this.#isBroken = true;
    return { line: this.#pieceLine || this.#line, why };
  }
}
