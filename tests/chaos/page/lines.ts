/** Renders lives as lines in time, with their histories. */

import { type Html, html } from '../../../domain/report/html.ts';
import type { Entry } from '../record.ts';
import type { Axis } from './axis.ts';
import { percent } from './grid.ts';
import { HEIGHT, KINDS, type MarkKind } from './kinds.ts';
import { hasWrong, type Line } from './picture.ts';

interface Mark extends Omit<Entry, 'kind'> {
  readonly kind: MarkKind;
}

export const countOf = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** The shape of a kind, beside its name. */
export const glyph = (kind: MarkKind): Html =>
  html`<svg class="glyph ${kind}" viewBox="-9 -9 18 18" width="18" height="18" aria-hidden="true">
<use href="#shape-${kind}"/></svg>`;

/** The row of a life. */
export function lineRow(line: Line, axis: Axis): Html {
  const { name, type, facts, entries } = line;
  const wrong = entries.filter(({ kind }) => kind === 'wrong').length;
  return html`<li class="life${hasWrong(line) ? ' bad' : ''}" id="${name}">
<details><summary><span class="name">${name}</span> <span class="type">${type}</span>${
    wrong === 0 ? undefined : html` <span class="flag">${glyph('wrong')}${wrong} wrong</span>`
  }</summary>
${history(inOrder(entries), facts)}</details>
${track(name, inOrder(entries), axis, span(entries, axis))}
</li>`;
}

/** The row of what concerns all lives. */
export function storyRow(common: readonly Entry[], axis: Axis): Html {
  const marks = inOrder(common.map((entry): Mark => ({ ...entry, kind: entry.kind === 'wrong' ? 'wrong' : 'story' })));
  return html`<li class="story">
<details><summary><span class="name">all lives</span>
<span class="type">${countOf(marks.length, 'entry', 'entries')}</span></summary>
${history(marks, ['This concerns the whole story.'])}</details>
${track('all lives', marks, axis, html``)}
</li>`;
}

const inOrder = <T extends Mark>(marks: readonly T[]): T[] => marks.toSorted((one, other) => one.at - other.at);

/** A thin line from the first entry to the last one, and a thick one while the resource changes. */
function span(entries: readonly Entry[], axis: Axis): Html {
  const changes = entries.filter(({ kind }) => kind === 'change');
  const line = (kind: string, all: readonly Entry[]) => {
    const times = all.map(({ at }) => at);
    if (times.length === 0) return undefined;
    const [from, to] = [Math.min(...times), Math.max(...times)].map((at) => percent(axis.place(at)));
    return html`<line class="${kind}" x1="${from}" x2="${to}" y1="${KINDS.change.y}" y2="${KINDS.change.y}"/>`;
  };
  return html`${line(
    'thin',
    entries.filter(({ kind }) => kind !== 'wrong'),
  )}${line('thick', changes)}`;
}

const track = (name: string, marks: readonly Mark[], axis: Axis, behind: Html): Html =>
  html`<svg class="track" height="${HEIGHT}" role="group" aria-label="Marks of ${name}">${behind}
${marks.map(
  ({ kind, at, text }) =>
    html`<use class="mark ${kind}" href="#shape-${kind}" x="${percent(axis.place(at))}" y="${KINDS[kind].y}"
tabindex="-1" role="img"><title>${at} ms, ${kind}: ${text}</title></use>
`,
)}</svg>`;

const history = (marks: readonly Mark[], facts: readonly string[]): Html => html`<div class="history">
<ul class="facts">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
<ol>${marks.map(
  ({ kind, at, text }) =>
    html`<li class="${kind}"><span class="at">${at} ms</span> ${glyph(kind)} <span class="kind">${kind}</span>
<span class="text">${text}</span></li>
`,
)}</ol>
</div>`;
