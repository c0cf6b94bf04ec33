/** The charts of a review as SVG. Colours come from the style sheet; shapes tell the same without them. */

import { type Html, html } from '../../../domain/report/html.ts';
import { percent, reasonWords } from '../../../domain/review/line-words.ts';
import type { Band } from '../../../domain/review/measures/bands.ts';
import type { ReviewLine } from '../../../domain/review/summary.ts';
import { cutText } from '../../../schemas/text/plain-text.ts';

/** In units of the drawing. */
const WIDTH = 720;
const AXIS = { left: 250, right: 640 };
const ROW = 24;
const TOP = 28;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

const across = (share: number): number => AXIS.left + share * (AXIS.right - AXIS.left);

/** Rows of agreement, each a mark with its interval. Filled circles are random samples, hollow squares are not. */
export function agreementChart(lines: readonly ReviewLine[], level: number | undefined, id: string): Html {
  const height = TOP + lines.length * ROW + 26;
  const bottom = height - 22;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title">
<title id="${id}-title">Agreement with the model and its 95 % interval; the table below has the numbers</title>
${TICKS.map(
  (share) => html`<line class="grid" x1="${across(share)}" x2="${across(share)}" y1="${TOP - 6}" y2="${bottom}"/>
<text class="quiet" x="${across(share)}" y="${height - 6}" text-anchor="middle">${percent(share)}</text>`,
)}
${level === undefined ? undefined : levelMark(level, bottom)}
${lines.map((line, at) => agreementRow(line, TOP + at * ROW + ROW / 2))}
</svg>`;
}

function levelMark(level: number, bottom: number): Html {
  const x = across(level / 100);
  return html`<line class="level" x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${bottom}"/>
<text class="level" x="${x}" y="${TOP - 12}" text-anchor="middle">expected: ${level} %</text>`;
}

function agreementRow(line: ReviewLine, y: number): Html {
  const { agreement, low, high, n, estimatesAccuracy } = line;
  const name = line.field === null || line.reason !== null ? reasonWords(line) : line.field;
  const kind = estimatesAccuracy ? 'sample' : 'other';
  const label = html`<text x="${AXIS.left - 14}" y="${y + 4}" text-anchor="end">${cutText(name, 36)}</text>`;
  if (agreement === null || low === null || high === null)
    return html`${label}<text class="quiet" x="${AXIS.left + 8}" y="${y + 4}">not known</text>`;
  return html`${label}
<line class="range ${kind}" x1="${across(low)}" x2="${across(high)}" y1="${y}" y2="${y}"/>
${mark(kind, across(agreement), y)}
<text class="quiet" x="${AXIS.right + 14}" y="${y + 4}">n = ${n}</text>`;
}

const mark = (kind: 'sample' | 'other', x: number, y: number): Html =>
  kind === 'sample'
    ? html`<circle class="mark sample" cx="${x}" cy="${y}" r="5"/>`
    : html`<rect class="mark other" x="${x - 5}" y="${y - 5}" width="10" height="10"/>`;

/** Where the reliability diagram is drawn. */
const SQUARE = { left: 60, right: 360, top: 16, bottom: 316 };

/** Agreement over the model's confidence. On the dashed line, the model is right as often as it says. */
export function reliabilityChart(bands: readonly Band[], isSample: boolean, id: string): Html {
  const x = (share: number) => SQUARE.left + share * (SQUARE.right - SQUARE.left);
  const y = (share: number) => SQUARE.bottom - share * (SQUARE.bottom - SQUARE.top);
  const kind = isSample ? 'sample' : 'other';
  return html`<svg class="square" viewBox="0 0 390 352" role="img" aria-labelledby="${id}-title">
<title id="${id}-title">How often people agree, by the confidence of the model; the table below has the numbers</title>
${TICKS.map(
  (share) => html`<line class="grid" x1="${x(share)}" x2="${x(share)}" y1="${SQUARE.top}" y2="${SQUARE.bottom}"/>
<line class="grid" x1="${SQUARE.left}" x2="${SQUARE.right}" y1="${y(share)}" y2="${y(share)}"/>
<text class="quiet" x="${x(share)}" y="${SQUARE.bottom + 16}" text-anchor="middle">${percent(share)}</text>
<text class="quiet" x="${SQUARE.left - 8}" y="${y(share) + 4}" text-anchor="end">${percent(share)}</text>`,
)}
<line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>
<text class="quiet" x="${(SQUARE.left + SQUARE.right) / 2}" y="${SQUARE.bottom + 32}" text-anchor="middle">confidence</text>
${bands.map(({ confidence, agreement }) =>
  agreement === null || confidence === null
    ? html``
    : html`<line class="range ${kind}" x1="${x(confidence)}" x2="${x(confidence)}" y1="${y(agreement.low)}" y2="${y(agreement.high)}"/>
${mark(kind, x(confidence), y(agreement.share))}`,
)}
</svg>`;
}
