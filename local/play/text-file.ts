/** Reads a file of events as text, and says in a few words why a file is none. */
import { gunzipSync } from 'node:zlib';

/** A file that is not readable as text. The message is a few words, without the file's name. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
}

/** Bytes. A million events are a few GB of JSON lines; a larger file is split before it is replayed. */
const LARGEST = 1024 ** 3;

/**
 * The text in `bytes`: UTF-8, with or without a byte order mark, plain or compressed with gzip. Throws an
 * `UnreadableText`.
 */
export function textIn(bytes: Buffer): string {
  const plain = isGzip(bytes) ? unpacked(bytes) : bytes;
  if (plain[0] === 0xff && plain[1] === 0xfe) throw new UnreadableText('is UTF-16 text; expected UTF-8');
  if (plain[0] === 0xfe && plain[1] === 0xff) throw new UnreadableText('is UTF-16 text; expected UTF-8');
  const text = decoded(plain);
  if (text.includes('\u0000'))
    throw new UnreadableText('holds NUL characters: it is UTF-16 text or not text; expected UTF-8');
  if (text.trim() === '') throw new UnreadableText('is empty');
  return text;
}

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const why = error.code === 'ERR_BUFFER_TOO_LARGE' ? 'is larger than 1 GiB when unpacked' : 'is damaged gzip';
    throw new UnreadableText(why, { cause: error });
  }
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UnreadableText('is not UTF-8 text', { cause: error });
  }
}
