/**
 * `npm start -- [<story>] [--text] [--all] [--open] [--port <number>]`
 *
 * Shows what Ground Control does, with sample events and stories: in a console in the browser, or as text. Exit 0; 1 when
 * a story fails; 2 for wrong usage or a mistake in `ground-control.yml`.
 */
import { endWithReader } from '../local/play/end-with-reader.ts';
import { runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';
import { readArguments, USAGE } from './start/arguments.ts';
import { runConsole } from './start/console.ts';
import { printEverything, printIndex, printStory } from './start/text.ts';

async function run(): Promise<number> {
  const task = readArguments(process.stdout.isTTY === true);
  const configuration = readConfiguration(undefined);
  switch (task.kind) {
    case 'index':
      await printIndex(configuration);
      break;
    case 'story':
      await printStory(task.story, configuration);
      break;
    case 'everything':
      await printEverything(configuration);
      break;
    case 'console':
      await runConsole(configuration, task.port, task.open);
      break;
  }
  return 0;
}

endWithReader();
await runCommand('start', USAGE, run);
