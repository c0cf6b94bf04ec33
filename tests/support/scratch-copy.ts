/** Copies of the repository in which tests may change files. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './events.ts';

/** Copies the working tree into `folder`, with the same packages. Needs git. */
export function copyRepository(folder: string): void {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0')) {
    const source = join(ROOT, file);
    // git lists deleted files until they are committed, and `node_modules` where it is a link.
    if (file === '' || file === 'node_modules' || !existsSync(source)) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(source, join(folder, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}
