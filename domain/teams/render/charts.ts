/** Charts of times and hours as SVG, rendered here: the page runs no script. A table beside each has the numbers. */

import { type Html, html } from '../../report/html.ts';
import type { Times } from '../figures.ts';
import { hoursText, secondsText } from './words.ts';

/** Units of the view box. */
const [WIDTH, NAMES, RIGHT] = [720, 190, 24];
const [TOP, ROW] = [28, 22];

/** The times of one job or worker. */
export interface TimesRow {
  readonly name: string;
  readonly times: Times;
  readonly isOutlier: boolean;
}

/** Seconds that may be labelled on the axis. */
const TICKS = [1, 10, 60, 600, 3600, 36_000, 360_000];

/**
 * A row for each of `rows`, in their order: a mark at the median and a line to the 90th percentile. The axis is
 * logarithmic, since one task may take a thousand times as long as another.
 */
export function timesChart(rows: readonly TimesRow[], id: string, title: string): Html {
  const most = Math.max(10, ...rows.map(({ times }) => times.p90));
  const x = (seconds: number) =>
    Number((NAMES + (Math.log10(Math.max(seconds, 1)) / Math.log10(most)) * (WIDTH - NAMES - RIGHT)).toFixed(1));
  const height = TOP + rows.length * ROW + 6;
  const ticks = TICKS.filter((seconds) => seconds <= most);
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title">
<title id="${id}-title">${title}. The table below has the numbers.</title>
${ticks.map(
  (seconds) => html`<line class="grid" x1="${x(seconds)}" x2="${x(seconds)}" y1="${TOP - 6}" y2="${height}"/>
<text class="tick" x="${x(seconds)}" y="14" text-anchor="middle">${secondsText(seconds)}</text>`,
)}
${rows.map((row, nth) => timesRow(row, TOP + nth * ROW + ROW / 2, x))}
</svg>`;
}

function timesRow({ name, times, isOutlier }: TimesRow, y: number, x: (seconds: number) => number): Html {
  const [from, to] = [x(times.median), x(times.p90)];
  const mark = isOutlier
    ? html`<path class="outlier" d="M${from} ${y - 7}l7 7l-7 7l-7 -7z"/>`
    : html`<circle class="median" cx="${from}" cy="${y}" r="5"/>`;
  const short = name.length > 26 ? `${name.slice(0, 25)}…` : name;
  return html`<text class="name" x="${NAMES - 12}" y="${y + 4}" text-anchor="end">${short}</text>
<line class="to-p90" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/>
<line class="p90" x1="${to}" x2="${to}" y1="${y - 5}" y2="${y + 5}"/>
${mark}`;
}

const CELL = 29;

/** The 24 hours of the day; those in which something was submitted are filled and have a bar below. */
export function hoursChart(hours: readonly number[], id: string): Html {
  const active = new Set(hours);
  const cells = Array.from({ length: 24 }, (_, hour) => {
    const isActive = active.has(hour);
    return html`<rect class="${isActive ? 'hour active' : 'hour'}" x="${hour * CELL + 1}" y="1" width="${CELL - 2}" height="26"/>
<text class="${isActive ? 'hour active' : 'hour'}" x="${hour * CELL + CELL / 2}" y="18" text-anchor="middle">${String(hour).padStart(2, '0')}</text>
${isActive ? html`<rect class="mark" x="${hour * CELL + 4}" y="30" width="${CELL - 8}" height="4"/>` : undefined}`;
  });
  return html`<svg class="hours" viewBox="0 0 ${24 * CELL} 36" role="img" aria-labelledby="${id}-title">
<title id="${id}-title">Hours of the day in which tasks were submitted: ${hoursText(hours)}</title>
${cells}
</svg>`;
}
