/** Where replayed events come from: files, folders, standard input. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { unpack } from './unpack.ts';

export interface Source {
  /** As the user named it; `-` is standard input. */
  readonly file: string;
  readonly read: () => unknown;
}

/** A path that cannot be read; the message is one line. */
export class UnreadablePath extends Error {
  override readonly name = 'UnreadablePath';
}

/**
 * The events behind `paths`: of a file, of every `.json` and `.jsonl` file below a folder in alphabetical order, or of
 * standard input (`-`). A file may hold one event, a list or lines of events (an archive's export), or a dump of a queue:
 * what is packed in messages and failure records is taken out.
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

/** npm runs scripts in the service's folder; paths are meant from where the user is. */
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
 * Text that is not JSON is an event of the wrong kind, which the functions quarantine: a whole file of it, or a line among
 * lines of JSON.
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
