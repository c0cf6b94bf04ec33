/** Writes the page of `--html` to a file. */
import { closeSync, openSync, readSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { plainText } from '../../../schemas/text/plain-text.ts';
import { Refused } from '../cli.ts';

/**
 * Refuses a file that cannot be written, before anything is read, and a file that is no HTML page: it may be what the
 * command reads. An older page stays as it is, and no new file is left.
 */
export function checkWritable(path: string): void {
  const found = orRefused(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined) orRefused(path, () => makeAndRemove(path));
  else if (found.isDirectory()) throw new Refused(`--html: ${plainText(path, 300)} is a folder`);
  else if (found.isFile() && !orRefused(path, () => isEmptyOrPage(path)))
    throw new Refused(`--html: ${plainText(path, 300)} exists and is no HTML page: name another file`);
}

function makeAndRemove(path: string): void {
  closeSync(openSync(path, 'a'));
  // `path` may be a link to a file that did not exist.
  rmSync(realpathSync(path));
}

const START = '<!doctype html';

/** Opens the file to read and to write, and compares its beginning. */
function isEmptyOrPage(path: string): boolean {
  const file = openSync(path, 'r+');
  try {
    const start = Buffer.alloc(START.length);
    const length = readSync(file, start);
    return length === 0 || start.toString('latin1').toLowerCase() === START;
  } finally {
    closeSync(file);
  }
}

/** Writes the page, and returns a line that says so. */
export function writePage(path: string, markup: string): string {
  orRefused(path, () => writeFileSync(path, markup));
  return `the page is in ${plainText(path, 300)}`;
}

function orRefused<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(`--html: cannot write ${plainText(path, 300)}: ${why}`, { cause: error });
  }
}
