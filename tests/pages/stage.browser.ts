/** The console of a stage in a browser: each page, what people look for, and the queues. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { picture, useServed, violations } from './served.ts';

const { folder } = useTemporaryFolder();
const { open, base } = useServed('tests/pages/serve-stage.ts', [folder]);

const PAGES = [
  ['/', 'Inbox', 'FAILED: training job churn-vit-20261120-000012 [vision]'],
  ['/running', 'Running jobs', 'churn-vit-20261120-031500'],
  ['/budgets', 'Budgets', 'of $100.00 is spent'],
  ['/labeling', 'Labeling', 'species-2026-11'],
  ['/people', 'Reviews and teams', 'sampled'],
  ['/resources?name=churn-v', 'Resources', 'churn-vit-20261119-220105'],
  ['/who', 'Who hears what', 'oncall@example.com'],
  ['/queues', 'Queues', 'quarantine'],
  ['/health', 'Health', 'No resource is due for a check.'],
] as const;

describe('a page about a stage', () => {
  it.each(PAGES)('%s shows what the stage has', async (path, title, text) => {
    const [page, heard] = await open(path);
    await picture(page, `stage-${title.toLowerCase().replaceAll(' ', '-')}`);
    expect(await page.locator('h1').innerText()).toBe(title);
    expect(await page.locator('main').innerText()).toContain(text);
    expect([await violations(page), heard]).toEqual([[], []]);
  });

  it.each(PAGES)('%s can be read in the dark and on a narrow screen', async (path) => {
    const [page] = await open(path, { colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect([overflow, await violations(page)]).toEqual([0, []]);
  });
});

describe('a resource', () => {
  it('that the table does not have is a page of words', async () => {
    for (const key of ['x', 'training-job|arn:aws:sagemaker:us-east-1:123456789012:training-job/gone']) {
      const [page] = await open(`/resource?key=${encodeURIComponent(key)}`);
      expect(await page.locator('.empty').first().innerText()).toContain('The table does not know it');
    }
  });

  it('that failed says why, and what to do next', async () => {
    const [page] = await open('/resources?name=churn-vit-20261120-000012');
    await page.getByRole('link', { name: 'churn-vit-20261120-000012' }).click();
    await page.getByRole('heading', { name: 'Why it failed' }).waitFor();
    expect(await page.locator('main').innerText()).toContain('SageMaker says: ');
    expect(await violations(page)).toEqual([]);
  });
});

describe('a running labeling job', () => {
  it('leads to the chain that it is in', async () => {
    const [page] = await open('/labeling');
    await page.getByRole('link', { name: 'species-2026-11-chain-1', exact: true }).click();
    const chain = page.getByRole('region', { name: 'Jobs of the chain' });
    await chain.waitFor();
    expect(await chain.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/^0\tspecies-2026-11\tFailed\t.*\t1500\t4752$/),
      expect.stringMatching(/^1\tspecies-2026-11-chain-1\tInProgress\t.*\t2000\t4252$/),
    ]);
    await picture(page, 'stage-chain');
    expect(await violations(page)).toEqual([]);
  });
});

describe('the inbox', () => {
  it('shows what fits, and leads to the resource with its timeline, log and command', async () => {
    const [page] = await open('/');
    await page.getByLabel('Severity').selectOption('error');
    await page.getByLabel('Team').fill('vision');
    await page.getByLabel('Contains').fill('churn-vit-20261120-000012');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: 'FAILED' }).click();
    expect(await page.locator('.facts').innerText()).toContain('$9.60');
    expect(await page.locator('tbody').innerText()).toContain('FAILED: training job churn-vit-20261120-000012');
    expect(await page.getByRole('link', { name: 'Logs' }).getAttribute('href')).toContain('churn-vit-20261120-000012');
    expect(await page.locator('.command code').innerText()).toContain('npm run --silent audit -- --stage local');
    await picture(page, 'stage-resource');
    expect(await violations(page)).toEqual([]);
  });

  it('shows names as text, whatever they are', async () => {
    const [page, heard] = await open('/?text=onerror');
    expect(await page.locator('tbody').innerText()).toContain('onerror=alert(1)');
    await page.locator('tbody a').first().click();
    expect([await page.locator('main img').count(), heard]).toEqual([0, []]);
    // No command to copy has a name in it that a shell could take for something else.
    expect(await page.locator('.command').count()).toBe(0);
  });

  it('says that an address names no day', async () => {
    const [page] = await open('/?from=2026-99-99');
    expect(await page.locator('main').innerText()).toContain('“2026-99-99” is not one of the last 90 days');
  });

  it('keeps a filter that no record can have, and says so', async () => {
    const [page] = await open('/?severity=nope');
    expect(await page.getByLabel('Severity').inputValue()).toBe('nope');
    await page.goto(`${base()}/?severity=ERROR`);
    expect(await page.getByLabel('Severity').inputValue()).toBe('error');
  });

  it('says that nothing fits, and how much it looked at', async () => {
    const [page] = await open('/?team=nobody');
    expect(await page.locator('.empty').innerText()).toMatch(/^None of \d+ records since \d{4}-\d\d-\d\d fits\.$/);
  });
});

describe('who hears what', () => {
  it('shows a mistake in the file while it is edited, and then what is right again', async () => {
    const [page] = await open('/who');
    const file = join(folder, 'ground-control.yml');
    writeFileSync(file, 'subscriber: []');
    await page.locator('pre.problem').waitFor();
    expect(await page.locator('pre.problem').innerText()).toContain('did you mean subscribers?');
    writeFileSync(file, 'subscribers: [{ email: li@example.com }]');
    await page.getByText('li@example.com').waitFor();
  });
});

describe('a queue', () => {
  it('lists its messages, and handles them again only after people confirmed it', async () => {
    const [page] = await open('/queues');
    const queue = page.locator('section.queue', { has: page.getByRole('heading', { name: 'quarantine' }) });
    await queue.getByRole('button', { name: 'List the messages' }).click();
    await queue.getByText('It is done.').waitFor();
    expect(await queue.locator('code').first().innerText()).toBe(
      'npm run redrive -- --stage local --region us-east-1 --queue quarantine --dry-run',
    );
    await queue.getByRole('link', { name: 'Handle again' }).click();
    await picture(page, 'stage-confirm');
    expect(await violations(page)).toEqual([]);
    await queue.getByRole('link', { name: 'No' }).click();
    expect(await queue.getByRole('button', { name: 'Yes' }).count()).toBe(0);
    expect(await queue.locator('code').first().innerText()).toContain('--dry-run');
  });

  it('is refused when it is none', async () => {
    const [page] = await open('/queues');
    const form = await page.locator('input[name=form]').first().inputValue();
    const options = { form: { form, queue: 'failed --help', do: 'list' }, headers: { origin: base() } };
    const status = (await page.request.post(`${base()}/queues`, options)).status();
    expect(status).toBe(404);
  });
});
