/**
 * Counts output manifests while they stream in. They may be gigabytes, so memory use must not grow with their size.
 * Source: developer guide, "Output data": JSON Lines in UTF-8.
 */
import { StringDecoder } from 'node:string_decoder';
import { type Progress, ProgressCounter } from '../../domain/labeling/progress.ts';

/** Characters. A longer line cannot be read: the labels of one object are not that large. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Counts the lines of a manifest by their label `attribute`. `jobName` is the job that wrote it. */
export async function countManifest(
  chunks: AsyncIterable<Uint8Array>,
  attribute: string,
  jobName: string,
): Promise<Progress> {
  const counter = new ProgressCounter(attribute, jobName);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isTooLong = false;
  const end = (line: string): void => {
    if (isTooLong) counter.tooLongLine();
    else counter.line(line);
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
  return counter.result();
}

const BYTE_ORDER_MARK = '\ufeff';
