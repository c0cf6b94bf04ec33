/** The text form of `npm start`. */
import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import { readEvents } from '../../local/play/input.ts';
import { SERVICE } from '../../local/play/play.ts';
import { playAll } from '../../local/play/play-all.ts';
import { showMoment, showPlayed, showSummary } from '../../local/play/show.ts';
import { STORIES } from '../../local/stories/all.ts';
import { playStory } from '../../local/stories/in-worker.ts';
import type { Story } from '../../local/stories/story.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { wrapWith } from '../../schemas/text/wrap.ts';

const INTRODUCTION = `Ground Control: events of SageMaker go through the production handlers. The handlers call an AWS that runs inside this process. Nothing leaves this machine.`;
const NEXT = [
  'Next: put your addresses into ground-control.yml. Then run: npx serverless deploy --stage prod',
  'To try your own events: npm run --silent replay -- <file | folder | ->',
];

const print = (...lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);
/** Columns for sentences: those of the terminal, but no more than are easy to read. */
const width = () => Math.max(30, Math.min(process.stdout.columns ?? 100, 100));
const sentence = (text: string, margin = '') => wrapWith(text, width(), margin, margin).join('\n');
const bold = (text: string) => styleText('bold', text, { stream: process.stdout });

/** Prints the first story, and the names of the others. */
export async function printIndex(configuration: Configuration): Promise<void> {
  print(sentence(INTRODUCTION), '');
  const [first, ...others] = STORIES;
  if (first !== undefined) await printStory(first, configuration);
  print(bold('More stories: npm start -- <name>, or all of them: npm start -- --all'));
  const longest = Math.max(...STORIES.map(({ id }) => id.length));
  for (const { id, title } of others) {
    const indent = ' '.repeat(longest + 4);
    print(wrapWith(title, width(), `  ${id.padEnd(longest)}  `, indent).join('\n'));
  }
  print(
    '',
    sentence('In a terminal, npm start shows the address of a console for the browser.'),
    ...NEXT.map((line) => sentence(line)),
  );
}

/** Plays a story, and prints each step. */
export async function printStory(story: Story, configuration: Configuration): Promise<void> {
  print(bold(`# ${story.title}`), sentence(story.about));
  const sets = story.sets?.(configuration) ?? [];
  if (sets.length > 0) print(sentence(`This story sets ${sets.join(', and ')}.`));
  print('');
  await playStory({ story: story.id, configuration }, (moment) => print(showMoment(moment, configuration)));
}

/** Prints every sample event, and every story. */
export async function printEverything(configuration: Configuration): Promise<void> {
  print(sentence(INTRODUCTION), '');
  const all = await playAll(readEvents([join(SERVICE, 'events')]).sources, configuration, (file, played) => {
    print(showPlayed(relative(SERVICE, file), played, configuration));
  });
  print(showSummary(all), '');
  for (const story of STORIES) await printStory(story, configuration);
  print(...NEXT);
}
