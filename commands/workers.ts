/**
 * `npm run --silent workers -- --from <day> --to <day> [--file <logs | folder | ->... | --region <region>] [options]`
 * `npm run --silent workers -- (--connect | --disconnect) --stage <stage> [--region <region>]`
 *
 * `npm run --silent workers -- --stage <stage> [--list | --open <report> | [--from <day> --to <day>] [options]]`
 *
 * Reports how labeling teams work, from the log of worker activity and, with `--responses`, from worker-response files.
 * With `--file` it reads exported logs, and needs no AWS account. Otherwise it reads CloudWatch Logs with your own
 * credentials. With `--stage` it makes the report of a deployed stage, with that stage's secret, lists the stored reports,
 * or prints a link to one. It keeps nothing. Workers are pseudonyms, beside which `--names` shows names; teams of fewer
 * than five workers have figures of the team only.
 * `--connect` lets entries of the log reach the function of a stage that writes metrics, and `--disconnect` ends that.
 * Exit 0. Exit 1 if something could not be read, or there is more than it can count. Exit 2 for wrong usage, a path that
 * does not exist, or an invalid configuration. Exit 130 after Ctrl-C.
 */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { fingerprint, sha256 } from '../adapters/hashes.ts';
import { MANY_CALLS } from '../adapters/logs/worker-activity.ts';
import { lastPeriod, type Period, periodOf } from '../domain/teams/period.ts';
import { page } from '../domain/teams/render/page.ts';
import { csvLines, jsonLines } from '../domain/teams/render/records.ts';
import { notesOn, notesOnNames, whyNothing } from '../domain/teams/render/words.ts';
import type { Report } from '../domain/teams/report.ts';
import { TeamWork } from '../domain/teams/team-work.ts';
import { Unreadable } from '../domain/teams/unreadable.ts';
import { type MadeReport, reportWith } from '../handlers/teams/collect.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import type { TeamsPolicy } from '../schemas/configuration/teams.ts';
import { counted } from '../schemas/text/count.ts';
import { Refused, runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';
import { findPlace } from './shared/place.ts';
import { progressOn } from './shared/progress.ts';
import { checkWritable, writePage } from './shared/report/write-page.ts';
import { readAgreement } from './workers/agreement/read-agreement.ts';
import { notesOnAgreement } from './workers/agreement/words.ts';
import { type Arguments, readArguments, USAGE } from './workers/arguments.ts';
import { type ConnectionArguments, isConnection, readConnection } from './workers/connection/arguments.ts';
import { logFiles } from './workers/files.ts';
import { lookUpIn, poolsOf } from './workers/names.ts';
import { readLogOf, readLogs } from './workers/read-logs.ts';
import { readResponses } from './workers/read-responses.ts';
import { secretOf } from './workers/secret.ts';
import { showReport } from './workers/show.ts';

const warn = (message: string) => process.stderr.write(`workers: ${message}\n`);

async function workers(given: Arguments): Promise<number> {
  if (given.stage !== undefined) return workersOf(given.stage, given);
  const { timeZone, teams } = readConfiguration(given.config);
  const pools = poolsOf(teams, given.names);
  const secret = secretOf(given['secret-file']);
  const files = given.file && logFiles(given.file);
  if (given.html !== undefined) checkWritable(given.html);
  const period = periodOfReport(given, timeZone, teams);
  const work = new TeamWork(period, fingerprint);
  const unreadable = new Unreadable();
  const responses = given.responses.length === 0 ? undefined : readResponses(given.responses, work, unreadable);
  const agreement = await readAgreement(given.responses, work, unreadable);
  const place = files === undefined ? await findPlace('workers', { region: given.region }) : undefined;
  await showingEntries(work, () =>
    files === undefined
      ? readLogOf(new CloudWatchLogsClient({ ...MANY_CALLS, ...place }), period, work, unreadable)
      : readLogs(files, work, unreadable),
  );
  const { report, hasNames, withoutNames } = await reportWith(work.result(), period, secret, lookUpIn(pools));
  const notes = [
    ...withoutNames,
    ...notesOn(report, given['secret-file'] === undefined, responses),
    ...notesOnNames(report, hasNames),
    ...notesOnAgreement(report, agreement),
  ];
  return write(given, { report, notes, unreadable });
}

/** Says how many entries `work` has while `read` runs. */
async function showingEntries(work: TeamWork, read: () => Promise<void>): Promise<void> {
  const progress = progressOn(process.stderr, 'workers');
  const timer = setInterval(() => progress.show(`${counted(work.entries, 'entry', 'entries')} read`), 250);
  try {
    await read();
  } finally {
    clearInterval(timer);
    progress.clear();
  }
}

/** The reports of a deployed stage. */
async function workersOf(stage: string, given: Arguments): Promise<number> {
  const { reportsOf } = await import('./workers/stage.ts');
  const { timeZone, teams } = readConfiguration(given.config);
  if (given.html !== undefined) checkWritable(given.html);
  const period = periodOfReport(given, timeZone, teams);
  if (period.from > Date.now())
    throw new Refused(`--from: ${period.firstDay} is in the future (${timeZone}), so there is nothing to report`);
  const reports = await reportsOf(stage, given.region);
  if (given.list) {
    const names = await reports.list();
    if (names.length === 0) warn('no report is stored yet');
    print(names);
    return 0;
  }
  if (given.open !== undefined) {
    print([await reports.link(given.open)]);
    warn('whoever has this link can read the page for an hour, or until your session ends');
    return 0;
  }
  const names = lookUpIn(poolsOf(teams, given.names));
  const made = await reports.make(period, teams.outputs, names);
  const running = period.to > Date.now() ? [STILL_RUNNING] : [];
  return write(given, { ...made, notes: [...running, ...made.notes] });
}

const STILL_RUNNING =
  'These days are not over: figures will grow, and changes compare them with as many whole days before.';

async function connection(given: ConnectionArguments): Promise<number> {
  const { changeConnection } = await import('./workers/connection/connect.ts');
  return changeConnection(given, (text) => process.stdout.write(`${text}\n`));
}

/** The days that are given, or else the last week or month, as the stage reports it. */
const periodOfReport = ({ from, to }: Arguments, timeZone: string, { report }: Pick<TeamsPolicy, 'report'>): Period =>
  from === undefined || to === undefined
    ? lastPeriod(report === 'off' ? 'weekly' : report, new Date(), timeZone)
    : periodOf(from, to, timeZone);

/** Writes a report in the form that is asked for. Returns the exit code. */
function write(
  given: Arguments,
  { report, notes, unreadable }: Pick<MadeReport, 'report' | 'notes' | 'unreadable'>,
): number {
  print(linesOf(report, given, notes));
  if (given.json || given.csv) for (const note of [whyNothing(report) ?? [], ...notes].flat()) warn(note);
  for (const line of unreadable.lines()) warn(line);
  return unreadable.total === 0 ? 0 : 1;
}

const print = (lines: readonly string[]) => process.stdout.write(lines.map((line) => `${line}\n`).join(''));

/** What is printed. The page goes into its file. */
function linesOf(report: Report, { json, csv, html }: Arguments, notes: readonly string[]): string[] {
  if (json) return jsonLines(report);
  if (csv) return csvLines(report);
  return html === undefined ? showReport(report, notes) : [writePage(html, page(report, notes, sha256))];
}

endWithReader();
await runCommand('workers', USAGE, () => (isConnection() ? connection(readConnection()) : workers(readArguments())));
