/** Plays many events, one after the other, against an embedded AWS of their own. */
import type { Configuration } from '../../schemas/configuration/file.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import type { Source } from './input.ts';
import { type Played, playerOf } from './play.ts';

/** Plays `sources` and hands each result to `show` as it comes; returns all of them. Throws at the end what functions threw. */
export async function playAll(
  sources: readonly Source[],
  configuration: Configuration,
  show: (file: string, played: Played, aws: LocalAws) => void,
): Promise<Played[]> {
  // What is decided is shown; the functions' own log and metric lines would only repeat it.
  Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
  const aws = await startLocalAws(configuration);
  try {
    const play = playerOf(aws);
    const all: Played[] = [];
    const failures: Error[] = [];
    for (const { file, read } of sources) {
      try {
        const played = await play(read());
        all.push(played);
        show(file, played, aws);
      } catch (error) {
        // One event that a function cannot handle must not hide what becomes of the others.
        failures.push(new Error(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error }));
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, failures.map(({ message }) => message).join('\n'));
    }
    return all;
  } finally {
    await aws.stop();
  }
}

/** Ends the process quietly when the reader of its output went away (`| head`), and cleanly on Ctrl-C. */
export function endWithReader(): void {
  process.once('SIGINT', () => process.exit(130));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}
