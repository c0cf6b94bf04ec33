/** Where replayed events come from: files, folders, standard input. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Source {
  /** As the user named it; `-` is standard input. */
  readonly file: string;
  readonly read: () => unknown;
}

/** A path that cannot be read; the message is one line. */
export class UnreadablePath extends Error {
  override readonly name = 'UnreadablePath';
}

/** The events behind `paths`: a file each, every `.json` file below a folder in alphabetical order, `-` for standard input. */
export function sourcesOf(paths: readonly string[]): Source[] {
  return paths.flatMap((path) => {
    if (path === '-')
      return [{ file: '-', read: () => parseEvent(attempt(() => readFileSync(0, 'utf8'), 'standard input')) }];
    return filesAt(path).map((file) => ({
      file,
      read: () => parseEvent(attempt(() => readFileSync(file, 'utf8'), file)),
    }));
  });
}

function filesAt(path: string): string[] {
  if (!attempt(() => statSync(path), path).isDirectory()) return [path];
  const files = attempt(() => readdirSync(path, { recursive: true, encoding: 'utf8' }), path)
    .filter((name) => name.endsWith('.json') && !name.split('/').includes('package.json'))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw new UnreadablePath(`${path}: holds no .json files`);
  return files;
}

/** Text that is not JSON is an event of the wrong kind, which the functions quarantine. */
function parseEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
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
