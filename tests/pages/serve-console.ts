/** Serves the console as `npm start` does in a terminal, prints its address, and ends with its standard input. */
import { join } from 'node:path';
import { readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import { serveConsole } from '../../local/console/stories/serve.ts';
import { ROOT } from '../support/events.ts';

const { address, stop } = await serveConsole(readConfigurationFile(join(ROOT, 'ground-control.yml')), 0);
process.stdout.write(`${address}\n`);
process.stdin.once('end', () => void stop().then(() => process.stdin.destroy())).resume();
