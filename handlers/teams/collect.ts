/** Makes the report on a period from what AWS has: the log of worker activity, and worker responses in S3. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { S3Client } from '@aws-sdk/client-s3';
import type { NamesFound } from '../../adapters/cognito/names.ts';
import { fingerprint, macWith } from '../../adapters/hashes.ts';
import { NoWorkerActivity } from '../../adapters/logs/worker-activity.ts';
import type { Period } from '../../domain/teams/period.ts';
import { NO_OUTPUTS, notesOn, notesOnNames } from '../../domain/teams/render/words.ts';
import { type Report, reportOn, subsIn } from '../../domain/teams/report.ts';
import { type Collected, TeamWork } from '../../domain/teams/team-work.ts';
import { Unreadable } from '../../domain/teams/unreadable.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { readLogGroup } from './read-log.ts';
import { readOutputs } from './read-outputs.ts';

/** The names of the workers with these `sub`s. */
export type LookUpNames = (subs: ReadonlySet<string>) => Promise<NamesFound>;

/** Where a report comes from. */
export interface ReportSources {
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  /** S3 prefixes with the output of labeling jobs; none when nobody looks for active times. */
  readonly outputs: readonly string[];
  /** The secret of pseudonyms. */
  readonly secret: string;
  /** Looks up the names of workers; absent when they have pseudonyms only. */
  readonly lookUpNames?: LookUpNames | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Called before each step with many to follow. It may throw, to end the report. */
  readonly beforeStep?: () => void;
}

export interface MadeReport {
  readonly report: Report;
  /** What the reader has to know to judge the figures, warnings included. */
  readonly notes: readonly string[];
  /** What is missing in the report, in sentences. */
  readonly warnings: readonly string[];
  readonly unreadable: Unreadable;
}

const NO_LOG = 'No private team has worked in this account and region, or its team may not write logs (docs/teams.md).';

/**
 * Makes the report on `period`. A region without the log group has an empty report with a warning. Throws a
 * `TooMuchToCount`, what `beforeStep` throws, and errors of AWS that a retry may fix.
 */
export async function makeReport(period: Period, sources: ReportSources): Promise<MadeReport> {
  const { logs, s3, outputs, secret, lookUpNames, now, beforeStep = () => undefined } = sources;
  const work = new TeamWork(period, fingerprint);
  const unreadable = new Unreadable();
  const warnings: string[] = [];
  try {
    await readLogGroup(logs, period, work, unreadable, { now, beforePage: beforeStep });
  } catch (error) {
    if (!(error instanceof NoWorkerActivity)) throw error;
    warnings.push(`${error.message.replace(/^t/, 'T')}. ${NO_LOG}`);
  }
  const read = outputs.length === 0 ? undefined : await readOutputs(s3, outputs, period, work, unreadable, beforeStep);
  warnings.push(...(read?.warnings ?? []));
  const isMissing = read?.files === 0 && read.warnings.length === 0 && work.jobNames().size > 0;
  if (isMissing) warnings.push(NO_OUTPUTS);
  // The sentence about refused files has counted them.
  const total = unreadable.total - (read?.refused ?? 0);
  if (total > 0)
    warnings.push(
      `${counted(total, 'entry or file', 'entries or files')} ${agree(total, 'is', 'are')} not counted, because ${agree(total, 'it', 'they')} could not be read.`,
    );
  const collected = work.result();
  const { report, hasNames, withoutNames } = await reportWith(collected, period, secret, lookUpNames);
  warnings.push(...withoutNames);
  // A warning explains why there are no active times.
  const files = read === undefined || isMissing || read.warnings.length > 0 ? undefined : read.files;
  const notes = [...warnings, ...notesOn(report, false, files, 'outputs'), ...notesOnNames(report, hasNames)];
  return { report, notes, warnings, unreadable };
}

export interface NamedReport {
  readonly report: Report;
  /** Whether names were looked up, and a user pool answered. */
  readonly hasNames: boolean;
  /** A sentence for each user pool that did not answer. */
  readonly withoutNames: readonly string[];
}

/**
 * The report on what was collected, with names if they are to be looked up: only of workers who are shown. A report with
 * names has pseudonyms of its own, made with another key: it must not tell who is who in reports without names.
 */
export async function reportWith(
  collected: Collected,
  period: Period,
  secret: string | Buffer,
  lookUpNames: LookUpNames | undefined,
): Promise<NamedReport> {
  const anonymous = reportOn(collected, period, macWith(secret));
  const { names, failed } = (await lookUpNames?.(subsIn(anonymous))) ?? { names: undefined, failed: [] };
  const withoutNames = failed.map((why) => `Names of workers could not be looked up: ${why}.`);
  if (names === undefined) return { report: anonymous, hasNames: false, withoutNames };
  const ofNames = macWith(macWith(secret)('names'));
  return { report: reportOn(collected, period, ofNames, names), hasNames: true, withoutNames };
}
