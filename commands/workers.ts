/**
 * `npm run --silent workers -- --from <day> --to <day> [--file <logs | folder | ->... | --region <region>] [options]`
 *
 * Reports how labeling teams work, from the log of worker activity and, with `--responses`, from worker-response files.
 * With `--file` it reads exported logs, and needs no AWS account. Otherwise it reads CloudWatch Logs with your own
 * credentials. It keeps nothing. Workers are pseudonyms; teams of fewer than five workers have figures of the team only.
 * Exit 0. Exit 1 if something could not be read, or there is more than it can count. Exit 2 for wrong usage, a path that
 * does not exist, or an invalid configuration. Exit 130 after Ctrl-C.
 */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { fingerprint, macWith, sha256 } from '../adapters/hashes.ts';
import { MANY_CALLS } from '../adapters/logs/worker-activity.ts';
import { periodOf } from '../domain/teams/period.ts';
import { page } from '../domain/teams/render/page.ts';
import { csvLines, jsonLines } from '../domain/teams/render/records.ts';
import { notesOn, whyNothing } from '../domain/teams/render/words.ts';
import { type Report, reportOn } from '../domain/teams/report.ts';
import { TeamWork } from '../domain/teams/team-work.ts';
import { Unreadable } from '../domain/teams/unreadable.ts';
import { endWithReader } from '../local/play/play-all.ts';
import { runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';
import { findPlace } from './shared/place.ts';
import { checkWritable, writePage } from './shared/report/write-page.ts';
import { type Arguments, readArguments, USAGE } from './workers/arguments.ts';
import { logFiles } from './workers/files.ts';
import { readLogOf, readLogs } from './workers/read-logs.ts';
import { readResponses } from './workers/read-responses.ts';
import { secretOf } from './workers/secret.ts';
import { showReport } from './workers/show.ts';

const warn = (message: string) => process.stderr.write(`workers: ${message}\n`);

async function workers(given: Arguments): Promise<number> {
  const { timeZone } = readConfiguration(given.config);
  const secret = secretOf(given['secret-file']);
  const files = given.file && logFiles(given.file);
  if (given.html !== undefined) checkWritable(given.html);
  const period = periodOf(given.from, given.to, timeZone);
  const work = new TeamWork(period, fingerprint);
  const unreadable = new Unreadable();
  const responses = given.responses.length === 0 ? undefined : readResponses(given.responses, work, unreadable);
  if (files !== undefined) await readLogs(files, work, unreadable);
  else {
    const place = await findPlace('workers', { region: given.region });
    await readLogOf(new CloudWatchLogsClient({ ...MANY_CALLS, ...place }), period, work, unreadable);
  }
  const report = reportOn(work.result(), period, macWith(secret));
  const notes = notesOn(report, given['secret-file'] === undefined, responses);
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
  return html === undefined ? showReport(report, notes) : [writePage(html, page(report, notes, sha256))];
}

endWithReader();
await runCommand('workers', USAGE, () => workers(readArguments()));
