/** What the pictures in docs/pictures show: a hash says whether they are current. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/events.ts';

/** When one of these files changes, a picture may look different. */
const SOURCES = [
  'local/console/**/*.{ts,tsx,css}',
  'local/stories/*.ts',
  'domain/alert/render/*.ts',
  'domain/report/*.ts',
  'commands/shared/report/*.ts',
  'tests/pages/serve-*.ts',
  'tests/pictures/take.ts',
];

/** Where the hash is that the pictures were made with. */
export const HASH_FILE = join(ROOT, 'docs/pictures/sources.sha256');

/** The hash of all sources, as they are now: their paths and what is in them. */
export function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  return hash.digest('hex');
}
