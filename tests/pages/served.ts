/** A console that a process of its own serves, in a browser, for a test file. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type Served, serve } from './serve.ts';

/** With `PICTURES`, a folder, each page is also a picture there. */
const PICTURES = process.env['PICTURES'];

/** Serves before the file's tests, with the program `script`, which prints its address and ends with its input. */
export function useServed(script: string, args: readonly string[] = []) {
  let browser: Browser;
  let served: Served;
  let base: string;
  beforeAll(async () => {
    served = await serve(script, args);
    base = new URL(served.address).origin;
    browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await served.stop();
  });
  return {
    /** `http://127.0.0.1:1234` */
    base: () => base,
    /** Opens the console as the terminal says; returns the page with what it asked other hosts for and complained about. */
    async open(path: string, settings: Parameters<Browser['newContext']>[0] = {}): Promise<[Page, string[]]> {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...settings });
      const page = await context.newPage();
      const heard: string[] = [];
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== base) heard.push(request.url());
      });
      page.on('console', (message) => heard.push(message.text()));
      page.on('pageerror', (error) => heard.push(error.message));
      page.on('dialog', (dialog) => heard.push(dialog.message()));
      await page.goto(served.address);
      await page.goto(`${base}${path}`);
      return [page, heard];
    },
    /** A window of another person, without the cookie. */
    stranger: async () => (await browser.newContext()).newPage(),
  };
}

export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** What axe finds. Without the frame of a mail, in which no script can run, and so no axe. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate("document.querySelector('iframe.mail')?.remove()");
  return (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
