/**
 * Plays the scheduled report on labeling teams, with the production function on the embedded AWS. The log has two weeks,
 * or months, of work of a team of six and of a team of two.
 */
import { WORKER_ACTIVITY } from '../../adapters/logs/worker-activity.ts';
import { daysIn, lastPeriod, type Period } from '../../domain/teams/period.ts';
import { teamReportFunction } from '../../functions/team-report.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import { localContext } from '../play/context.ts';
import { type Moment, withoutBreaker } from './moment.ts';

/** Milliseconds. */
const [DAY, HOUR, MINUTE] = [86_400_000, 3_600_000, 60_000];
const ARN = 'arn:aws:sagemaker:us-east-1:123456789012';

/** A team, and how it works: in the reported days, and in those before. */
const TEAMS = [
  { team: 'signs', job: 'street-signs', workers: 6, tasksADay: [5, 4], seconds: [34, 41] },
  { team: 'reviewers', job: 'street-signs-check', workers: 2, tasksADay: [3, 3], seconds: [20, 20] },
] as const;

/** Plays the story, weekly if `teams.report` of `configuration` is off. Calls `show` after each step. */
export async function tellTeamsStory(configuration: Configuration, show: (moment: Moment) => void): Promise<void> {
  const { report } = configuration.teams;
  const often = report === 'off' ? 'weekly' : report;
  // The story has no outputs of labeling jobs.
  const aws = await startLocalAws({
    ...withoutBreaker(configuration),
    teams: { ...configuration.teams, report: often, outputs: [] },
  });
  try {
    await tell(aws, lastPeriod(often, new Date(), configuration.timeZone), show);
  } finally {
    await aws.stop();
  }
}

async function tell(aws: LocalAws, period: Period, show: (moment: Moment) => void): Promise<void> {
  const now = new Date(period.to + 7 * HOUR);
  const entries = TEAMS.flatMap((team) => entriesOf(team, period));
  aws.logs.put(
    WORKER_ACTIVITY,
    'log',
    entries.map(({ at, entry }) => ({ at, message: JSON.stringify(entry) })),
  );
  const teamReport = teamReportFunction(() => now);
  const moment = async (what: string, act: () => Promise<unknown>) => {
    aws.clear();
    await act();
    show({ at: now, what, publications: [...aws.publications], calls: [...aws.calls] });
  };
  const request = { schema: 'ground-control/team-report', version: '1.0', scheduledAt: now.toISOString() };
  await moment('The schedule of the report fires', () => teamReport(request, localContext('teamReport', 900)));
  await moment('It fires again by mistake. Nobody gets a second mail', () =>
    teamReport(request, localContext('teamReport', 900)),
  );
}

function entriesOf({ team, job, workers, tasksADay, seconds }: (typeof TEAMS)[number], period: Period) {
  const days = daysIn(period);
  return Array.from({ length: 2 * days }, (_, day) => day).flatMap((day) => {
    const isNow = day >= days;
    const start = period.from + (day - days) * DAY + 9 * HOUR;
    return Array.from({ length: workers * tasksADay[isNow ? 0 : 1] }, (_, nth) => {
      const worker = nth % workers;
      const at = start + nth * 11 * MINUTE;
      // Not everybody is equally fast, and no two tasks are alike.
      const wall = seconds[isNow ? 0 : 1] + 2 * worker + ((nth * 7) % 11);
      return { at, entry: entryOf(team, job, worker, at, wall) };
    });
  });
}

/** An entry of the log as the developer guide shows it ("Track worker performance"). */
const entryOf = (team: string, job: string, worker: number, at: number, wall: number) => ({
  worker_id: `${team}${worker}`,
  cognito_sub_id: `d6947aeb-0650-447a-ab5d-${`${team.length}${worker}`.padStart(12, '0')}`,
  task_accepted_time: String(at / 1000 - wall),
  task_submitted_time: String(at / 1000),
  workteam_arn: `${ARN}:workteam/private-crowd/${team}`,
  labeling_job_arn: `${ARN}:labeling-job/${job}`,
  event_type: 'TasksSubmitted',
  event_timestamp: String(at / 1000),
});
