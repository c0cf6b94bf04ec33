/** Reads the events that commands replay, from files, folders or standard input. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { unpack } from './unpack.ts';

/** One event. */
export interface Source {
  /** The path as the user wrote it, with `#2` for the second of several events; `-` is standard input. */
  readonly file: string;
  readonly read: () => unknown;
}

/** A path that cannot be read; the message is one line. */
export class UnreadablePath extends Error {
  override readonly name = 'UnreadablePath';
}

/**
 * The events in `paths`. A path is a file, a folder or `-` for standard input. Of a folder, every `.json` and `.jsonl`
 * file below it is read, in alphabetical order. A file contains one event, a list, one event per line (an archive's
 * export), or messages from a queue, which are unpacked. Throws an `UnreadablePath`.
 */
export function sourcesOf(paths: readonly string[]): Source[] {
  return paths.flatMap((path) => {
    if (path === '-')
      return eventsIn(
        '-',
        attempt(() => readFileSync(0, 'utf8'), 'standard input'),
      );
    return filesAt(path).flatMap((file) =>
      eventsIn(
        file,
        attempt(() => readFileSync(file, 'utf8'), file),
      ),
    );
  });
}

/** `path` relative to the folder in which the user called npm: npm itself runs scripts in the service's folder. */
export function fromUser(path: string): string {
  const folder = process.env['INIT_CWD'];
  return path === '-' || folder === undefined || isAbsolute(path) || folder === process.cwd()
    ? path
    : join(folder, path);
}

function eventsIn(file: string, text: string): Source[] {
  const events = parseEvents(text).flatMap(unpack);
  return events.map((event, at) => ({ file: events.length === 1 ? file : `${file}#${at + 1}`, read: () => event }));
}

function filesAt(path: string): string[] {
  if (!attempt(() => statSync(path), path).isDirectory()) return [path];
  const files = attempt(() => readdirSync(path, { recursive: true, encoding: 'utf8' }), path)
    .filter((name) => (name.endsWith('.json') || name.endsWith('.jsonl')) && !name.split('/').includes('package.json'))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw new UnreadablePath(`${path}: holds no .json files`);
  return files;
}

/**
 * The events in the text of a file. Text that is not JSON is kept as an event, which the functions will quarantine. At
 * least half of the lines must be JSON for the file to be read as one event per line.
 */
function parseEvents(source: string): unknown[] {
  const text = source.replace(/^\ufeff/, '');
  if (text.trim() === '') return [];
  const whole = parseJson(text);
  if (whole.ok) return [whole.value];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const parsed = lines.map(parseJson);
  const readable = parsed.filter(({ ok }) => ok).length;
  if (lines.length < 2 || 2 * readable < lines.length) return [text];
  return parsed.map(({ ok, value }, at) => (ok ? value : lines[at]));
}

function parseJson(text: string): { ok: boolean; value?: unknown } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false };
    throw error;
  }
}

function attempt<T>(read: () => T, path: string): T {
  try {
    return read();
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error ? (REASONS[String(error.code)] ?? String(error.code)) : String(error);
    throw new UnreadablePath(`${path}: ${why}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'may not be read (permission denied)',
  EISDIR: 'is a folder',
  EAGAIN: 'has no data',
};
