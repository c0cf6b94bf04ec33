import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FAULTS, type Life } from '../plan/life.ts';
import { type EntryKind, StoryRecord } from '../record.ts';
import type { StoryResult } from '../story.ts';
import { axisOf } from './axis.ts';
import { KIND_NAMES } from './kinds.ts';
import { page } from './page.ts';
import { commandOf, type Played, pictureOf } from './picture.ts';
import { checkWritable, dress, writePicture } from './write.ts';

const PLAYED: Played = { jobs: 300, faults: FAULTS, without: [], html: 'out.html' };

function life(name: string, type = 'training-job'): Life {
  const change = { status: 'InProgress', at: 0, deliveries: [0] };
  return {
    name,
    type,
    arn: `arn:aws:sagemaker:eu-west-1:123456789012:${type}/${name}`,
    functionName: 'trainingJob',
    createdAt: 0,
    team: 'vision',
    isListed: true,
    changes: [change],
    event: () => ({}),
    resource: () => undefined,
  };
}

/** A story of these lives, in which everything in `entries` happened. */
function story(
  lives: readonly Life[],
  entries: readonly (readonly [string, EntryKind, string])[] = [],
  seed = 7,
): StoryResult {
  const record = new StoryRecord(Date.now());
  for (const [name, kind, text] of entries) record.add(name, kind, text);
  const counts = {
    ...{ lives: lives.length, deliveries: 1, dropped: 0, calls: 1234, faults: 0, killed: 0, alerts: 0 },
    ...{ repeated: 0, redriven: 0, stopped: 0, continued: 0, seconds: 61.4 },
  };
  const wrong = entries.flatMap(([, kind, text]) => (kind === 'wrong' ? [text] : []));
  return { seed, lives, record, wrong, counts };
}

const pageOf = (result: StoryResult, played = PLAYED) => page(pictureOf(result, played), dress());
/** The page without its style sheet and its script. */
const bodyOf = (markup: string) => markup.replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, '');
const idsIn = (markup: string) => [...markup.matchAll(/<li class="life[^"]*" id="([^"]*)"/g)].map(([, id]) => id);
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'ground-control-page-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
};

