/** Renders a review as one page that needs no other file, runs no script and asks nobody. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../../adapters/hashes.ts';
import { type Html, html } from '../../../domain/report/html.ts';
import { reportPage } from '../../../domain/report/page.ts';
import { bandsAbout, levelWords, lineWithBands, ownLines } from '../../../domain/review/line-words.ts';
import { NOTES } from '../../../domain/review/meaning.ts';
import { counted } from '../../../schemas/text/count.ts';
import type { FlowReport, Report } from '../report.ts';
import { agreementChart, reliabilityChart } from './charts.ts';
import { bandTable, fieldTable, flowTable } from './tables.ts';

/** The most fields in a chart, those with the most answers first. The table has all. */
const MOST_ROWS = 20;

/** The page as HTML. */
export function page({ flows, facts }: Report): string {
  const [first, ...notes] = NOTES;
  const styles = readFileSync(join(import.meta.dirname, 'page.css'), 'utf8');
  return reportPage(
    {
      title: 'Human answers against the model',
      styles,
      header: html`<p>${facts.join(' ')}</p>
<p class="first">${first}</p>`,
      main: flows.map((flow, at) => flowSection(flow, `flow-${at}`)),
      footer: html`<h2>What these numbers mean</h2>
<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`,
    },
    sha256,
  );
}

function flowSection({ flow, level, lines, fields, notComparable, skipped }: FlowReport, id: string): Html {
  const totals = fields.filter(({ reason }) => reason === null).toSorted((one, other) => other.n - one.n);
  const hasAnswers = lines.some(({ n, undecided }) => n + undecided > 0);
  const left = [
    ...notComparable.map(({ count, words }) => `${counted(count, 'object')} not comparable: ${words}.`),
    ...(skipped === 0 ? [] : [`${counted(skipped, 'field')} skipped: nobody answered readably.`]),
  ];
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${flow}</h2>
${ownLines(lines)
  .flatMap((line) => levelWords(line, level))
  .map((words) => html`<p class="below">${words}</p>`)}
${
  hasAnswers
    ? html`<figure><div class="scroll" role="region" aria-label="Chart of ${flow}" tabindex="0">${agreementChart([...ownLines(lines), ...totals.slice(0, MOST_ROWS)], level, id)}</div>
<figcaption>Filled circles: random samples, which estimate the model's accuracy. Hollow squares: not a random
sample.${totals.length > MOST_ROWS ? ` The ${MOST_ROWS} fields with the most answers.` : ''}</figcaption></figure>
${flowTable(ownLines(lines), flow)}
<h3>Fields and labels</h3>
${fieldTable(withReasons(fields), flow)}
${reliability(lines, flow, `${id}-bands`)}`
    : undefined
}
${left.length === 0 ? undefined : html`<ul>${left.map((words) => html`<li>${words}</li>`)}</ul>`}
</section>`;
}

/** Leaves out the row by reason where a field has one reason only: it would repeat the row about all. */
function withReasons(fields: FlowReport['fields']): FlowReport['fields'] {
  const counts = new Map<string | null, number>();
  for (const { field } of fields) counts.set(field, (counts.get(field) ?? 0) + 1);
  return fields.filter(({ field, reason }) => reason === null || (counts.get(field) ?? 0) > 2);
}

function reliability(lines: FlowReport['lines'], flow: string, id: string): Html {
  const line = lineWithBands(lines);
  if (line?.bands == null) return html``;
  const hasChart = line.bands.some(({ agreement }) => agreement !== null);
  return html`<h3>Is the model right as often as its confidence says? (${bandsAbout(line)})</h3>
${
  hasChart
    ? html`<figure><div class="scroll" role="region" aria-label="Reliability chart of ${flow}" tabindex="0">${reliabilityChart(line.bands, line.estimatesAccuracy, id)}</div>
<figcaption>On the dashed line the model is right as often as its confidence says; below it, less often.</figcaption></figure>`
    : undefined
}
${bandTable(line.bands, flow)}`;
}
