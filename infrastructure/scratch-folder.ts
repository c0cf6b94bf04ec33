/** Temporary folders of commands. */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a temporary folder, which is deleted when the process ends, also on Ctrl-C and when its terminal closes. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `ground-control-${name}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Without a listener the process would end at once, and run no `exit` listener.
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  return folder;
}
