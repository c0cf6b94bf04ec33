/** Reads exported logs of worker activity. */
import type { TeamWork } from '../../domain/teams/team-work.ts';
import { parseEntry, recordsIn } from '../../schemas/teams/log-record.ts';
import { taskTime } from '../../schemas/teams/task-time.ts';
import { readActivity } from '../../schemas/teams/worker-activity.ts';
import { decoded, whyNotRead } from './decoded.ts';
import type { Piece } from './piece.ts';
import { split } from './split.ts';
import type { Unreadable } from './unreadable.ts';

/** Adds every entry in `files` to `work`, and what cannot be read to `unreadable`. Throws a `TooMuchToCount`. */
export async function readLogs(files: readonly string[], work: TeamWork, unreadable: Unreadable): Promise<void> {
  for (const file of files) {
    try {
      for await (const batch of split(decoded(file))) {
        for (const part of batch) {
          if (part.why !== undefined) unreadable.add(file, part.line, part.why);
          else readPiece(part, work, (why) => unreadable.add(file, part.line, why));
        }
      }
    } catch (error) {
      unreadable.add(file, undefined, whyNotRead(error));
    }
  }
}

/**
 * `2026-11-09T10:00:00.000Z {...}`, a line of an export to S3. `aws logs tail` writes the name of the stream between
 * the two.
 */
const TIMED = /^\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))\s+(?:[^\s{]+\s+)?(\{.*)$/s;

function readPiece({ text }: Piece, work: TeamWork, refuse: (why: string) => void): void {
  const [, time, message] = /^\s*\d/.test(text) ? (TIMED.exec(text) ?? []) : [];
  const value = parseEntry(message ?? text);
  if (value === undefined) {
    refuse('is not JSON');
    return;
  }
  for (const record of recordsIn(value)) {
    if (record.why !== undefined) {
      refuse(record.why);
      continue;
    }
    const { activity, why } = readActivity(record.entry, record.loggedAt ?? taskTime(time));
    if (activity === undefined) refuse(why);
    else work.add(activity, record.id);
  }
}
