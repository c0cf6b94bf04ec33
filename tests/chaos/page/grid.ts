/** Renders the time axis: ticks, squeezed gaps, and vertical marks for what concerns the whole story. */

import { type Html, html } from '../../../domain/report/html.ts';
import type { Entry } from '../record.ts';
import type { Axis } from './axis.ts';

/** How wide the chart can be made, in widths of the window. */
export const ZOOMS = [1, 2, 5, 10, 20] as const;

/** Ticks for each zoom, and for a narrow window. The style sheet shows one of these groups. */
const TICK_GROUPS = [['at-narrow', 0.45], ...ZOOMS.map((zoom) => [`at-${zoom}`, zoom] as const)] as const;

/** Heights in the head of the chart, in pixels. */
const ROW = 17;
const TICK_ROW = 22;
/** The labels of more gaps than these would overlap. */
const LABELLED_GAPS = 10;

/** A share of the width, for an attribute. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(3))}%`;

/** Milliseconds in words, such as `1.25 s`. */
const inSeconds = (at: number): string => `${Number((at / 1000).toFixed(3))} s`;

const isLabelled = ({ kind }: Entry) => kind !== 'wrong';

/** The lines behind all lives. */
export function grid(axis: Axis, common: readonly Entry[]): Html {
  const vertical = (kind: string, at: number) => {
    const x = percent(axis.place(at));
    return html`<line class="${kind}" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
  };
  return html`<svg class="grid" aria-hidden="true">
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<line class="hatch" x1="0" x2="0" y1="0" y2="6"/></pattern></defs>
${TICK_GROUPS.map(([name, zoom]) => html`<g class="${name}">${axis.ticks(zoom).map((at) => vertical('tick', at))}</g>`)}
${axis.gaps.map(({ from, to }) => {
  const [left, right] = [axis.place(from), axis.place(to)];
  const width = percent(right - left);
  return html`<rect class="gap" x="${percent(left)}" width="${width}" height="100%" fill="url(#hatch)"/>`;
})}
${common.filter(isLabelled).map(({ at }) => vertical('common', at))}
</svg>`;
}

/** The labels on top. Each label about the whole story has a row of its own, so labels never overlap. */
export function axisHead(axis: Axis, common: readonly Entry[]): Html {
  const labels = common.filter(isLabelled);
  const gaps = axis.gaps.length > LABELLED_GAPS ? [] : axis.gaps;
  const height = labels.length * ROW + TICK_ROW + (gaps.length > 0 ? ROW : 0);
  return html`<div class="head"><div class="corner">time since the beginning</div>
<svg class="axis" height="${height}" role="img" aria-label="Time since the beginning, in seconds">
${labels.map((entry, row) => label(entry, axis.place(entry.at), row * ROW + 12, height))}
${gaps.map(({ from, to }) => {
  const middle = percent((axis.place(from) + axis.place(to)) / 2);
  const y = height - TICK_ROW - 4;
  return html`<text class="gap" x="${middle}" y="${y}" text-anchor="middle">${quiet(to - from)}</text>`;
})}
${TICK_GROUPS.map(
  ([name, zoom]) =>
    html`<g class="${name}">${axis
      .ticks(zoom)
      .map(
        (at) =>
          html`<text x="${percent(axis.place(at))}" y="${height - 7}" text-anchor="middle">${inSeconds(at)}</text>`,
      )}</g>`,
)}
</svg></div>`;
}

const quiet = (milliseconds: number) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;

function label({ at, text }: Entry, place: number, y: number, height: number): Html {
  const x = percent(place);
  const [dx, anchor] = place < 0.5 ? [5, 'start'] : [-5, 'end'];
  return html`<line class="common" x1="${x}" x2="${x}" y1="${y - 10}" y2="${height}"/>
<text class="common" x="${x}" y="${y}" dx="${dx}" text-anchor="${anchor}">${text} (${inSeconds(at)})</text>`;
}
