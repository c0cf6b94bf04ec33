/** Writes the page of a review to a file. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { Refused } from '../shared/cli.ts';
import { shownPath } from './find-files.ts';
import { page } from './page/page.ts';
import type { Report } from './report.ts';

/** Refuses a file that cannot be written, before anything is read. An older page stays as it is. */
export const checkWritable = (path: string): void => orRefused(path, () => appendFileSync(path, ''));

/** Writes the page, and returns a line that says so. */
export function writePage(path: string, report: Report): string {
  orRefused(path, () => writeFileSync(path, page(report)));
  return `the page is in ${shownPath(path)}`;
}

function orRefused(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(`--html: cannot write ${shownPath(path)}: ${why}`, { cause: error });
  }
}
