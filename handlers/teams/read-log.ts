/** Reads entries of the log of worker activity into what is known of a period. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { WORKER_ACTIVITY, workerActivity } from '../../adapters/logs/worker-activity.ts';
import type { Period } from '../../domain/teams/period.ts';
import type { TeamWork } from '../../domain/teams/team-work.ts';
import type { Unreadable } from '../../domain/teams/unreadable.ts';
import { recordsIn } from '../../schemas/teams/log-record.ts';
import { readActivity } from '../../schemas/teams/worker-activity.ts';

/** Adds every entry in `value`. `time` is when it was logged, if `value` does not say. Throws a `TooMuchToCount`. */
export function addRecords(
  value: unknown,
  time: number | undefined,
  work: TeamWork,
  refuse: (why: string) => void,
): void {
  for (const record of recordsIn(value)) {
    if (record.why !== undefined) {
      refuse(record.why);
      continue;
    }
    const { activity, why } = readActivity(record.entry, record.loggedAt ?? time);
    if (activity === undefined) refuse(why);
    else work.add(activity, record.id);
  }
}

/** Milliseconds. Entries may be logged late. */
const LATE = 24 * 3_600_000;

/**
 * Adds every entry of the log group of this account and region, of the period and the one before. `beforePage` is called
 * before each page is counted, and may throw. Throws a `NoWorkerActivity` in a region without this log group, a
 * `TooMuchToCount`, and errors of AWS that retries do not mend.
 */
export async function readLogGroup(
  client: CloudWatchLogsClient,
  { before, to }: Period,
  work: TeamWork,
  unreadable: Unreadable,
  { now, beforePage = () => undefined }: { readonly now: number; readonly beforePage?: () => void },
): Promise<void> {
  for await (const events of workerActivity(client, before, Math.min(to + LATE, now))) {
    beforePage();
    addRecords({ events }, undefined, work, (why) => unreadable.add(WORKER_ACTIVITY, undefined, why));
  }
}
