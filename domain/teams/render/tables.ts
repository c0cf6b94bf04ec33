/** The tables of the page. */
import { type Html, html } from '../../report/html.ts';
import type { Agreement, Figures } from '../figures.ts';
import type { JobReport, TeamReport } from '../report.ts';
import type { WorkerReport } from '../worker-reports.ts';
import { agreementText, hasAgreement } from './agreement.ts';
import { absentText, changeText, figureTexts, nameOf, workerText } from './words.ts';

/** The jobs of a team, by name. */
export function jobTable(whole: TeamReport, team: string): Html {
  const agreement = agreementColumn(whole);
  return table(
    `Jobs of ${team}, in alphabetical order`,
    ['Job', 'Workers', 'Tasks', ...FIGURES, ...agreement.head],
    whole.jobs.map((job) => [
      nameOf(job),
      job.workerCount === undefined ? absentText(whole.workerCount, job.isHidden) : String(job.workerCount),
      tasksOf(job),
      ...figureTexts(job, whole, job.isHidden),
      ...agreement.cell(job.agreement, job.isHidden),
    ]),
  );
}

/** The workers of a team, by pseudonym. */
export function workerTable(whole: TeamReport, team: string): Html {
  const agreement = agreementColumn(whole);
  return table(
    `Workers of ${team} ${whole.workers.some(({ name }) => name !== undefined) ? 'with names and' : 'under'} pseudonyms, in the order of the pseudonyms: this is no ranking`,
    ['Worker', 'Tasks', ...FIGURES, ...agreement.head, 'Outlier'],
    whole.workers.map((worker) => [
      workerText(worker),
      String(worker.tasks),
      ...figureTexts(worker, whole, worker.isHidden),
      ...agreement.cell(worker.agreement, worker.isHidden),
      outlierOf(worker, whole),
    ]),
  );
}

const FIGURES = ['Wall, median', 'Wall, p90', 'Active, median', 'Active, p90', 'Declined', 'Returned'];

/** A column that exists only if agreement is known of anything in the team. */
interface AgreementColumn {
  readonly head: readonly string[];
  readonly cell: (agreement: Agreement | undefined, isHidden: boolean) => string[];
}

const agreementColumn = (whole: TeamReport): AgreementColumn =>
  hasAgreement(whole)
    ? {
        head: ['Agreement'],
        cell: (agreement, isHidden) => [
          agreement === undefined ? absentText(whole.agreement, isHidden) : agreementText(agreement),
        ],
      }
    : { head: [], cell: () => [] };

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
