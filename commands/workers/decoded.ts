/** The text of a file or of standard input, decoded while it is read. */
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';

/**
 * The text at `path` (`-` is standard input), in pieces: UTF-8 or UTF-16 (as PowerShell writes it), with or without a
 * byte order mark, plain or compressed with gzip. Bytes that are no text become U+FFFD. Throws when the file cannot be
 * read, or is damaged; what was read before has been passed on.
 */
export async function* decoded(path: string): AsyncGenerator<string> {
  const bytes = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
  let decoder: TextDecoder | undefined;
  for await (const chunk of unpacked(bytes)) {
    decoder ??= new TextDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : 'utf-8');
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder?.decode() ?? '';
}

/** At least the two bytes that begin every gzip file come first, if there are two. */
async function* unpacked(source: Readable): AsyncGenerator<Buffer> {
  const bytes: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  for (let next = await bytes.next(); next.done !== true; next = await bytes.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= 2) break;
  }
  const all = chained(head, bytes);
  if (head[0] !== 0x1f || head[1] !== 0x8b) yield* all;
  // The error of a broken stream reaches the loop over the last stream, so the callback has nothing to do.
  else yield* pipeline(Readable.from(all), createGunzip(), () => undefined);
}

async function* chained(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Why a file could not be read, in a few words. */
export function whyNotRead(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return 'is compressed data that ends too early; the rest was not read';
  if (code.startsWith('Z_')) return 'is damaged compressed data; the rest was not read';
  if (code === '') throw error;
  return `cannot be read (${code})`;
}
