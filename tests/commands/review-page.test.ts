import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { page } from '../../commands/review/page/page.ts';
import { csvLines } from '../../commands/review/records.ts';
import type { Report } from '../../commands/review/report.ts';
import { showReport } from '../../commands/review/show.ts';
import type { FieldComparison } from '../../domain/review/comparison.ts';
import { linesOf } from '../../domain/review/summary.ts';
import { ReviewTally } from '../../domain/review/tally.ts';

const HOSTILE = `<script>alert(1)</script>"'&\u0007=1+1`;

/** A report of one flow: each field has answers of a sample and of hard cases. */
function reportOf(
  fields: readonly Partial<FieldComparison>[],
  flow = 'flow-1',
  level: number | undefined = 90,
): Report {
  const tally = new ReviewTally();
  for (const reason of ['sampling', 'low-confidence'] as const) {
    const all = fields.map((field): FieldComparison => {
      return { field: 'A', outcome: 'confirmed', answers: 2, agreeing: 2, values: [1, 1], ...field };
    });
    tally.add({ flow, reason, fields: all, skipped: 0 });
    // As many objects as the level needs.
    for (let more = 1; more < 30; more++) tally.add({ flow, reason, fields: [], skipped: 0 });
  }
  const [found] = tally.flows();
  if (found === undefined) throw new Error('there is no flow');
  const lines = linesOf(found, level);
  const [own, others] = (['flow', 'field'] as const).map((kind) => lines.filter((line) => line.kind === kind));
  const flows = [{ flow, level, lines: own ?? [], fields: others ?? [], notComparable: [], skipped: 1 }];
  return {
    flows,
    compared: 2,
    notComparable: 0,
    unreadable: 0,
    copies: 0,
    leftOut: 0,
    undated: 0,
    facts: ['2 objects are compared.'],
  };
}

const MANY = Array.from({ length: 80 }, (_, at) => ({
  outcome: at % 4 === 0 ? ('rejected' as const) : ('confirmed' as const),
  confidence: 90 + (at % 10),
}));

describe('the page of a review', () => {
  const markup = page(reportOf(MANY));

  it('runs no script, loads nothing, and allows only its own style', () => {
    const [, css = ''] = /<style>([\s\S]*)<\/style>/.exec(markup) ?? [];
    const hash = createHash('sha256').update(css).digest('base64');
    expect(markup).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(markup).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|\sstyle=|https?:|url\(|@import/i);
  });

  it('has named charts, tables with heads, and no NaN', () => {
    const ids = [...markup.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const labels = [...markup.matchAll(/aria-labelledby="([^"]*)"/g)].map(([, id]) => id);
    expect(labels.length).toBeGreaterThan(2);
    expect(labels.filter((id) => !ids.includes(id))).toEqual([]);
    expect(markup.match(/<table>/g)).toHaveLength(3);
    expect(markup.match(/<caption>/g)).toHaveLength(3);
    expect(markup).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('says which numbers estimate accuracy, and what the others are', () => {
    expect(markup).toContain('Only the lines of sampled loops estimate the model&#39;s accuracy');
    expect(markup).toContain('a random sample: estimates the model&#39;s accuracy');
    expect(markup).toContain('hard cases, chosen by confidence: not the model&#39;s accuracy');
    expect(markup).toContain('BELOW LEVEL');
    expect(markup).toContain('expected: 90 %');
  });

  it('shows names as text', () => {
    const hostile = page(reportOf([{ field: HOSTILE }]));
    expect(hostile).not.toContain('<script>');
    expect(hostile).toContain('&lt;script&gt;alert(1)');
    expect(hostile).not.toContain('\u0007');
  });

  it('works when nothing was compared', () => {
    const empty = page({
      flows: [],
      compared: 0,
      notComparable: 0,
      unreadable: 0,
      copies: 0,
      leftOut: 0,
      undated: 0,
      facts: [],
    });
    expect(empty).toContain('</html>');
    expect(page(reportOf([{ outcome: 'absent', values: [] }]))).not.toMatch(/NaN|undefined/);
  });
});

describe('other forms of a review', () => {
  it('show names as text that terminals and spreadsheets do not run', () => {
    const names = ['=HYPERLINK("x")', '+1', '-1', '@x', 'a,"b"'].map((field) => ({ field }));
    const lines = csvLines(reportOf(names));
    const [, ...rows] = lines.filter((line) => line.startsWith('field,') && line.includes(',sampling,'));
    expect([
      rows.length,
      rows.every((row) => /^field,flow-1,(?:'[+\-@]|"a,""b""|"'=HYPERLINK\(""x""\)")/.test(row)),
    ]).toEqual([4, true]);
    const text = showReport(reportOf([{ field: `\u001b[31m${'x'.repeat(200)}` }])).join('\n');
    expect(text).not.toContain('\u001b');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
