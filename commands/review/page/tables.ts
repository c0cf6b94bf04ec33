/** The tables of the page of a review. */

import { type Html, html } from '../../../domain/report/html.ts';
import { decimals, interval, outcomeWords, percent, reasonWords } from '../../../domain/review/line-words.ts';
import type { Band } from '../../../domain/review/measures/bands.ts';
import { ENOUGH } from '../../../domain/review/measures/bands.ts';
import type { ReviewLine } from '../../../domain/review/summary.ts';

/** A table that scrolls in narrow windows, also with the keyboard. */
const scrolling = (label: string, table: Html): Html =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;

/** The columns; `words` is a last one, whose cells hold text. */
const heads = (names: readonly string[], words?: string): Html =>
  html`<thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}${
    words === undefined ? undefined : html`<th scope="col" class="words">${words}</th>`
  }</tr></thead>`;

/** Flows: all together and by reason, with what each number says about the model. */
export function flowTable(lines: readonly ReviewLine[], flow: string): Html {
  const columns = ['Why the loops began', 'n', 'Agree', '95 %', 'Alpha', 'AC1', 'Undecided', 'Objects'];
  return scrolling(
    `Agreement in ${flow}`,
    html`<table><caption>Agreement with the model, by why people were asked</caption>
${heads(columns, 'What it says')}
<tbody>${lines.map(
      (
        line,
      ) => html`<tr class="${line.reason === null || lines.length === 1 ? 'total' : 'part'}"><th scope="row">${reasonWords(line)}</th>
${numbers(line)}<td>${line.undecided}</td><td>${line.objects ?? '-'}</td><td class="words">${line.meaning}</td></tr>`,
    )}</tbody></table>`,
  );
}

/** Fields: all together, and by reason if there are several. */
export function fieldTable(fields: readonly ReviewLine[], flow: string): Html {
  const columns = ['Field or label', 'n', 'Agree', '95 %', 'Alpha', 'AC1', 'Precision', 'Recall', 'F1'];
  return scrolling(
    `Fields of ${flow}`,
    html`<table><caption>Agreement by field or label, and by why people were asked</caption>
${heads(columns, 'Outcomes')}
<tbody>${fields.map(
      (line) => html`<tr class="${line.reason === null ? 'total' : 'part'}"><th scope="row">${
        line.reason === null ? (line.field ?? '') : `${line.field}: ${reasonWords(line)}`
      }</th>
${numbers(line)}<td>${decimals(line.precision)}</td><td>${decimals(line.recall)}</td><td>${decimals(line.f1)}</td>
<td class="words">${outcomeWords(line)}</td></tr>`,
    )}</tbody></table>`,
  );
}

const numbers = ({ n, agreement, low, high, alpha, ac1 }: ReviewLine): Html =>
  html`<td>${n}</td><td>${percent(agreement)}</td><td>${interval(low, high)}</td><td>${decimals(alpha)}</td><td>${decimals(ac1)}</td>`;

export function bandTable(bands: readonly Band[], flow: string): Html {
  return scrolling(
    `Reliability of ${flow}`,
    html`<table><caption>How often people agree, by the confidence of the model</caption>
${heads(['Confidence', 'Answers', 'Mean confidence', 'Agree', '95 %'])}
<tbody>${bands.map(
      ({ from, to, n, confidence, agreement }) => html`<tr><th scope="row">${from}-${to} %</th><td>${n}</td>
<td>${percent(confidence)}</td><td>${agreement === null ? `not enough (below ${ENOUGH})` : percent(agreement.share)}</td>
<td>${interval(agreement?.low ?? null, agreement?.high ?? null)}</td></tr>`,
    )}</tbody></table>`,
  );
}
