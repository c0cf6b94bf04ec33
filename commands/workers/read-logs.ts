/** Reads logs of worker activity: exported ones, or those in CloudWatch Logs. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { NoWorkerActivity } from '../../adapters/logs/worker-activity.ts';
import type { Period } from '../../domain/teams/period.ts';
import type { TeamWork } from '../../domain/teams/team-work.ts';
import type { Unreadable } from '../../domain/teams/unreadable.ts';
import { addRecords, readLogGroup } from '../../handlers/teams/read-log.ts';
import { parseEntry } from '../../schemas/teams/log-record.ts';
import { taskTime } from '../../schemas/teams/task-time.ts';
import { Refused } from '../shared/cli.ts';
import { decoded, whyNotRead } from './decoded.ts';
import type { Piece } from './piece.ts';
import { split } from './split.ts';

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
  addRecords(value, taskTime(time), work, refuse);
}

/**
 * Adds every entry of the log group of this account and region, of the period and the one before. Refuses a region
 * without this log group.
 */
export async function readLogOf(
  client: CloudWatchLogsClient,
  period: Period,
  work: TeamWork,
  unreadable: Unreadable,
): Promise<void> {
  try {
    await readLogGroup(client, period, work, unreadable, { now: Date.now() });
  } catch (error) {
    if (error instanceof NoWorkerActivity) throw new Refused(`${error.message} here: ${WHY_NO_LOG}`, { cause: error });
    throw error;
  }
}

const WHY_NO_LOG =
  'no private team has worked in this account and region, or its team may not write logs (docs/teams.md)';
