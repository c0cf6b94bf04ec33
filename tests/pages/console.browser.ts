/** The console of `npm start` in a browser: every story, what people try, and who is refused. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORIES } from '../../local/stories/all.ts';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';

/** With `PICTURES`, a folder, each page is also a picture there. */
const PICTURES = process.env['PICTURES'];
let browser: Browser;
let served: ChildProcess;
let address: string;
let base: string;
beforeAll(async () => {
  const child = spawn(process.execPath, ['tests/pages/serve-console.ts'], {
    cwd: ROOT,
    env: BARE,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  served = child;
  address = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim())));
  base = new URL(address).origin;
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  served.stdin?.end();
  if (served.exitCode === null) await once(served, 'exit');
});

/** Opens the console as the terminal says; returns the page with what it asked other hosts for and complained about. */
async function open(path: string, settings: Parameters<Browser['newContext']>[0] = {}): Promise<[Page, string[]]> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...settings });
  const page = await context.newPage();
  const heard: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== base) heard.push(request.url());
  });
  page.on('console', (message) => heard.push(message.text()));
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('dialog', (dialog) => heard.push(dialog.message()));
  await page.goto(address);
  await page.goto(`${base}${path}`);
  return [page, heard];
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Without the frame of the mail, in which no script can run, and so no axe. */
const violations = async (page: Page) => {
  await page.evaluate("document.querySelector('iframe.mail')?.remove()");
  return (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};
const mail = (page: Page) => page.frameLocator('iframe.mail').locator('pre').innerText();

describe('a story', () => {
  it.each(STORIES.map(({ id, title }) => [id, title]))('%s plays, and shows what people get', async (id, title) => {
    const [page, heard] = await open(`/stories/${id}`);
    await page.locator('.timeline .told').first().waitFor();
    await page.getByRole('button', { name: 'Play again' }).and(page.locator(':enabled')).waitFor();
    await page.goto(`${base}/stories/${id}`);
    const subject = await page.locator('.timeline .told').first().innerText();
    expect([await page.locator('h1').innerText(), subject.endsWith(await page.locator('h2').innerText())]).toEqual([
      title,
      true,
    ]);
    expect((await mail(page)).length).toBeGreaterThan(100);
    await picture(page, `story-${id}`);
    expect([await violations(page), heard]).toEqual([[], []]);
  });
});

describe('every form of a message', () => {
  it.each([
    ['sms', 'GroundCtrl> FAILED'],
    ['chat', ':x: FAILED'],
    ['json', '"schema": "ground-control/alert"'],
    ['calls', 'sns:Publish'],
    ['event', '"TrainingJobStatus": "Failed"'],
  ])('%s has an address of its own', async (form, text) => {
    const [page, heard] = await open('/stories/training-job/1');
    await page.locator('.timeline .told').waitFor();
    await page.goto(`${base}/stories/training-job/1?form=${form}`);
    await expect(page.locator('.detail').innerText()).resolves.toContain(text);
    expect([await violations(page), heard]).toEqual([[], []]);
  });

  it.each([
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 360, height: 740 } }],
  ] as const)('can be read on a %s screen', async (name, settings) => {
    const [page, heard] = await open('/stories/training-job/1', settings);
    await page.locator('.timeline .told').waitFor();
    await picture(page, name);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect([overflow, await violations(page), heard]).toEqual([0, [], []]);
  });
});

describe('what people try', () => {
  it('is told once although it comes twice, and the clock can be moved', async () => {
    const [page, heard] = await open('/try?sample=training-job/failed.json');
    await page.getByLabel('It comes').selectOption('twice');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Nobody is told: ignored: it has been announced already').first().waitFor();
    await expect(page.locator('.timeline .told').count()).resolves.toBe(1);
    await page.getByRole('button', { name: 'A day later' }).click();
    await picture(page, 'try');
    expect([await violations(page), heard]).toEqual([[], []]);
    await page.getByRole('button', { name: 'Forget everything' }).click();
    await page.getByText('Nothing has been sent yet.').waitFor();
  });

  it('is sent again when the answer of SNS is lost, since nobody can know', async () => {
    const [page] = await open('/try?sample=endpoint/failed.json');
    await page.getByLabel('Meanwhile').selectOption('lost');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Lambda tries again, a minute later').first().waitFor();
    await expect(page.locator('.timeline .told').count()).resolves.toBe(2);
    await page.getByRole('button', { name: 'Forget everything' }).click();
  });

  it('may be hostile: nothing of it runs', async () => {
    const [page, heard] = await open('/try');
    const name = '</textarea><script>alert(1)</script><img src=x onerror=alert(2)>';
    const detail = { TrainingJobName: name, TrainingJobStatus: 'Failed', FailureReason: name };
    await page
      .getByLabel('The event')
      .fill(JSON.stringify({ 'detail-type': 'SageMaker Training Job State Change', source: 'aws.sagemaker', detail }));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.timeline li').first().waitFor();
    await picture(page, 'hostile');
    expect([await page.locator('img').count(), heard]).toEqual([0, []]);
    await page.getByRole('button', { name: 'Forget everything' }).click();
  });

  it('that is no JSON is kept in the field, with what is wrong', async () => {
    const [page] = await open('/try');
    await page.getByLabel('The event').fill('{ "detail": ');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByRole('alert').innerText()).resolves.toContain('This is no JSON');
    await expect(page.getByLabel('The event').inputValue()).resolves.toBe('{ "detail": ');
  });
});
