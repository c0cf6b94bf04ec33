/**
 * The environment of worker threads: their temporary files lie in a folder that this process deletes when it ends. A
 * thread that ends with its process deletes nothing itself.
 */
import { scratchFolder } from '../../infrastructure/scratch-folder.ts';

let folder: string | undefined;

/** The environment of a new worker thread. */
export function workerEnvironment(): NodeJS.ProcessEnv {
  folder ??= scratchFolder('stories');
  return { ...process.env, TMPDIR: folder, TEMP: folder };
}
