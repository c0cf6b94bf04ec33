/**
 * `npm run pictures` makes the pictures in docs/pictures, in a real browser: the console of stories with the mail, the SMS
 * and the chat message, the console of a stage, and a report. A test fails when their sources have changed since.
 * Exits with 77 if there is no Chromium.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium as browsers, type Page } from 'playwright-core';
import { chromium, MissingChromium } from '../../tools/chromium.ts';
import { serve } from '../pages/serve.ts';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';
import { entryOf, FIRST_DAY, LAST_DAY, tasksOf } from '../support/team-world.ts';
import { HASH_FILE, hashOfSources } from './sources.ts';

const PICTURES = join(ROOT, 'docs/pictures');
/** Names of pictures, and the pages of the two consoles that they show. */
const OF_STORIES = [
  ['mail', '/stories/training-job/1'],
  ['sms', '/stories/training-job/1?form=sms'],
  ['chat', '/stories/training-job/1?form=chat'],
  ['pipeline', '/stories/pipeline/2'],
] as const;
const OF_STAGE = [
  ['inbox', '/'],
  ['budgets', '/budgets'],
  ['who', '/who'],
] as const;

/** Serves a console with the program `script`, and calls `look` with the address that it prints. */
async function served(
  script: string,
  args: readonly string[],
  look: (address: string) => Promise<void>,
): Promise<void> {
  const { address, stop } = await serve(script, args);
  try {
    await look(address);
  } finally {
    await stop();
  }
}

const take = (page: Page, name: string) => page.screenshot({ path: join(PICTURES, `${name}.png`) });

async function takeAll(page: Page, folder: string): Promise<void> {
  await served('tests/pages/serve-console.ts', [], async (address) => {
    await page.goto(address);
    for (const [name, path] of OF_STORIES) {
      const [, story = ''] = /^(\/stories\/[^/]+)/.exec(path) ?? [];
      await page.goto(new URL(story, address).href);
      // The story has been played.
      await page.locator('button[type=submit]:not([disabled])').first().waitFor();
      await page.goto(new URL(path, address).href);
      await page.locator('.detail').waitFor();
      await page.waitForLoadState('networkidle', { timeout: 2000 }).catch(() => undefined);
      await take(page, name);
    }
  });
  await served('tests/pages/serve-stage.ts', [folder], async (address) => {
    await page.goto(address);
    for (const [name, path] of OF_STAGE) {
      await page.goto(new URL(path, address).href);
      await take(page, name);
    }
  });
  const tasks = [0, 1, 2, 3, 4, 5, 6].flatMap((worker) => tasksOf(worker, 12, [8 + worker]));
  const log = join(folder, 'log.ndjson');
  writeFileSync(log, tasks.map((task) => JSON.stringify(entryOf(task))).join('\n'));
  const html = join(folder, 'report.html');
  const args = ['commands/workers.ts', '--from', FIRST_DAY, '--to', LAST_DAY, '--file', log, '--html', html];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env: BARE });
  if (status !== 0) throw new Error(stderr);
  await page.goto(pathToFileURL(html).href);
  await take(page, 'report');
}

try {
  const executablePath = chromium();
  mkdirSync(PICTURES, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-pictures-'));
  const browser = await browsers.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    // A time zone and a language of its own, so that the pictures do not depend on the machine.
    const context = await browser.newContext({
      viewport: { width: 1440, height: 820 },
      timezoneId: 'UTC',
      locale: 'en-GB',
    });
    await takeAll(await context.newPage(), folder);
    writeFileSync(HASH_FILE, `${hashOfSources()}\n`);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
} catch (error) {
  if (!(error instanceof MissingChromium)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 77;
}
