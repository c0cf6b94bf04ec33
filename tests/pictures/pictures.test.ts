import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/events.ts';
import { HASH_FILE, hashOfSources } from './sources.ts';

describe('the pictures in docs/pictures', () => {
  it('are of the present sources (npm run pictures makes them again; it needs a Chromium)', () => {
    expect(readFileSync(HASH_FILE, 'utf8').trim()).toBe(hashOfSources());
  });

  it('are there when a page shows them, and each has words for those who cannot see it', () => {
    const pages = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })];
    const shown = pages.flatMap((page) =>
      [...readFileSync(join(ROOT, page), 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+\.png)\)/g)].map(
        ([, words = '', path = '']) => ({ words, path: join(ROOT, dirname(page), path) }),
      ),
    );
    expect(shown.length).toBeGreaterThan(0);
    for (const { words, path } of shown)
      expect([path, existsSync(path), words.length > 10]).toEqual([path, true, true]);
    const unused = globSync('docs/pictures/*.png', { cwd: ROOT }).filter(
      (file) => !shown.some(({ path }) => path === join(ROOT, file)),
    );
    expect(unused).toEqual([]);
  });
});
