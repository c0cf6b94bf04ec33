/** Renders the report of `workers` as one page that needs no other file, runs no script and asks nobody. */

import { counted } from '../../../schemas/text/count.ts';

import { type Html, html } from '../../report/html.ts';
import { reportPage, type Sha256 } from '../../report/page.ts';
import type { Times } from '../figures.ts';
import type { Report, TeamReport } from '../report.ts';
import { agreementText } from './agreement.ts';
import { hoursChart, type TimesRow, timesChart } from './charts.ts';
import { STYLES } from './styles.ts';
import { jobTable, workerTable } from './tables.ts';

import {
  changeText,
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
  workerText,
} from './words.ts';

/** The most rows of a chart; tables have all. */
const MOST_ROWS = 100;

/** The page as HTML. `notes`: what the reader has to know to judge the figures. */
export function page(report: Report, notes: readonly string[], sha256: Sha256): string {
  const nothing = whyNothing(report);
  return reportPage(
    {
      title: titleOf(report),
      styles: STYLES,
      header: nothing === undefined ? undefined : html`<p>${nothing}</p>`,
      main: report.teams.map((team, at) => teamSection(team, `team-${at}`)),
      footer: html`<h2 id="notes">What these figures mean</h2>
<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`,
    },
    sha256,
  );
}

function teamSection(team: TeamReport, id: string): Html {
  const name = nameOf(team);
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
<dl>${facts(team).map(([what, value]) => html`<dt>${what}</dt><dd>${value}</dd>`)}</dl>
${team.activeHours === undefined ? undefined : hoursChart(team.activeHours, `${id}-hours`)}
${jobsPart(team, name, id)}
${workersPart(team, name, id)}
</section>`;
}

function facts(team: TeamReport): [string, string][] {
  const { tasks, change, wall, active, activeHours, longestIdleSeconds } = team;
  return [
    ['Tasks submitted', `${tasks}${changeText(change.tasks)} by ${workersText(team)}`],
    ['Wall time (log)', timesText(wall, change.medianWall)],
    ['Active time (worker responses)', timesText(active)],
    ['Declined (log)', rateText(team.declined, team)],
    ['Returned (log)', rateText(team.returned, team)],
    ...(team.agreement === undefined
      ? []
      : [
          [
            'Agreement with the consolidated label',
            `${agreementText(team.agreement)} of ${counted(team.agreement.tasks, 'answer')}`,
          ] satisfies [string, string],
        ]),
    ...(activeHours === undefined
      ? []
      : [
          ['Hours of the day', hoursText(activeHours)] satisfies [string, string],
          ['Longest idle', `${idleText(longestIdleSeconds)}, nights and weekends included`] satisfies [string, string],
        ]),
  ];
}

function timesText(times: Times | undefined, change?: number): string {
  if (times === undefined) return UNKNOWN;
  const { median, p90, tasks } = times;
  return `median ${secondsText(median)}${changeText(change)}, 90 % within ${secondsText(p90)}, of ${counted(tasks, 'task')}`;
}

function jobsPart(team: TeamReport, name: string, id: string): Html | undefined {
  if (team.jobs.length === 0) return undefined;
  const rows = (measure: 'wall' | 'active') => team.jobs.flatMap((job) => rowOf(nameOf(job), job[measure], false));
  return html`<h3>Jobs</h3>
${chartsOf(rows, `${id}-jobs`, `jobs of ${name}`)}
${jobTable(team, name)}
${jobsHidden(team) === undefined ? undefined : html`<p class="quiet">${jobsHidden(team)}</p>`}`;
}

function workersPart(team: TeamReport, name: string, id: string): Html | undefined {
  const why = whyNoWorkers(team);
  if (why !== undefined) return html`<p>${why}</p>`;
  if (team.workers.length === 0) return undefined;
  const rows = (measure: 'wall' | 'active') =>
    team.workers.flatMap((worker) =>
      rowOf(workerText(worker), worker[measure], measure === 'wall' && worker.isOutlier === true),
    );
  return html`<h3>Workers</h3>
${chartsOf(rows, `${id}-workers`, `workers of ${name}`)}
${workerTable(team, name)}
${workersHidden(team) === undefined ? undefined : html`<p class="quiet">${workersHidden(team)}</p>`}
${team.workers.some(({ isOutlier }) => isOutlier) ? html`<p class="quiet">Diamonds in the chart: ${OUTLIERS}</p>` : undefined}`;
}

const rowOf = (name: string, times: Times | undefined, isOutlier: boolean): TimesRow[] =>
  times === undefined ? [] : [{ name, times, isOutlier }];

/** Wall and active times have a chart each: they are never compared. */
function chartsOf(rows: (measure: 'wall' | 'active') => TimesRow[], id: string, whose: string): Html[] {
  return (['wall', 'active'] as const).flatMap((measure) => {
    const shown = rows(measure).slice(0, MOST_ROWS);
    if (shown.length === 0) return [];
    const words = measure === 'wall' ? 'Wall' : 'Active';
    const title = `${words} times of ${whose}: the mark is the median, the line ends at the 90th percentile, the axis is logarithmic`;
    return [html`<p class="quiet">${title}</p>${timesChart(shown, `${id}-${measure}`, title)}`];
  });
}