describe('a picture of a story', () => {
  it('shows lives with something wrong first, then the others, both in order of their numbers', () => {
    const lives = ['job-10', 'job-2', 'job-11', 'job-1'].map((name) => life(name));
    const result = story(lives, [
      ['job-11', 'wrong', 'job-11: its end was never told'],
      ['job-2', 'wrong', 'job-2: its end was never told'],
    ]);
    expect(idsIn(pageOf(result))).toEqual(['job-2', 'job-11', 'job-1', 'job-10']);
  });

  it('shows the seed, the command, the counts, and every failed check in full', () => {
    const wrong = Array.from({ length: 30 }, (_, nth) => `job-${nth}: its end was never told, ${'x'.repeat(400)}`);
    const lives = wrong.map((_, nth) => life(`job-${nth}`));
    const body = bodyOf(
      pageOf(
        story(
          lives,
          wrong.map((text, nth) => [`job-${nth}`, 'wrong', text]),
        ),
      ),
    );
    for (const text of [
      '<h1>Seed 7</h1>',
      'npm run --silent test:chaos -- --seed 7 --jobs 300 --html out.html',
      '<b>30</b> lives',
      '<b>1</b> delivery<',
      '<b>1,234</b> calls',
      '<b>61</b> seconds',
      '30 checks are wrong',
    ])
      expect(body).toContain(text);
    const listed = body.slice(body.indexOf('<section class="wrongs"'), body.indexOf('<section class="tools"'));
    const texts = [...listed.matchAll(/<li>(.*?)<\/li>/g)].map(([, item]) => item?.replaceAll(/<[^>]*>/g, ''));
    expect(texts).toEqual(wrong);
  });

  it('lists failed checks that concern no life, and the same failed check once', () => {
    const text = 'the months hold 3 jobs of 4';
    const picture = pictureOf(
      story(
        [life('job-0')],
        [
          ['', 'wrong', text],
          ['', 'wrong', text],
        ],
      ),
      PLAYED,
    );
    expect(picture.common.map((entry) => entry.text)).toEqual([text]);
  });

  it('has a mark with a shape, a text and a time for each kind of entry, and all of them in the legend', () => {
    const kinds = KIND_NAMES.filter((kind) => kind !== 'story');
    const result = story(
      [life('job-0')],
      kinds.map((kind) => ['job-0', kind, `text of ${kind}`]),
    );
    result.record.note('a deployment');
    const body = bodyOf(pageOf(result));
    const legend = body.slice(body.indexOf('<ul class="legend"'), body.indexOf('id="filter"'));
    const marks = [...body.matchAll(/<use class="mark (\w+)" href="#shape-(\w+)"[^>]*><title>\d+ ms, (.*?)<\/title>/g)];
    expect(marks.map(([, ...parts]) => parts)).toEqual([
      ['story', 'story', 'story: a deployment'],
      ...kinds.map((kind) => [kind, kind, `${kind}: text of ${kind}`]),
    ]);
    for (const kind of KIND_NAMES) {
      expect(body).toContain(`<path id="shape-${kind}"`);
      expect(legend).toContain(`<b>${kind}</b>`);
    }
    expect(body).toMatch(/<text class="common"[^>]*>a deployment \(/);
  });

  it('shows hostile text as text', () => {
    const hostile = `</title></script><img src=x onerror=alert(1)>"'&\0`;
    const result = story(
      [{ ...life(`job-0${hostile}`, hostile), team: hostile }],
      [
        [`job-0${hostile}`, 'alert', hostile],
        [`job-0${hostile}`, 'wrong', `job-0${hostile}: ${hostile}`],
      ],
    );
    result.record.note(hostile);
    const markup = pageOf(result, { ...PLAYED, html: hostile });
    const tags = (text: string) => new Set(text.match(/<\/?[a-zA-Z]+/g));
    expect([...tags(bodyOf(markup))].filter((tag) => ['<img', '<script', '</script'].includes(tag))).toEqual([]);
    expect(bodyOf(markup)).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\uFFFD');
  });

  it('needs no other file', () => {
    const markup = pageOf(story([life('job-0')], [['job-0', 'wrong', 'job-0: see https://example.com']]));
    const targets = [...markup.matchAll(/\s(?:src|href|action|data|poster)="([^"]*)"/g)].map(([, target]) => target);
    expect(targets.filter((target) => target?.startsWith('#') !== true)).toEqual([]);
    expect(markup).not.toMatch(/<link|@import|url\((?!#)/);
    expect(markup).toContain(`content="default-src 'none'; style-src 'sha256-`);
  });

  it('is a page also when no life has an entry', () => {
    expect(bodyOf(pageOf(story([life('job-0')])))).not.toMatch(/NaN|Infinity|undefined/);
    expect(bodyOf(pageOf(story([])))).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the command on the page', () => {
  it('names faults and missing protections only if they differ from the defaults, and quotes for the shell', () => {
    const commands = [
      PLAYED,
      { ...PLAYED, faults: FAULTS.toReversed() },
      { ...PLAYED, jobs: 60, faults: ['kill' as const, 'drop' as const], without: ['queue'] },
      { ...PLAYED, faults: [], html: "some/folder/it's.html" },
    ].map((played) => commandOf(3, played).replace('npm run --silent test:chaos -- --seed 3 ', ''));
    expect(commands).toEqual([
      '--jobs 300 --html out.html',
      '--jobs 300 --html out.html',
      '--jobs 60 --faults kill,drop --without queue --html out.html',
      String.raw`--jobs 300 --faults '' --html 'it'\''s.html'`,
    ]);
  });
});

describe('the time axis', () => {
  it('is linear when something always happens', () => {
    const { place, gaps } = axisOf([0, 1500, 3000, 4000]);
    expect([gaps, ...[0, 1000, 2000, 4000, 5000].map(place)]).toEqual([[], 0, 0.25, 0.5, 1, 1]);
  });

  it('squeezes gaps of more than two seconds, and keeps the order of times', () => {
    const { place, gaps } = axisOf([0, 1000, 61_000, 62_000]);
    expect(gaps.map(({ from, to }) => [from, to])).toEqual([[1100, 60_900]]);
    expect(place(60_900) - place(1100)).toBeCloseTo(0.03);
    const places = [0, 500, 1000, 1100, 30_000, 60_900, 61_000, 62_000].map(place);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect([places[0], places.at(-1)]).toEqual([0, 1]);
  });

  it('has ticks at round times outside of gaps, never too near to each other, and more when it is wider', () => {
    const axis = axisOf([0, 1000, 61_000, 62_000, 90_000, 90_010]);
    for (const zoom of [0.45, 1, 2, 5, 10, 20]) {
      const ticks = axis.ticks(zoom);
      const apart = ticks.slice(1).map((at, nth) => axis.place(at) - axis.place(ticks[nth] ?? 0));
      expect(Math.min(...apart) * zoom).toBeGreaterThan(0.04);
      expect(ticks.filter((at) => axis.gaps.some(({ from, to }) => from < at && at < to))).toEqual([]);
    }
    expect(axis.ticks(20).length).toBeGreaterThan(axis.ticks(1).length);
  });
});

describe('the file of a picture', () => {
  const good = (seed: number) => story([life('job-0')], [], seed);
  const bad = (seed: number) => story([life('job-0')], [['job-0', 'wrong', 'job-0: its end was never told']], seed);

  it('has the first story with something wrong, or else the last one', () => {
    const html = join(folder(), 'out.html');
    const write = (results: readonly StoryResult[]) => [
      writePicture(results, { ...PLAYED, html }),
      /<h1>(.*?)<\/h1>/.exec(readFileSync(html, 'utf8'))?.[1],
    ];
    expect(write([good(1), bad(2), bad(3), good(4)])).toEqual([`the picture of seed 2 is in ${html}`, 'Seed 2']);
    expect(write([good(1), good(2)])).toEqual([`the picture of seed 2 is in ${html}`, 'Seed 2']);
  });

  it('is refused with its path and the reason if it cannot be written', () => {
    const html = join(folder(), 'missing', 'out.html');
    const refusal = `cannot write ${html}: ENOENT`;
    expect(() => checkWritable(html)).toThrow(refusal);
    expect(() => writePicture([good(1)], { ...PLAYED, html })).toThrow(refusal);
  });
});
