/** The report of `workers` for people, in at most 80 columns. Figures stand before names, so that columns hold. */
import type { Agreement, Figures, Times } from '../../domain/teams/figures.ts';
import { agreementText } from '../../domain/teams/render/agreement.ts';
import {
  changeText,
  figureTexts,
  hoursText,
  idleText,
  jobsHidden,
  nameOf,
  OUTLIERS,
  rateText,
  secondsText,
  titleOf,
  UNKNOWN,
  whyNothing,
  whyNoWorkers,
  workersHidden,
  workersText,
} from '../../domain/teams/render/words.ts';
import type { JobReport, Report, TeamReport } from '../../domain/teams/report.ts';
import type { WorkerReport } from '../../domain/teams/worker-reports.ts';
import { counted } from '../../schemas/text/count.ts';
import { cutText } from '../../schemas/text/plain-text.ts';
import { wrapWith } from '../../schemas/text/wrap.ts';

const WIDTH = 80;

/** The lines of the report. `notes`: what the reader has to know to judge the figures. */
export function showReport(report: Report, notes: readonly string[]): string[] {
  const nothing = whyNothing(report);
  return [
    titleOf(report),
    ...(nothing === undefined ? [] : ['', nothing]),
    ...report.teams.flatMap((team) => ['', ...teamLines(team)]),
    '',
    'Notes',
    ...notes.flatMap((note) => wrapped(note, '  - ', '    ')),
  ];
}

function teamLines(team: TeamReport): string[] {
  const { tasks, change, wall, active, activeHours, longestIdleSeconds } = team;
  const fact = (name: string, value: string) => wrapped(value, `  ${name.padEnd(14)}`, ' '.repeat(16));
  const hidden = jobsHidden(team);
  const hiddenWorkers = workersHidden(team);
  const why = whyNoWorkers(team);
  return [
    ...wrapped(
      `${nameOf(team)}: ${counted(tasks, 'task')}${changeText(change.tasks)} by ${workersText(team)}`,
      '',
      '  ',
    ),
    ...fact('wall time', timesText(wall, change.medianWall)),
    ...fact('active time', timesText(active)),
    ...fact('declined', `${rateText(team.declined, team)}; returned ${rateText(team.returned, team)}`),
    ...(team.agreement === undefined ? [] : fact('agreement', agreementOf(team.agreement))),
    ...(activeHours === undefined
      ? []
      : [
          ...fact('active hours', hoursText(activeHours)),
          ...fact('longest idle', `${idleText(longestIdleSeconds)} (nights and weekends count)`),
        ]),
    ...(team.jobs.length === 0 ? [] : ['', ...HEADER, ...team.jobs.flatMap((job) => jobLines(job, team))]),
    ...(hidden === undefined ? [] : wrapped(hidden, '  ', '  ')),
    ...(team.workers.length === 0
      ? []
      : ['', ...headerOf('worker'), ...team.workers.flatMap((worker) => workerLines(worker, team))]),
    ...(hiddenWorkers === undefined ? [] : wrapped(hiddenWorkers, '  ', '  ')),
    ...(team.workers.some(({ isOutlier }) => isOutlier) ? ['', ...wrapped(OUTLIERS, '  * ', '    ')] : []),
    ...(why === undefined ? [] : ['', ...wrapped(why, '  ', '  ')]),
  ];
}

const agreementOf = (agreement: Agreement): string =>
  `${agreementText(agreement)} of ${counted(agreement.tasks, 'answer')} equal the consolidated label`;

function timesText(times: Times | undefined, change?: number): string {
  if (times === undefined) return UNKNOWN;
  const { median, p90, tasks } = times;
  return `median ${secondsText(median)}${changeText(change)}, p90 ${secondsText(p90)}, of ${counted(tasks, 'task')}`;
}

const headerOf = (what: string): string[] => [
  `${' '.repeat(8)}${'wall time'.padStart(20)}${'active time'.padStart(20)}`,
  `${'tasks'.padStart(8)}${'median'.padStart(10)}${'p90'.padStart(10)}${'median'.padStart(10)}${'p90'.padStart(10)}` +
    `${'declined'.padStart(9)}${'returned'.padStart(9)}  ${what}`,
];
const HEADER = headerOf('job');

/** The width of each of these columns. */
const COLUMNS = [8, 10, 10, 10, 10, 9, 9];

const figureColumns = (part: Figures, whole: Figures, isHidden: boolean): string =>
  [String(part.tasks), ...figureTexts(part, whole, isHidden)]
    .map((text, at) => text.padStart(COLUMNS[at] ?? 0))
    .join('');

/** A name that does not fit behind the figures stands on a line of its own. */
function jobLines(job: JobReport, team: TeamReport): string[] {
  const figures = figureColumns(job, team, job.isHidden);
  const name = nameOf(job);
  const line = `${figures}  ${name}`;
  return line.length <= WIDTH ? [line] : [`  ${cutText(name, WIDTH - 3)}:`, figures];
}

/** A name stands on a line of its own, before the figures. */
function workerLines(worker: WorkerReport, team: TeamReport): string[] {
  const { name, pseudonym, isOutlier } = worker;
  const figures = `${figureColumns(worker, team, worker.isHidden)}  ${pseudonym}${isOutlier === true ? ' *' : ''}`;
  return name === undefined ? [figures] : [`  ${cutText(name, WIDTH - 3)}:`, figures];
}

const wrapped = (text: string, first: string, rest: string): string[] => wrapWith(text, WIDTH, first, rest);
