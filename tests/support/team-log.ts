/** What the scheduled report on teams reads, in the embedded AWS. */
import { WORKER_ACTIVITY } from '../../adapters/logs/worker-activity.ts';
import { teamReportFunction } from '../../functions/team-report.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { localContext } from '../../local/play/context.ts';
import { entryOf, HOUR, subOf, type Task, tasksOf } from './team-world.ts';

export const OUTPUTS = 's3://amzn-s3-demo-bucket/labels/';
const WEEK = 7 * 24 * HOUR;

/** Monday, seven o'clock in UTC, after the week of `team-world.ts`. */
export const MONDAY = new Date('2026-11-16T07:00:00Z');
export const REPORT = '2026-11-09_2026-11-15';
export const keyOf = (file: string, report = REPORT) =>
  `s3://ground-control-local-team-reports/team-reports/${report}/${file}`;

/** Six workers do ten tasks each in 10 s, and did eight each in 12 s the week before. A team of two does four. */
export const TASKS: readonly Task[] = [
  ...[0, 1, 2, 3, 4, 5].flatMap((worker) => tasksOf(worker, 10, [10])),
  ...[0, 1, 2, 3, 4, 5].flatMap((worker) => tasksOf(worker, 8, [12]).map((task) => ({ ...task, at: task.at - WEEK }))),
  ...[6, 7].flatMap((worker) => tasksOf(worker, 2, [777], { team: 'tiny', job: 'dogs' })),
];

export const logTasks = (aws: LocalAws, tasks: readonly Task[] = TASKS) =>
  aws.logs.put(
    WORKER_ACTIVITY,
    'stream',
    tasks.map((task) => ({ at: task.at, message: JSON.stringify(entryOf(task)) })),
  );

/** A worker-response file about one task, with names as S3 has them. */
export function putResponse(
  aws: LocalAws,
  { worker, job = 'cats', at }: Task,
  seconds: number,
  folder = OUTPUTS,
): string {
  const uri = `${folder}${job}/annotations/worker-response/iteration-1/${worker}/${new Date(at).toISOString().slice(0, 19).replace('T', '_')}.json`;
  const answer = {
    answerContent: { transcription: 'private words' },
    submissionTime: new Date(at).toISOString(),
    timeSpentInSeconds: seconds,
    workerId: `worker${worker}`,
    workerMetadata: { identityData: { identityProviderType: 'Cognito', issuer: 'x', sub: subOf(worker) } },
  };
  aws.s3.objects.set(uri, JSON.stringify({ answers: [answer] }));
  aws.s3.written.set(uri, new Date(at));
  return uri;
}

export const requestAt = (at: Date) => ({
  schema: 'ground-control/team-report',
  version: '1.0',
  scheduledAt: at.toISOString().replace('.000', ''),
});

/** Runs the function as its schedule does. `seconds`: what is left of its time. */
export const runReport = (
  at = MONDAY,
  { now = at, seconds = 900 }: { readonly now?: Date; readonly seconds?: number } = {},
) => teamReportFunction(() => now)(requestAt(at), localContext('teamReport', seconds));
