import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './support/events.ts';

const ROOMS = ['schemas', 'domain', 'adapters', 'handlers', 'functions', 'infrastructure', 'local', 'commands'];
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const yaml = (file: string) => parse(read(file), { merge: true, logLevel: 'silent' });

/** The Mermaid diagram in a page. */
const diagramIn = (page: string) => /```mermaid\n([\s\S]*?)```/.exec(read(page))?.[1] ?? '';

describe('a folder', () => {
  const MOST_FILES = 17;

  it('holds few source files side by side, but for functions: each is one short file, by the name in serverless.yml', () => {
    const folders = ROOMS.filter((room) => room !== 'functions').flatMap((room) => [
      room,
      ...globSync(`${room}/**/`, { cwd: ROOT }),
    ]);
    const full = folders.flatMap((folder) => {
      const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.ts'));
      return files.length > MOST_FILES
        ? [`${folder}: ${files.length} files; give some of them a folder by meaning`]
        : [];
    });
    expect([folders.length > 20, full]).toEqual([true, []]);
  });

  it('is described in CONTRIBUTING.md, if it is a room', () => {
    for (const room of ROOMS) expect(read('CONTRIBUTING.md')).toContain(`\n- \`${room}/`);
  });
});

describe('the architecture diagram in the README', () => {
  const diagram = diagramIn('README.md');
  /** The ids of nodes: words that are not in a label. */
  const nodes = new Set(
    diagram
      .replaceAll(/\|[^|]*\||\[[^\]]*\]|"[^"]*"/g, ' ')
      .replace('flowchart LR', '')
      .match(/\w+/g),
  );
  const OUTSIDE = ['SageMaker', 'CloudWatchLogs', 'S3', 'EventBridge', 'People', 'Systems', 'Operators'];
  /** Made from functions and from the configuration. */
  const DERIVED = ['eventFunctions', 'RelayBus'];
  const functions = Object.entries<{ events: { eventBridge?: unknown }[] }>(yaml('serverless.yml').functions);
  const resources = globSync('infrastructure/*.yml', { cwd: ROOT }).flatMap((file) =>
    Object.entries<{ Type: string }>(yaml(file)?.Resources ?? {}),
  );

  it('has every function that is not for one family, every queue, topic, table and group of schedules', () => {
    const others = functions.flatMap(([name, { events }]) =>
      events.some(({ eventBridge }) => eventBridge !== undefined) ? [] : [name],
    );
    const SHOWN = ['AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::DynamoDB::Table', 'AWS::Scheduler::ScheduleGroup'];
    const shown = resources.flatMap(([id, { Type }]) => (SHOWN.includes(Type) ? [id] : []));
    expect([...nodes].sort()).toEqual([...OUTSIDE, ...DERIVED, ...others, ...shown].sort());
  });
});

describe("the diagram of an event's way in CONTRIBUTING.md", () => {
  const files = diagramIn('CONTRIBUTING.md').match(/[\w-]+(?:\/[\w-]+)+\.ts/g) ?? [];

  it('names files that exist, from every room that an event passes', () => {
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    expect(new Set(files.map((file) => file.split('/')[0]))).toEqual(new Set(ROOMS.slice(0, 5)));
  });

  it('draws an arrow only where the code goes that way', () => {
    const nodes = new Map(
      [...diagramIn('CONTRIBUTING.md').matchAll(/(\w+)\["([\w/-]+\.ts)/g)].map(([, id = '', file = '']) => [id, file]),
    );
    const arrows = [...diagramIn('CONTRIBUTING.md').matchAll(/^ {2}(\w+)(?:\["[^"]*"\])? -->(?:\|[^|]*\|)? (\w+)/gm)];
    expect(arrows.length).toBeGreaterThan(12);
    for (const [, from = '', to = ''] of arrows) {
      const reached = reachedFrom(nodes.get(from) ?? '', nodes.get(to) ?? '');
      expect([from, to, reached]).toEqual([from, to, true]);
    }
  });
});

/** Whether `from` uses `to`: it imports the file, or gets it from the services that a function is built with. */
function reachedFrom(from: string, to: string): boolean {
  const imports = (file: string) =>
    [...read(file).matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)].map(([, a, b]) =>
      join(file, '..', a ?? b ?? ''),
    );
  const composed = ['functions/training-job.ts', 'handlers/services.ts', 'handlers/cost/services.ts'];
  return (
    imports(from).includes(to) || (from === 'handlers/event.ts' && composed.some((file) => imports(file).includes(to)))
  );
}

describe('the docs', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    ...globSync('docs/*.md', { cwd: ROOT }),
  ];

  it.each(pages)('%s has lines of at most 120 characters', (page) => {
    // Rows of generated tables hold what they hold.
    const long = read(page)
      .replace(/(?<=<!-- permissions: begin[\s\S]*?)^\|.*$/gm, '')
      .split('\n')
      .flatMap((line, at) => (line.length > 120 ? [`${page}:${at + 1}`] : []));
    expect(long).toEqual([]);
  });

  it.each(pages)('%s links to pages and headings that exist', (page) => {
    const anchors = (text: string) =>
      [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, '')
          .replaceAll(' ', '-'),
      );
    for (const [, link = ''] of read(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(page, '..', path);
      expect([link, existsSync(join(ROOT, target))]).toEqual([link, true]);
      if (anchor !== undefined) expect([link, anchors(read(target)).includes(anchor)]).toEqual([link, true]);
    }
  });
});

describe('docs/security.md', () => {
  const named = [
    ...read('docs/security.md')
      .replaceAll(/\s+/g, ' ')
      .matchAll(/`(tests\/[^`]+\.test\.ts)`: "([^"]+)"/g),
  ].map(([, file = '', title = '']) => [file, title] as const);

  it('names a test for most threats', () => {
    expect(named.length).toBeGreaterThan(20);
    expect(read('docs/security.md').match(/`tests\//g)).toHaveLength(named.length);
  });

  it.each(named)('names a test that exists: %s: %s', (file, title) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    // As a whole title, in quotes of either kind.
    expect(["'", '"', '`'].some((quote) => read(file).includes(`(${quote}${title}${quote}`))).toBe(true);
  });
});
