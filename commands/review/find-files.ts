/** Finds outputs of A2I and manifests in folders. */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plainText } from '../../schemas/text/plain-text.ts';
import { Refused } from '../shared/cli.ts';

/** A file, and what it holds by its name. */
export interface FoundFile {
  readonly path: string;
  readonly holds: 'output' | 'manifest';
}

export interface Found {
  /** Each file once, in alphabetical order. */
  readonly files: readonly FoundFile[];
  /** A line for each folder that cannot be read. */
  readonly unreadable: readonly string[];
}

/** A path as people may read it in a terminal. */
export const shownPath = (path: string): string => plainText(path, 500);

/**
 * The files at `paths`. In folders, `output.json`, `*.manifest` and `*.jsonl` at any depth are read, but not the
 * intermediate manifests of Ground Truth, which repeat lines of the output. Refuses a path that cannot be read or that
 * holds no such file.
 */
export function findFiles(paths: readonly string[]): Found {
  const unreadable: string[] = [];
  const files = new Map<string, FoundFile>();
  for (const path of paths) {
    const found = filesAt(path, unreadable);
    if (found.length === 0 && unreadable.length === 0)
      throw new Refused(`${shownPath(path)}: holds no output.json, .manifest or .jsonl files`);
    for (const file of found) {
      const real = realpathSync(file.path);
      if (!files.has(real)) files.set(real, file);
    }
  }
  return { files: [...files.values()], unreadable };
}

function filesAt(path: string, unreadable: string[]): FoundFile[] {
  const stats = attempt(path, () => statSync(path));
  if (stats.isDirectory()) return filesIn(path, unreadable);
  if (!stats.isFile()) throw new Refused(`${shownPath(path)}: is no file and no folder`);
  const holds = path.endsWith('.json') ? 'output' : isManifest(path) ? 'manifest' : undefined;
  if (holds === undefined) throw new Refused(`${shownPath(path)}: expected a .json, .manifest or .jsonl file`);
  return [{ path, holds }];
}

const isManifest = (path: string): boolean => /\.(?:manifest|jsonl)$/.test(path);

/** Deeper folders are none of S3's: its keys have at most 1,024 bytes. */
const DEEPEST = 512;

function filesIn(folder: string, unreadable: string[], depth = 0): FoundFile[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (depth === 0) throw refusal(folder, error);
    unreadable.push(`${shownPath(folder)}: ${whyUnreadable(error)}`);
    return [];
  }
  return entries
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry): FoundFile[] => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const isIntermediate = entry.name === 'intermediate' && basename(folder) === 'manifests';
        return isIntermediate || depth === DEEPEST ? [] : filesIn(path, unreadable, depth + 1);
      }
      if (!entry.isFile()) return [];
      if (entry.name === 'output.json') return [{ path, holds: 'output' }];
      return isManifest(entry.name) ? [{ path, holds: 'manifest' }] : [];
    });
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refusal(path, error);
  }
}

const refusal = (path: string, cause: unknown): Refused =>
  new Refused(`${shownPath(path)}: ${whyUnreadable(cause)}`, { cause });

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'may not be read (permission denied)',
  ELOOP: 'is a link to itself',
};

/** Why a file or folder cannot be read, in words. Throws what is no error of the file system. */
export function whyUnreadable(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  return REASONS[String(error.code)] ?? `cannot be read (${String(error.code)})`;
}
