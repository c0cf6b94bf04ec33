/** The arguments of `npm start`. */
import { parseArgs } from 'node:util';
import { didYouMean } from '../../infrastructure/did-you-mean.ts';
import { STORIES } from '../../local/stories/all.ts';
import type { Story } from '../../local/stories/story.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import { orUsage } from '../shared/cli.ts';
import { readPort } from '../shared/serve.ts';

export const USAGE = `usage: npm start -- [<story>] [--text] [--all] [--open] [--port <number>]

Without arguments, it serves a console and prints its address; when the output is no terminal, or with --text, it prints a
story and the names of the others.

  <story>   print this story: ${STORIES.map(({ id }) => id).join(', ')}
  --text    print text, and end
  --all     print every sample event and every story
  --open    open the console in the browser
  --port    the port of the console on 127.0.0.1 (any free one)`;

/** What `npm start` is to do. */
export type Task =
  | { readonly kind: 'index' | 'everything' }
  | { readonly kind: 'story'; readonly story: Story }
  | { readonly kind: 'console'; readonly open: boolean; readonly port: number };

/** Reads the arguments. Refuses unknown names and options. */
export function readArguments(isTerminal: boolean): Task {
  // The first line: a refusal names the mistake, and `--help` explains.
  return orUsage(USAGE.split('\n')[0] ?? '', () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        text: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        open: { type: 'boolean', default: false },
        port: { type: 'string' },
      },
    });
    const [name, another] = positionals;
    if (another !== undefined) throw new Error('one story at a time');
    if (values.all && name !== undefined) throw new Error('--all prints every story: name none');
    if (name !== undefined) return { kind: 'story', story: storyCalled(name) };
    if (values.all) return { kind: 'everything' };
    const port = readPort(values.port);
    if (values.text || !isTerminal) return { kind: 'index' };
    return { kind: 'console', open: values.open, port };
  });
}

function storyCalled(name: string): Story {
  const story = STORIES.find(({ id }) => id === name);
  if (story !== undefined) return story;
  const names = STORIES.map(({ id }) => id);
  throw new Error(
    `there is no story "${plainText(name, 60)}"${didYouMean(name, names)}; there are: ${names.join(', ')}`,
  );
}
