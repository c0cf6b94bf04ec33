/** Writes the picture of a story to a file. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refused } from '../../../commands/shared/cli.ts';
import type { StoryResult } from '../story.ts';
import { type Dress, page } from './page.ts';
import { type Played, pictureOf } from './picture.ts';

/** Refuses a file that cannot be written, before the story is played. An older picture stays as it is. */
export const checkWritable = (file: string): void => orRefused(file, () => appendFileSync(file, ''));

/** Writes the picture of the first story with something wrong, or else of the last one. Returns a line that says so. */
export function writePicture(results: readonly StoryResult[], played: Played): string {
  const shown = results.find(({ wrong }) => wrong.length > 0) ?? results.at(-1);
  if (shown === undefined) throw new Error('there is no story to show');
  orRefused(played.html, () => writeFileSync(played.html, page(pictureOf(shown, played), dress())));
  return `the picture of seed ${shown.seed} is in ${played.html}`;
}

export function dress(): Dress {
  const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
  return { css: read('page.css'), script: read('page.js') };
}

function orRefused(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new Refused(`cannot write ${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
