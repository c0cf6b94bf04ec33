/** The Lambda handler of the scheduled report on labeling teams. */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { namesOf } from '../../adapters/cognito/names.ts';
import { sha256 } from '../../adapters/hashes.ts';
import { TooMuchToCount } from '../../domain/teams/fingerprints.ts';
import { lastPeriod, type Period } from '../../domain/teams/period.ts';
import { filesOf, nameOfReport } from '../../domain/teams/render/files.ts';
import { reportNotice } from '../../domain/teams/render/notice.ts';
import { TeamReportRequest } from '../../schemas/message/team-report.ts';
import { lazy } from '../lazy.ts';
import { type MadeReport, makeReport } from './collect.ts';
import type { TeamReportServices } from './services.ts';

/** What a run did, as it is logged and returned. */
export interface TeamReportRun {
  /** The name of the report: `2026-11-09_2026-11-15`. */
  readonly report: string;
  readonly teams: number;
  readonly unreadable: number;
  /** People have got the mail, now or before. */
  readonly isTold: true;
}

/** Milliseconds before the timeout at which reading ends: to say so, or to render and store the report. */
const RESERVE = 60_000;

/**
 * A Lambda handler that makes the report on the last whole week or month before the scheduled time, stores it, and tells
 * people once. A stored report never changes: a later run on the same period adds what is missing of it. Throws what
 * Lambda is to retry, and a `TooMuchToCount` when the period has more than the function can count.
 */
export function teamReportHandler(
  build: () => TeamReportServices,
  clock: () => Date = () => new Date(),
): (event: unknown, context: Context) => Promise<TeamReportRun> {
  const built = lazy(build);
  return async (event, context) => {
    const { services, reports, at, secret, ...sources } = built();
    const { configuration, execute, logger } = services;
    const period = periodFor(event, configuration);
    const name = nameOfReport(period);
    const { outputs, names } = configuration.teams;
    const timeLeft = () => context.getRemainingTimeInMillis() - RESERVE;
    const made = await withAdvice(period, at, async () =>
      makeReport(period, {
        ...sources,
        outputs,
        lookUpNames: names.length === 0 ? undefined : (subs) => namesOf(names, subs),
        secret: await secret(),
        now: clock().getTime(),
        beforeStep: () => {
          if (timeLeft() < 0) throw new TooMuchToCount('reading the log and the worker responses takes too long');
        },
      }),
    );
    // The mail goes last: whoever gets it finds the report.
    for (const file of filesOf(made.report, made.notes, sha256)) await reports.add(name, file);
    const notice = reportNotice(made.report, made.warnings, at, clock(), configuration);
    const decision = { actions: [notice], eventId: context.awsRequestId, detailType: 'team report' };
    // The other run may still fail, and nobody would send the mail. A retry finds it sent, or sends it.
    if (!(await execute(decision, context)))
      throw new Error(`another run is about to send the mail about ${name}: try again in some minutes`);
    return logged(logger, name, made);
  };
}

function logged(
  logger: TeamReportServices['services']['logger'],
  name: string,
  { report, unreadable }: MadeReport,
): TeamReportRun {
  const run = { report: name, teams: report.teams.length, unreadable: unreadable.total, isTold: true } as const;
  logger.info('reported on labeling teams', run);
  if (unreadable.total > 0) logger.warn('could not be read', { first: unreadable.lines() });
  return run;
}

/** The period that the request is about. Throws when it cannot be read, or no report is configured. */
function periodFor(event: unknown, { teams, timeZone }: TeamReportServices['services']['configuration']): Period {
  const read = z.safeParse(TeamReportRequest, event);
  if (!read.success) {
    const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
    throw new Error(`the input is no request for a report (docs/teams.md): ${wrong.join('; ')}`);
  }
  if (teams.report === 'off')
    throw new Error('ground-control.yml has teams.report: off, so there is no report to make');
  const { report = teams.report, scheduledAt } = read.data;
  return lastPeriod(report, new Date(scheduledAt), read.data.timeZone ?? timeZone);
}

/** Adds to a `TooMuchToCount` how people can make the report. */
async function withAdvice<T>(
  { firstDay, lastDay }: Period,
  { stage, region }: Pick<TeamReportServices['at'], 'stage' | 'region'>,
  make: () => Promise<T>,
): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof TooMuchToCount)) throw error;
    const command = `npm run --silent workers -- --stage ${stage} --region ${region} --from ${firstDay} --to ${lastDay} --html report.html`;
    throw new TooMuchToCount(`${error.message}. A machine of yours has more time: ${command}`, { cause: error });
  }
}
