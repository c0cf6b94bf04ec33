/** Reports of log entries, as the command makes them. */
import { createHash, createHmac } from 'node:crypto';
import type { ComparedAnswer } from '../../domain/teams/agreement/job-comparison.ts';
import { periodOf } from '../../domain/teams/period.ts';
import { reportOn } from '../../domain/teams/report.ts';
import { TeamWork } from '../../domain/teams/team-work.ts';
import { readActivity } from '../../schemas/teams/worker-activity.ts';
import { readAnswers } from '../../schemas/teams/worker-response.ts';
import { FIRST_DAY, LAST_DAY } from './team-world.ts';

export const SECRET = 'a secret of the tests';
export const macOf = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex');
export const fingerprintOf = (text: string) => {
  const hash = createHash('sha256').update(text).digest();
  return [hash.readUInt32BE(0), hash.readUInt32BE(4)] as const;
};

/** An entry, with the id of its log event if it was exported. */
export interface Logged {
  readonly entry: object;
  readonly id?: string;
}

/** A worker-response file of a job. */
export interface Response {
  readonly jobName: string;
  readonly file: string;
  readonly content: unknown;
}

export interface ReportOptions {
  readonly responses?: readonly Response[];
  readonly timeZone?: string;
  readonly compared?: readonly { readonly jobName: string; readonly answer: ComparedAnswer }[];
  /** By `sub`. */
  readonly names?: ReadonlyMap<string, string>;
}

export function reportOf(
  entries: readonly (object | Logged)[],
  { responses = [], compared = [], timeZone = 'UTC', names }: ReportOptions = {},
) {
  const period = periodOf(FIRST_DAY, LAST_DAY, timeZone);
  const work = new TeamWork(period, fingerprintOf);
  for (const one of entries) {
    const { entry, id }: Logged = 'entry' in one ? one : { entry: one };
    const { activity, why } = readActivity(entry);
    if (activity === undefined) throw new Error(why);
    work.add(activity, id);
  }
  for (const { jobName, file, content } of responses)
    for (const answer of readAnswers(content) ?? []) work.answer(answer, { jobName, file });
  for (const { jobName, answer } of compared) work.compared(answer, { jobName, file: `iteration-1/${answer.object}` });
  return reportOn(work.result(), period, macOf, names);
}
