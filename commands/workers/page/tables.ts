/** The tables of the page. */
import type { Figures, JobReport, TeamReport, WorkerReport } from '../../../domain/teams/report.ts';
import { type Html, html } from '../../shared/report/html.ts';
import { changeText, HIDDEN, nameOf, secondsText } from '../words.ts';

/** The jobs of a team, by name. */
export const jobTable = ({ jobs }: TeamReport, team: string): Html =>
  table(
    `Jobs of ${team}, in alphabetical order`,
    ['Job', 'Workers', 'Tasks', ...FIGURES],
    jobs.map((job) => [
      nameOf(job),
      String(job.workerCount),
      tasksOf(job),
      ...figures(job, job.isHidden ? HIDDEN : '-'),
    ]),
  );

/** The workers of a team, by pseudonym. */
export const workerTable = ({ workers }: TeamReport, team: string): Html =>
  table(
    `Workers of ${team} under pseudonyms, in the order of the pseudonyms: this is no ranking`,
    ['Worker', 'Tasks', ...FIGURES, 'Outlier'],
    workers.map((worker) => [worker.pseudonym, String(worker.tasks), ...figures(worker, '-'), outlierOf(worker)]),
  );

const FIGURES = ['Wall, median', 'Wall, p90', 'Active, median', 'Active, p90', 'Declined', 'Returned'];

const tasksOf = ({ tasks, change }: JobReport): string => `${tasks}${changeText(change.tasks)}`;

function figures({ wall, active, declined, returned }: Figures, absent: string): string[] {
  const time = (seconds: number | undefined, instead: string) =>
    seconds === undefined ? instead : secondsText(seconds);
  const count = (number: number | undefined) => (number === undefined ? '-' : String(number));
  return [
    time(wall?.median, absent),
    time(wall?.p90, absent),
    time(active?.median, '-'),
    time(active?.p90, '-'),
    count(declined),
    count(returned),
  ];
}

const outlierOf = ({ isOutlier, outlier }: WorkerReport): string =>
  isOutlier === undefined ? 'too few tasks' : (outlier ?? 'no');

/** A table that keyboards can scroll. The first cell of each row names it. */
const table = (caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): Html =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([name = '', ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody>
</table></div>`;
