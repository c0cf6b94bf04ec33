/** The console of `npm start` in a browser: every story, what people try, and who is refused. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { STORIES } from '../../local/stories/all.ts';
import { picture, useServed, violations } from './served.ts';

const { open, base } = useServed('tests/pages/serve-console.ts');
const mail = (page: Page) => page.frameLocator('iframe.mail').locator('pre').innerText();

describe('a story', () => {
  it.each(STORIES.map(({ id, title }) => [id, title]))('%s plays, and shows what people get', async (id, title) => {
    const [page, heard] = await open(`/stories/${id}`);
    await page.locator('.timeline .told').first().waitFor();
    await page.getByRole('button', { name: 'Play again' }).and(page.locator(':enabled')).waitFor();
    await page.goto(`${base()}/stories/${id}`);
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

describe('the console', () => {
  it('can be open in more windows than a browser has connections', async () => {
    const [page] = await open('/stories/training-job/1');
    for (let window = 0; window < 8; window++) {
      const one = await page.context().newPage();
      // A page that is not seen is hidden in a browser that people use; here all count as seen.
      await one.addInitScript("Object.defineProperty(document, 'hidden', { get: () => true })");
      await one.goto(`${base()}/stories/training-job/1`, { timeout: 10_000 });
      expect(await one.locator('h1').innerText()).not.toBe('');
    }
  });

  it.each(['/stories/training-job/99', '/stories/training-job/abc', '/stories/nothing'])(
    'says that %s is no page of it',
    async (path) => {
      const [page] = await open('/stories/training-job/1');
      await page.locator('.timeline .told').waitFor();
      const answer = await page.goto(`${base()}${path}`);
      expect([answer?.status(), await page.locator('h1').innerText()]).toEqual([404, 'Not here']);
    },
  );

  it('breaks the lines of a mail in its frame', async () => {
    const [page] = await open('/stories/training-job/1');
    await page.locator('.timeline .told').waitFor();
    await page.goto(`${base()}/stories/training-job/1`);
    const text = page.frameLocator('iframe.mail').locator('pre');
    expect(await text.evaluate("getComputedStyle(document.querySelector('pre')).whiteSpace")).toBe('pre-wrap');
  });

  it('lets a mail do nothing, also outside of its frame', async () => {
    const [page] = await open('/stories/training-job/1');
    await page.locator('.timeline .told').waitFor();
    const answer = await page.goto(`${base()}/stories/training-job/1/mail`);
    expect(answer?.headers()['content-security-policy']).toMatch(/default-src 'none'.*; sandbox$/);
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
    await page.goto(`${base()}/stories/training-job/1?form=${form}`);
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
    await page.getByText('Nobody is told: it has been announced already').first().waitFor();
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

  it('is refused when it is nested too deeply to be handled, and the next one can be sent', async () => {
    const [page] = await open('/try');
    await page.getByLabel('The event').fill(`${'['.repeat(5000)}${']'.repeat(5000)}`);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('This could not be done').first().waitFor();
    await page.goto(`${base()}/try?sample=training-job/failed.json`);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.timeline .told').waitFor();
    await page.getByRole('button', { name: 'Forget everything' }).click();
  });

  it('stays as it is in one window when another shows a sample', async () => {
    const [page] = await open('/try?sample=training-job/failed.json');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.timeline .told').waitFor();
    const other = await page.context().newPage();
    await other.goto(`${base()}/try?sample=endpoint/failed.json`);
    await page.reload();
    await expect(page.getByLabel('The event').inputValue()).resolves.toContain('TrainingJobName');
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
