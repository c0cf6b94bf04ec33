/** The report of `workers` for programs: lines of JSON, or CSV. Times are in seconds, shares from 0 to 1. */

import { csvField } from '../../report/csv.ts';
import type { Figures } from '../figures.ts';
import type { GroupFigures, JobReport, Report, TeamReport } from '../report.ts';
import type { WorkerReport } from '../worker-reports.ts';

/** The version of these fields. A new field does not change it; another meaning of a field does. */
const VERSION = 1;

/** One line. What does not apply, is not known or is hidden is `null`. `docs/teams.md` explains the fields. */
type WorkRecord = ReturnType<typeof recordOf>;

/** What a line is about. */
interface About {
  readonly kind: 'team' | 'job' | 'worker';
  readonly team: TeamReport;
  readonly job?: JobReport;
  readonly worker?: WorkerReport;
}

/** Lines of JSON: of each team its own, then its jobs, then its workers. */
export const jsonLines = (report: Report): string[] =>
  recordsOf(report).map((record) => JSON.stringify({ version: VERSION, ...record }));

/** A header, and a line for each line of JSON (RFC 4180, with line feeds). What is `null` in JSON is empty. */
export function csvLines(report: Report): string[] {
  const lines = recordsOf(report).map((record) => Object.values(record).map(csvField).join(','));
  const columns = Object.keys(recordOf(NOTHING, report.period));
  return [columns.join(','), ...lines];
}

function recordsOf({ teams, period }: Report): WorkRecord[] {
  return teams
    .flatMap((team): About[] => [
      { kind: 'team', team },
      ...team.jobs.map((job): About => ({ kind: 'job', team, job })),
      ...team.workers.map((worker): About => ({ kind: 'worker', team, worker })),
    ])
    .map((about) => recordOf(about, period));
}

function recordOf({ kind, team, job, worker }: About, { firstDay, lastDay, timeZone }: Report['period']) {
  const figures: Figures = worker ?? job ?? team;
  // Workers have none of these figures: they would say when one person worked.
  const group: GroupFigures | undefined = kind === 'worker' ? undefined : (job ?? team);
  const { tasks, wall, active, declined, returned } = figures;
  const share = (part: number | undefined) => shareOf(part, figures);
  return {
    kind,
    team: team.name || null,
    job: job?.name ?? null,
    worker: worker?.pseudonym ?? null,
    tasks,
    medianWallSeconds: wall?.median ?? null,
    p90WallSeconds: wall?.p90 ?? null,
    medianActiveSeconds: active?.median ?? null,
    p90ActiveSeconds: active?.p90 ?? null,
    declined: declined ?? null,
    returned: returned ?? null,
    outlier: worker?.isOutlier ?? null,
    outlierSide: worker?.outlier ?? null,
    workers: group?.mayBeMore ? null : (group?.workerCount ?? null),
    wallTasks: wall?.tasks ?? null,
    activeTasks: active?.tasks ?? null,
    declinedShare: share(declined),
    returnedShare: share(returned),
    sharesFrom: declined === undefined && returned === undefined ? null : 'log',
    activeHours: group?.activeHours ?? null,
    longestIdleSeconds: group?.longestIdleSeconds ?? null,
    tasksChange: rounded(group?.change.tasks),
    medianWallChange: rounded(group?.change.medianWall),
    teamArn: team.arn || null,
    jobArn: job?.arn ?? null,
    from: firstDay,
    to: lastDay,
    timeZone,
    name: worker?.name ?? null,
    agreement: rounded(figures.agreement?.share),
    agreementTasks: figures.agreement?.tasks ?? null,
  };
}

/** The share of `part` in all tasks that were submitted, declined or returned; `null` when there is none. */
export function shareOf(part: number | undefined, { tasks, declined = 0, returned = 0 }: Figures): number | null {
  const all = tasks + declined + returned;
  return part === undefined || all === 0 ? null : rounded(part / all);
}

const rounded = (share: number | undefined): number | null => (share === undefined ? null : Number(share.toFixed(4)));

/** A team without anything, for the names of the columns. */
const NOTHING: About = {
  kind: 'team',
  team: {
    arn: '',
    name: '',
    tasks: 0,
    wall: undefined,
    active: undefined,
    declined: undefined,
    returned: undefined,
    agreement: undefined,
    workerCount: 0,
    mayBeMore: false,
    change: { tasks: undefined, medianWall: undefined },
    activeHours: undefined,
    longestIdleSeconds: undefined,
    jobs: [],
    workers: [],
    whyNoWorkers: undefined,
  },
};
