/** Finds a Chromium for tests of pages. Nothing is downloaded. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** There is no Chromium. The message says how to get one. */
export class MissingChromium extends Error {}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of the browser: `CHROMIUM`, or the first one on the path. Throws a `MissingChromium`. */
export function chromium(): string {
  const given = process.env['CHROMIUM'];
  if (given !== undefined) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(canRun);
  if (found !== undefined) return found;
  throw new MissingChromium(
    'there is no Chromium on the path: install it (Debian: apt-get install chromium), or set CHROMIUM to its path',
  );
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
