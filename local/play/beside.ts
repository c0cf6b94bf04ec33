/**
 * What lies beside event files: `failed.log` is the log of the job in `failed.json`, and `completed.output` is the
 * `output.json` of the human loop in `completed.json`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { jobOf, logsOf } from '../../domain/diagnosis/diagnosis.ts';
import { HumanReviewStateChange } from '../../schemas/event/human-review.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import type { LocalAws } from '../embedded-aws/start.ts';

/** Milliseconds between two lines: the last one is as old as the end of the job. */
const STEP = 20;

/** The lines of a log, and the output of a human loop, as text. */
export interface Beside {
  readonly log: readonly string[] | undefined;
  readonly output: string | undefined;
}

/** What lies beside the event file `path`. */
export const besideOf = (path: string): Beside => ({
  log: textBeside(path, '.log')?.trimEnd().split('\n'),
  output: textBeside(path, '.output'),
});

function textBeside(path: string, ending: string): string | undefined {
  const file = path.replace(/\.json$/, ending);
  return file === path || !existsSync(file) ? undefined : readFileSync(file, 'utf8');
}

/** Stores in the embedded AWS what lies beside `event`. */
export function storeBeside(aws: LocalAws, event: unknown, { log, output }: Beside): void {
  if (log !== undefined) storeLog(aws, event, log);
  const uri = output === undefined ? undefined : HumanReviewStateChange.safeParse(event).data?.answersAt;
  if (output !== undefined && uri !== undefined) aws.s3.objects.set(uri, output);
}

/** Stores `lines` as the log of the job that `event` is about. An event that is not about a job has none. */
function storeLog(aws: LocalAws, event: unknown, lines: readonly string[]): void {
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
