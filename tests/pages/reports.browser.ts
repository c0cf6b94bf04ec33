/** The pages of `review` and `workers`, written by the commands and opened in a browser. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';
import { entryOf, FIRST_DAY, LAST_DAY, tasksOf } from '../support/team-world.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();
const HOSTILE = '<img src=x onerror=alert(1)>';

const tasks = [0, 1, 2, 3, 4, 5, 6].flatMap((worker) => tasksOf(worker, 12, [worker === 6 ? 4000 : 8 + worker]));
const small = [0, 1].flatMap((worker) => tasksOf(worker, 3, [40], { team: HOSTILE, job: HOSTILE }));
const log = fileWith('log.ndjson', [...tasks, ...small].map((task) => JSON.stringify(entryOf(task))).join('\n'));

const output = JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/review/a2i-output.rekognition.json'), 'utf8'));
const outputs = Array.from({ length: 60 }, (_, at) =>
  fileWith(
    `output-${at}.json`,
    JSON.stringify({ ...output, humanLoopName: `loop-${at}`, ...(at % 9 === 0 && { humanAnswers: [] }) }),
  ),
);

const PAGES = {
  workers: ['commands/workers.ts', '--from', FIRST_DAY, '--to', LAST_DAY, '--file', log],
  review: ['commands/review.ts', ...outputs, 'tests/fixtures/review/labeling-output.manifest'],
} as const;
type Name = keyof typeof PAGES;
const NAMES = ['workers', 'review'] as const satisfies readonly Name[];
const addressOf = (name: Name) => pathToFileURL(join(folder, `${name}.html`)).href;

let browser: Browser;
beforeAll(async () => {
  for (const name of NAMES) {
    const args = [...PAGES[name], '--html', join(folder, `${name}.html`)];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env: BARE });
    if (status !== 0) throw new Error(stderr);
  }
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '', args: ['--no-sandbox'] });
});
afterAll(() => browser.close());

/** Opens a page; returns it with what it asked for and complained about. */
async function open(name: Name, settings: Parameters<Browser['newContext']>[0]): Promise<[Page, string[]]> {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  const heard: string[] = [];
  page.on('request', (request) => heard.push(request.url()));
  page.on('console', (message) => heard.push(message.text()));
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('dialog', (dialog) => heard.push(dialog.message()));
  await page.goto(addressOf(name));
  return [page, heard];
}

describe.each(NAMES)('the page of %s', (name) => {
  it.each(['light', 'dark'] as const)(
    'asks nobody, complains about nothing, and is accessible when %s',
    async (scheme) => {
      const [page, heard] = await open(name, { colorScheme: scheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(heard).toEqual([addressOf(name)]);
    },
  );

  it('fits a narrow window: only tables and charts scroll', async () => {
    const [page] = await open(name, { viewport: { width: 360, height: 800 } });
    const widths = 'const { scrollWidth, clientWidth } = document.documentElement; [scrollWidth, clientWidth]';
    const [all, shown] = await page.evaluate<[number, number]>(widths);
    expect(all).toBe(shown);
  });

  it('prints', async () => {
    const [page] = await open(name, {});
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });
});

it('hostile names of teams and jobs are text', async () => {
  const [page] = await open('workers', {});
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('h2').allTextContents()).toContain(HOSTILE);
});
