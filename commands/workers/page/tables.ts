/** The tables of the page. */
import type { Figures } from '../../../domain/teams/figures.ts';
import type { JobReport, TeamReport } from '../../../domain/teams/report.ts';
import type { WorkerReport } from '../../../domain/teams/worker-reports.ts';
import { type Html, html } from '../../shared/report/html.ts';
import { absentText, changeText, figureTexts, nameOf, workerText } from '../words.ts';

/** The jobs of a team, by name. */
export const jobTable = (whole: TeamReport, team: string): Html =>
  table(
    `Jobs of ${team}, in alphabetical order`,
    ['Job', 'Workers', 'Tasks', ...FIGURES],
    whole.jobs.map((job) => [
      nameOf(job),
      job.workerCount === undefined ? absentText(whole.workerCount, job.isHidden) : String(job.workerCount),
      tasksOf(job),
      ...figureTexts(job, whole, job.isHidden),
    ]),
  );

/** The workers of a team, by pseudonym. */
export const workerTable = (whole: TeamReport, team: string): Html =>
  table(
    `Workers of ${team} ${whole.workers.some(({ name }) => name !== undefined) ? 'with names and' : 'under'} pseudonyms, in the order of the pseudonyms: this is no ranking`,
    ['Worker', 'Tasks', ...FIGURES, 'Outlier'],
    whole.workers.map((worker) => [
      workerText(worker),
      String(worker.tasks),
      ...figureTexts(worker, whole, worker.isHidden),
      outlierOf(worker, whole),
    ]),
  );

const FIGURES = ['Wall, median', 'Wall, p90', 'Active, median', 'Active, p90', 'Declined', 'Returned'];

const tasksOf = ({ tasks, change }: JobReport): string => `${tasks}${changeText(change.tasks)}`;

function outlierOf({ isOutlier, outlier, isHidden }: WorkerReport, whole: Figures): string {
  if (isOutlier === undefined) return isHidden ? absentText(whole.wall, isHidden) : 'too few tasks';
  return outlier ?? 'no';
}

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
