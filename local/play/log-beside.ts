/** Logs that lie beside event files: `failed.log` is the log of the job in `failed.json`. */
import { existsSync, readFileSync } from 'node:fs';
import { jobOf, logsOf } from '../../domain/diagnosis/diagnosis.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import type { LocalAws } from '../embedded-aws/start.ts';

/** Milliseconds between two lines: the last one is as old as the end of the job. */
const STEP = 20;

/** The lines of the log beside the event file `path`; absent when there is none. */
export function logBeside(path: string): readonly string[] | undefined {
  const file = path.replace(/\.json$/, '.log');
  if (file === path || !existsSync(file)) return undefined;
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

/** Stores `lines` as the log of the job that `event` is about. An event that is not about a job has none. */
export function storeLog(aws: LocalAws, event: unknown, lines: readonly string[]): void {
  for (const schema of Object.values(BUDGETED_JOBS)) {
    const { data: change } = schema.safeParse(event);
    const job = change && jobOf(change);
    const logs = job && logsOf(job);
    if (change === undefined || logs === undefined) continue;
    const end = (change.endedAt ?? change.event.at ?? new Date()).getTime();
    const events = lines.map((message, at) => ({ at: end - STEP * (lines.length - at), message }));
    aws.logs.put(logs.group, `${logs.streamPrefix}algo-1-${Math.floor(end / 1000)}`, events);
  }
}
