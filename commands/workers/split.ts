/**
 * Cuts the text of an exported log into pieces that hold one entry each, while it is read. A file may be larger than
 * memory: what AWS CLI writes for a million entries is one JSON document.
 */
import { JsonDocuments } from './json-documents.ts';
import { LONGEST_PIECE, type Split, TOO_LONG } from './piece.ts';

/** Characters to look at before a line without end counts as a document. */
const HEAD = 1024 * 1024;

/**
 * Cuts `chunks` into pieces, and returns them in batches: the caller reads one batch before it asks for the next one.
 * A text of lines has one piece a line. A JSON document over several lines has one piece for each element of its lists
 * `events` and `logEvents`.
 */
export async function* split(chunks: AsyncIterable<string>): AsyncGenerator<Iterable<Split>> {
  let head = '';
  let splitter: Lines | JsonDocuments | undefined;
  for await (const chunk of chunks) {
    if (splitter === undefined) {
      head += chunk;
      const isEnough = head.trimStart().includes('\n') || head.length >= HEAD;
      if (!isEnough) continue;
      splitter = splitterFor(head);
      yield splitter.feed(head);
      head = '';
    } else yield splitter.feed(chunk);
  }
  if (splitter === undefined) {
    splitter = splitterFor(head);
    yield splitter.feed(head);
  }
  yield splitter.end();
}

function splitterFor(head: string): Lines | JsonDocuments {
  const text = head.trimStart();
  const end = text.indexOf('\n');
  return isDocument((end < 0 ? text : text.slice(0, end)).trimEnd(), end >= 0) ? new JsonDocuments() : new Lines();
}

/** What the documents of CloudWatch Logs begin with. */
const WRAPPER =
  /^\{\s*"(?:events|searchedLogStreams|next(?:Forward|Backward)?Token|messageType|owner|log(?:Group|Stream|Events)|subscriptionFilters)"/;

function isDocument(first: string, isWhole: boolean): boolean {
  if (!/^[[{]/.test(first)) return false;
  if (!isWhole && first.length >= HEAD / 2) return true;
  // A line that is one whole value is one of many. A broken line of entries must not swallow the following lines.
  return !isJson(first) && (first.startsWith('[') || /^\{[\s[{]*$/.test(first) || WRAPPER.test(first));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}

/** One piece a line. Blank lines are left out. */
class Lines {
  #line = 1;
  #rest = '';
  #isTooLong = false;

  *feed(text: string): Generator<Split> {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      yield* this.#piece(this.#rest + text.slice(from, at));
      this.#rest = '';
      this.#isTooLong = false;
      this.#line++;
      from = at + 1;
    }
    this.#rest += text.slice(from);
    if (this.#rest.length <= LONGEST_PIECE) return;
    this.#isTooLong = true;
    this.#rest = '';
  }

  *end(): Generator<Split> {
    yield* this.#piece(this.#rest);
  }

  *#piece(text: string): Generator<Split> {
    if (this.#isTooLong) yield { line: this.#line, why: TOO_LONG };
    else if (text.trim() !== '') yield { line: this.#line, text };
  }
}
