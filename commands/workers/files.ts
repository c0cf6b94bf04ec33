/** The files that the paths of `workers` mean. */
import { type Dirent, existsSync, opendirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fromUser } from '../../local/play/input.ts';
import { Refused } from '../shared/cli.ts';

/** Names of log files that are read in folders; an export to S3 has `000000.gz`. */
const LOG_FILE = /\.(?:json|jsonl|ndjson|log|txt|gz)$/;

/** The log files at `paths`, each a file, a folder at any depth, or `-`. Refuses a path with nothing to read. */
export function logFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (path === '-' || !isFolder(path)) return [path];
    const files = [...filesIn(path, (name) => LOG_FILE.test(name))].sort();
    if (files.length === 0) throw new Refused(`${path} holds no .json, .jsonl, .ndjson, .log, .txt or .gz files`);
    return files;
  });
}

/** A worker-response file. */
export interface ResponseFile {
  readonly path: string;
  /** The name of the labeling job. */
  readonly jobName: string | undefined;
  /** Its place below the folder of all responses: `iteration-1/0/2026-11-09_10:00:00.json`. */
  readonly place: string;
}

/** `<job>/annotations/worker-response/<place>`. */
const RESPONSE = /(?:^|[/\\])([^/\\]+)[/\\]annotations[/\\]worker-response[/\\](.+)$/;

/**
 * The worker-response files of `--responses`: each a folder, or `<job>=<folder>` where the path does not have the name
 * of the job. Refuses a folder that does not exist. Other output of a job is left out.
 */
export function* responseFiles(given: readonly string[]): Generator<ResponseFile> {
  for (const one of given) {
    const { jobName, folder } = responseFolder(one);
    if (!isFolder(folder)) throw new Refused(`--responses ${one} is not a folder`);
    for (const path of filesIn(folder, (name) => name.endsWith('.json'))) {
      const full = resolve(path);
      const [, job, place = full.slice(resolve(folder).length + 1)] = RESPONSE.exec(full) ?? [];
      if (job === undefined && /[/\\](?:annotations|manifests|intermediate|annotation-tool)[/\\]/.test(full)) continue;
      if (job !== undefined || jobName !== undefined) yield { path, jobName: jobName ?? job, place };
      else if (/[/\\]worker-response[/\\]|[/\\]iteration-\d+[/\\]/.test(full))
        yield { path, jobName: undefined, place };
    }
  }
}

/** The folders of the jobs to which `--responses` belong, each with the name of its job. */
export function jobFolders(given: readonly string[]): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const { path, jobName } of responseFiles(given)) {
    const [, folder] = JOB_FOLDER.exec(resolve(path)) ?? [];
    if (folder !== undefined && jobName !== undefined && !folders.has(folder)) folders.set(folder, jobName);
  }
  return folders;
}
const JOB_FOLDER = /^(.*[^/\\])[/\\]annotations[/\\]worker-response[/\\]/;

/** `cats=folder`, or a folder. A folder may have `=` in its name. */
function responseFolder(given: string): { readonly jobName: string | undefined; readonly folder: string } {
  const [, jobName, folder] = /^([a-zA-Z0-9-]{1,63})=(.+)$/.exec(given) ?? [];
  const whole = fromUser(given);
  return folder === undefined || existsSync(whole)
    ? { jobName: undefined, folder: whole }
    : { jobName, folder: fromUser(folder) };
}

function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Refused(`${path}: no such file or folder`);
  return found.isDirectory();
}

/** The files below `folder` whose names fit, one by one: there may be a million. Links are not followed. */
function* filesIn(folder: string, fits: (name: string) => boolean): Generator<string> {
  const open = opendirSync(folder);
  try {
    for (let entry: Dirent | null = open.readSync(); entry !== null; entry = open.readSync()) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* filesIn(path, fits);
      else if (entry.isFile() && fits(basename(path))) yield path;
    }
  } finally {
    open.closeSync();
  }
}
