/** Reads worker-response files: times and ids of answers, never the answers. */
import { readFileSync, statSync } from 'node:fs';
import type { TeamWork } from '../../domain/teams/team-work.ts';
import type { Unreadable } from '../../domain/teams/unreadable.ts';
import { parseEntry } from '../../schemas/teams/log-record.ts';
import { readAnswers } from '../../schemas/teams/worker-response.ts';
import { whyNotRead } from './decoded.ts';
import { responseFiles } from './files.ts';

/** Bytes. A file has one object's answers of at most nine workers. */
const LARGEST = 20 * 1024 * 1024;

/** Adds the answers in the folders of `--responses` to `work`. Returns how many files were read. */
export function readResponses(given: readonly string[], work: TeamWork, unreadable: Unreadable): number {
  let files = 0;
  for (const { path, jobName, place } of responseFiles(given)) {
    files++;
    const why = readOne(path, (content) => {
      const answers = readAnswers(content);
      for (const answer of answers ?? []) work.answer(answer, { jobName, file: place });
      return answers === undefined ? 'is not a worker-response file' : undefined;
    });
    if (why !== undefined) unreadable.add(path, undefined, why);
  }
  return files;
}

/** Reads a worker-response file with `read`. Returns why it cannot be read. */
export function readOne(path: string, read: (content: unknown) => string | undefined): string | undefined {
  try {
    if (statSync(path).size > LARGEST) return 'is larger than 20 MiB';
    const content = parseEntry(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
    return content === undefined ? 'is not JSON' : read(content);
  } catch (error) {
    return whyNotRead(error);
  }
}
