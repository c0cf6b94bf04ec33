/**
 * Reads manifests line by line while they stream in. They may be gigabytes, so memory use must not grow with their size.
 * Source: developer guide, "Output data": JSON Lines in UTF-8.
 */
import { StringDecoder } from 'node:string_decoder';

/** Characters. A longer line cannot be read: the labels of one object are not that large. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Gets the lines, in their order. */
export interface LineReader {
  /** One line, without its line feed. */
  line(text: string): void;
  /** A line that is too long to keep in memory. */
  tooLongLine(): void;
}

/** Hands each line of `chunks` to `reader`. A byte order mark at the beginning is left out. */
export async function eachLine(chunks: AsyncIterable<Uint8Array>, reader: LineReader): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isTooLong = false;
  const end = (line: string): void => {
    if (isTooLong) reader.tooLongLine();
    else reader.line(line);
    isTooLong = false;
  };
  let isFirst = true;
  for await (const chunk of chunks) {
    const decoded = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    const text = isFirst && decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded;
    isFirst &&= decoded === '';
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      end(rest + text.slice(from, at));
      rest = '';
      from = at + 1;
    }
    rest += text.slice(from);
    if (rest.length > LONGEST_LINE) {
      isTooLong = true;
      rest = '';
    }
  }
  rest += decoder.end();
  if (rest !== '' || isTooLong) end(rest);
}

const BYTE_ORDER_MARK = '\ufeff';
