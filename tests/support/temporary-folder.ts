/** A folder for the files of a test file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** Makes the folder, and deletes it after the tests. `fileWith` writes a file into it and returns its path. */
export function useTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    fileWith(name: string, content: string | Buffer): string {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
  };
}
