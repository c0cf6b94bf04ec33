/** What `redrive` prints, and what ends it early. */
import { constants } from 'node:os';
import { HIDDEN_MINUTES } from './queue.ts';

const { stdout, stderr } = process;

/**
 * The output of `command`. `stopping` is aborted by Ctrl-C or SIGTERM, and when the output cannot be written any more.
 * Then `exitCode` is 128 + the number of the signal, or 1. The second signal ends the process at once.
 * `say` prints a line, `warn` prints on standard error, and `end` prints a line there if the output cannot be written.
 * A dry run ends quietly, with code 0, when its reader goes away (`| head`).
 */
export function outputUntilStopped(command: string, dryRun: boolean) {
  const stopping = new AbortController();
  let code = 1;
  let reader: 'there' | 'gone' | 'satisfied' = 'there';
  const say = (line: string) => void stdout.write(`${line}\n`);
  const warn = (text: string) => void stderr.write(`${command}: ${text}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      code = 128 + constants.signals[signal];
      warn(
        'interrupted: it ends after this message. Press Ctrl-C again to end it at once: ' +
          `the message then stays hidden from others for up to ${HIDDEN_MINUTES} minutes`,
      );
      stopping.abort();
    });
  }
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    reader = dryRun && error.code === 'EPIPE' ? 'satisfied' : 'gone';
    if (reader === 'satisfied') code = 0;
    else if (!stopping.signal.aborted) warn(`the output cannot be written (${error.message}), ends after this message`);
    stopping.abort();
  });
  const end = (line: string) => {
    if (reader === 'there') say(line);
    if (reader === 'gone') warn(line);
  };
  return { stopping: stopping.signal, exitCode: () => code, say, warn, end };
}
