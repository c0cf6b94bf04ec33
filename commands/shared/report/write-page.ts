/** Writes the page of `--html` to a file. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { plainText } from '../../../schemas/text/plain-text.ts';
import { Refused } from '../cli.ts';

/** Refuses a file that cannot be written, before anything is read. An older page stays as it is. */
export const checkWritable = (path: string): void => orRefused(path, () => appendFileSync(path, ''));

/** Writes the page, and returns a line that says so. */
export function writePage(path: string, markup: string): string {
  orRefused(path, () => writeFileSync(path, markup));
  return `the page is in ${plainText(path, 300)}`;
}

function orRefused(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(`--html: cannot write ${plainText(path, 300)}: ${why}`, { cause: error });
  }
}
