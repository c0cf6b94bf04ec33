/**
 * `npm run --silent workers -- --from <day> --to <day> [--file <logs | folder | ->... | --region <region>] [options]`
 * `npm run --silent workers -- (--connect | --disconnect) --stage <stage> [--region <region>]`
 *
 * Reports how labeling teams work, from the log of worker activity and, with `--responses`, from worker-response files.
 * With `--file` it reads exported logs, and needs no AWS account. Otherwise it reads CloudWatch Logs with your own
 * credentials. It keeps nothing. Workers are pseudonyms, beside which `--names` shows names; teams of fewer than five
 * workers have figures of the team only.
 * `--connect` lets entries of the log reach the function of a stage that writes metrics, and `--disconnect` ends that.
 * Exit 0. Exit 1 if something could not be read, or there is more than it can count. Exit 2 for wrong usage, a path that
 * does not exist, or an invalid configuration. Exit 130 after Ctrl-C.
 */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { MANY_CALLS } from '../adapters/logs/worker-activity.ts';
import { periodOf } from '../domain/teams/period.ts';
import { type Report, reportOn, subsIn } from '../domain/teams/report.ts';
import { TeamWork } from '../domain/teams/team-work.ts';
import { endWithReader } from '../local/play/play-all.ts';
import { runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';
import { findPlace } from './shared/place.ts';
import { checkWritable, writePage } from './shared/report/write-page.ts';
import { readAgreement } from './workers/agreement/read-agreement.ts';
import { notesOnAgreement } from './workers/agreement/words.ts';
import { type Arguments, readArguments, USAGE } from './workers/arguments.ts';
import { isConnection, readConnection } from './workers/connection/arguments.ts';
import { changeConnection } from './workers/connection/connect.ts';
import { logFiles } from './workers/files.ts';
import { lookUpNames, poolsOf } from './workers/names.ts';
import { page } from './workers/page/page.ts';
import { readLogGroup, readLogs } from './workers/read-logs.ts';
import { readResponses } from './workers/read-responses.ts';
import { csvLines, jsonLines } from './workers/records.ts';
import { fingerprint, macWith, secretOf } from './workers/secret.ts';
import { showReport } from './workers/show.ts';
import { Unreadable } from './workers/unreadable.ts';
import { notesOn, notesOnNames, whyNothing } from './workers/words.ts';

const warn = (message: string) => process.stderr.write(`workers: ${message}\n`);

async function workers(given: Arguments): Promise<number> {
  const { timeZone, teams } = readConfiguration(given.config);
  const pools = poolsOf(teams, given.names);
  const secret = secretOf(given['secret-file']);
  const files = given.file && logFiles(given.file);
  if (given.html !== undefined) checkWritable(given.html);
  const period = periodOf(given.from, given.to, timeZone);
  const work = new TeamWork(period, fingerprint);
  const unreadable = new Unreadable();
  const responses = given.responses.length === 0 ? undefined : readResponses(given.responses, work, unreadable);
  const agreement = await readAgreement(given.responses, work, unreadable);
  if (files !== undefined) await readLogs(files, work, unreadable);
  else {
    const place = await findPlace('workers', { region: given.region });
    await readLogGroup(new CloudWatchLogsClient({ ...MANY_CALLS, ...place }), period, work, unreadable);
  }
  const collected = work.result();
  const anonymous = reportOn(collected, period, macWith(secret));
  const report =
    pools.length === 0
      ? anonymous
      : reportOn(collected, period, macWith(secret), await lookUpNames(pools, subsIn(anonymous)));
  const notes = [
    ...notesOn(report, given['secret-file'] === undefined, responses),
    ...notesOnNames(report, pools.length > 0),
    ...notesOnAgreement(report, agreement),
  ];
  process.stdout.write(
    linesOf(report, given, notes)
      .map((line) => `${line}\n`)
      .join(''),
  );
  if (given.json || given.csv) for (const note of [whyNothing(report) ?? [], ...notes].flat()) warn(note);
  for (const line of unreadable.lines()) warn(line);
  return unreadable.total === 0 ? 0 : 1;
}

/** What is printed. The page goes into its file. */
function linesOf(report: Report, { json, csv, html }: Arguments, notes: readonly string[]): string[] {
  if (json) return jsonLines(report);
  if (csv) return csvLines(report);
  return html === undefined ? showReport(report, notes) : [writePage(html, page(report, notes))];
}

endWithReader();
await runCommand('workers', USAGE, () =>
  isConnection()
    ? changeConnection(readConnection(), (text) => process.stdout.write(`${text}\n`))
    : workers(readArguments()),
);
