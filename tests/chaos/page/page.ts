/** Renders the picture of a story as one page that needs no other file. */
import { createHash } from 'node:crypto';
import { Html, html } from '../../../domain/report/html.ts';
import type { Counts } from '../story.ts';
import { type Axis, axisOf } from './axis.ts';
import { axisHead, grid, ZOOMS } from './grid.ts';
import { KIND_NAMES, KINDS } from './kinds.ts';
import { countOf, glyph, lineRow, storyRow } from './lines.ts';
import { hasWrong, type Picture } from './picture.ts';

/** The style sheet and the script of the page. */
export interface Dress {
  readonly css: string;
  readonly script: string;
}

/** How many failed checks are listed at once. The others can be opened. */
const LISTED = 5;

export function page(picture: Picture, { css, script }: Dress): string {
  const { seed, wrong, common, lines } = picture;
  const axis = axisOf([...common, ...lines.flatMap(({ entries }) => entries)].map(({ at }) => at));
  const { markup } = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Seed ${seed}: ${verdictOf(wrong)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
content="default-src 'none'; style-src ${hashOf(css)}; script-src ${hashOf(script)}">
<style>${new Html(css)}</style>
</head>
<body>
${shapes()}
${head(picture)}
<main>
${wrongList(picture)}
${tools(picture)}
${chart(picture, axis)}
</main>
<div id="tip" role="tooltip" hidden></div>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return markup;
}

/** The policy that allows this inline style or script, and no other one. */
const hashOf = (text: string) => new Html(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);

const verdictOf = (wrong: readonly string[]) =>
  wrong.length === 0 ? 'nothing is wrong' : `${countOf(wrong.length, 'check is', 'checks are')} wrong`;

/** The shapes that marks and the legend refer to. */
const shapes = () => html`<svg width="0" height="0" aria-hidden="true" class="shapes"><defs>
${KIND_NAMES.map((kind) => html`<path id="shape-${kind}" d="${KINDS[kind].shape}" fill-rule="evenodd"/>`)}
</defs></svg>`;

// ---- What stands above the lives.

const COUNTS = {
  lives: ['life', 'lives'],
  deliveries: ['delivery', 'deliveries'],
  dropped: ['event never came', 'events never came'],
  calls: ['call', 'calls'],
  faults: ['fault', 'faults'],
  killed: ['worker killed', 'workers killed'],
  alerts: ['alert', 'alerts'],
  repeated: ['alert repeated', 'alerts repeated'],
  redriven: ['event redriven', 'events redriven'],
  stopped: ['job stopped', 'jobs stopped'],
  continued: ['labeling job continued', 'labeling jobs continued'],
  seconds: ['second', 'seconds'],
} satisfies Record<keyof Counts, readonly [string, string]>;

function head({ seed, command, counts, wrong }: Picture): Html {
  const isWrong = wrong.length > 0;
  const numbers = Object.entries(COUNTS).map(([name, [one, many]]) => {
    const count = Math.round(new Map(Object.entries(counts)).get(name) ?? 0);
    return html`<li><b>${count.toLocaleString('en')}</b> ${count === 1 ? one : many}</li>`;
  });
  return html`<header>
<div class="title"><h1>Seed ${seed}</h1>
<p class="verdict ${isWrong ? 'bad' : 'good'}">${isWrong ? '✕' : '✓'} ${verdictOf(wrong)}</p></div>
<div class="command"><code id="command">${command}</code><button type="button" id="copy" hidden>Copy</button></div>
<ul class="counts">${numbers}</ul>
</header>`;
}

function wrongList({ wrong, lines }: Picture): Html {
  if (wrong.length === 0) return html``;
  const names = new Set(lines.map(({ name }) => name));
  const items = wrong.map((text) => {
    const name = text.split(':', 1).join();
    if (!names.has(name)) return html`<li>${text}</li>`;
    return html`<li><a href="#${encodeURIComponent(name)}">${name}</a>${text.slice(name.length)}</li>`;
  });
  const more = items.slice(LISTED);
  const others = html`<details><summary>${more.length} more</summary><ol start="${LISTED + 1}">${more}</ol></details>`;
  return html`<section class="wrongs" aria-labelledby="wrongs">
<h2 id="wrongs">${countOf(wrong.length, 'wrong check', 'wrong checks')}</h2>
<ol>${items.slice(0, LISTED)}</ol>
${more.length === 0 ? undefined : others}
</section>`;
}

function tools({ lines }: Picture): Html {
  const legend = KIND_NAMES.map(
    (kind) => html`<li>${glyph(kind)} <b>${kind}</b> <span>${KINDS[kind].meaning}</span></li>`,
  );
  const zooms = ZOOMS.map(
    (zoom) => html`<button type="button" data-zoom="${zoom}" aria-pressed="${String(zoom === 1)}">${zoom}×</button>`,
  );
  return html`<section class="tools" aria-label="Legend and filter">
<ul class="legend">${legend}</ul>
<div id="filter" role="search" hidden>
<label>Filter <input type="search" id="words" placeholder="name, type or word" autocomplete="off"></label>
${lines.some(hasWrong) ? html`<label><input type="checkbox" id="only-wrong"> only wrong ones</label>` : undefined}
<span class="zoom" role="group" aria-label="Zoom">${zooms}</span>
<output id="shown">${countOf(lines.length, 'life', 'lives')}</output>
</div>
<p class="hint">Tab goes from life to life. Enter opens the history of a life. The arrow keys ← and →
read its marks. In the hatched parts of the time nothing happens, so they are squeezed.</p>
</section>`;
}

// ---- The lives.

const chart = ({ common, lines }: Picture, axis: Axis): Html => html`<section class="frame" aria-label="Lives in time">
<div class="chart" data-zoom="1">
${grid(axis, common)}
${axisHead(axis, common)}
<ol class="lives">
${storyRow(common, axis)}
${lines.map((line) => lineRow(line, axis))}
</ol>
</div>
</section>`;
