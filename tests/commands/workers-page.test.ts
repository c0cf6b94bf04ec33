import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/hashes.ts';
import { checkWritable, writePage } from '../../commands/shared/report/write-page.ts';
import { page } from '../../domain/teams/render/page.ts';
import { notesOn } from '../../domain/teams/render/words.ts';
import { reportOf } from '../support/team-report.ts';
import { entryOf, tasksOf } from '../support/team-world.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();
const range = (count: number) => Array.from({ length: count }, (_, nth) => nth);
const HOSTILE = `</title><img src=x onerror=alert(1)>"'&`;
const report = reportOf(
  [
    ...range(7).flatMap((worker) => tasksOf(worker, 12, [worker === 6 ? 4000 : 8 + worker])),
    ...range(2).flatMap((worker) => tasksOf(worker, 3, [40], { team: HOSTILE, job: HOSTILE })),
  ].map((task) => entryOf(task)),
);
const markup = page(report, [...notesOn(report, true, undefined), HOSTILE], sha256);
const body = markup.replaceAll(/<style>[\s\S]*?<\/style>/g, '');

describe('the page about teams', () => {
  it('has the figures of teams, jobs and workers', () => {
    for (const text of [
      '<h1>Labeling teams, 2026-11-09 to 2026-11-15 (7 days, UTC)</h1>',
      '<dd>84 by 7 workers</dd>',
      'this is no ranking',
      '<p>Fewer than 5 workers: only figures of the whole team are shown.</p>',
      '<td>slower</td>',
    ])
      expect(body).toContain(text);
    expect(body.match(/<tbody>/g)).toHaveLength(3);
    expect(body).not.toMatch(/NaN|Infinity|undefined|d6947aeb|worker\d/);
  });

  it('needs no other file, runs no script and asks nobody', () => {
    expect(markup).toMatch(
      /content="default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'"/,
    );
    expect(markup).not.toMatch(/<script|<link|@import|url\(/);
    const tags = body.match(/<[a-z][^>]*>/g) ?? [];
    expect(tags.filter((tag) => /\s(?:src|href|action|style|on\w+)=/.test(tag.replaceAll(/"[^"]*"/g, '""')))).toEqual(
      [],
    );
    expect(markup).not.toContain('http:');
    expect(markup).not.toContain('https:');
  });

  it('shows hostile text as text', () => {
    expect(body).not.toContain('<img');
    expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  });

  it('has tables with captions and scopes, and charts with titles', () => {
    const tables = body.split('<table>').slice(1);
    for (const table of tables) {
      expect(table).toMatch(/^\s*<caption>/);
      expect(table.match(/<th(?! scope="(?:col|row)")[ >]/g)).toBeNull();
    }
    const charts = body.match(/<svg [^>]*>/g) ?? [];
    expect(charts.length).toBeGreaterThan(1);
    for (const chart of charts) expect(chart).toMatch(/role="img" aria-labelledby="[\w-]+"/);
    const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is a page also when there is nothing to report', () => {
    expect(page(reportOf([]), [], sha256)).toContain(
      '<p>No log entry was read, so nothing is known of these days.</p>',
    );
  });

  it('is written to its file, or refused before anything is read', () => {
    const path = join(folder, 'out.html');
    checkWritable(path);
    expect(writePage(path, markup)).toBe(`the page is in ${path}`);
    expect(readFileSync(path, 'utf8')).toBe(markup);
    expect(() => checkWritable(join(folder, 'missing', 'x.html'))).toThrow('--html: cannot write');
    checkWritable(path);
    expect(readFileSync(path, 'utf8')).toBe(markup);
  });

  it('leaves no file when nothing is written', () => {
    const [path, target, link] = ['new.html', 'target.html', 'link.html'].map((name) => join(folder, name));
    checkWritable(path ?? '');
    symlinkSync(target ?? '', link ?? '');
    checkWritable(link ?? '');
    expect(readdirSync(folder).filter((name) => /new|target|link/.test(name))).toEqual(['link.html']);
  });

  it('never replaces a file that is no page, such as what the command reads', () => {
    const path = fileWith('a.manifest', '{"source-ref":"s3://amzn-s3-demo-bucket/1.jpg"}\n');
    expect(() => checkWritable(path)).toThrow('a.manifest exists and is no HTML page: name another file');
    expect(() => checkWritable(folder)).toThrow('is a folder');
    for (const content of ['', '<!doctype HTML>\n<title>older</title>']) checkWritable(fileWith('older.html', content));
    expect(readFileSync(path, 'utf8')).toContain('source-ref');
  });
});
