/** A copy of the service's folder, for a packaging that shares no file with another one. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What packaging writes into the folder of the service, and what it does not read. */
const LEFT_OUT = new Set(['.generated', '.serverless', '.esbuild', '.git']);

/**
 * Makes a folder whose path begins with `beginning`, and returns its path. It holds links to the folders of `service`,
 * and copies of files: the framework takes no link for its configuration. What is neither is left out, such as a link
 * to nothing, by which editors lock a file. What packaging writes is left out too, so that it is written to the copy.
 */
export function copyOfService(service: string, beginning: string): string {
  // In one step: on Ctrl-C, nothing may come into a folder that is being deleted.
  mkdirSync(dirname(beginning), { recursive: true });
  const folder = mkdtempSync(beginning);
  for (const name of readdirSync(service)) {
    if (LEFT_OUT.has(name)) continue;
    const [place, to] = [join(service, name), join(folder, name)];
    const found = statSync(place, { throwIfNoEntry: false });
    if (found?.isDirectory()) symlinkSync(place, to);
    else if (found?.isFile()) copyFileSync(place, to);
  }
  return folder;
}
