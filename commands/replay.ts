/**
 * `npm run --silent replay -- [--json] [--history] [--relays] [--config <file>] <file | folder | ->…`
 *
 * Runs events through the production handlers and the embedded AWS, and prints what they would send and do. Each
 * event is played as the first of its resource. With `--history` the embedded AWS remembers the events before, in the
 * order given: copies, late events and sequences are handled as in a deployed stage. The clock then shows the times of the
 * events, so that storms, digests and quiet hours end when they would. With `--relays` it also prints what
 * each relay of the file would get. Exit 0 when every event was
 * handled, 1 when one was not or a file is not readable as events, 2 for wrong usage or a path that cannot be read.
 */
import { parseArgs } from 'node:util';
import { ConfigurationError, readConfigurationFile } from '../infrastructure/configuration-file.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import { fromUser, type Input, readEvents, UnreadablePath } from '../local/play/input.ts';
import type { Played } from '../local/play/play.ts';
import { playAll } from '../local/play/play-all.ts';
import { momentRecords, recordOf } from '../local/play/record.ts';
import { showMoment, showPlayed, showSummary } from '../local/play/show.ts';
import { counted } from '../schemas/text/count.ts';
import { whyRefused } from './shared/cli.ts';
import { configurationPath } from './shared/configuration.ts';

const USAGE =
  'usage: npm run --silent replay -- [--json] [--history] [--relays] [--config ground-control.yml] <file | folder | ->...';

class UsageError extends Error {}

interface Arguments {
  readonly json: boolean;
  readonly config: string;
  readonly history: boolean;
  readonly relays: boolean;
  readonly input: Input;
}

function readArguments(): Arguments {
  const { values, positionals } = parse();
  if (values.help === true) throw new UsageError();
  if (positionals.length === 0 && process.stdin.isTTY) throw new UsageError('no file, folder or - given');
  return {
    json: values.json === true,
    config: configurationPath(values.config),
    history: values.history === true,
    relays: values.relays === true,
    input: readEvents((positionals.length === 0 ? ['-'] : positionals).map(fromUser)),
  };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        history: { type: 'boolean' },
        relays: { type: 'boolean' },
        config: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(whyRefused(error, USAGE));
  }
}

/** Whether everything that was given could be read. */
async function replay({ json, history, relays: isWanted, config, input }: Arguments): Promise<boolean> {
  const configuration = readConfigurationFile(config);
  const relays = isWanted ? configuration.relays : undefined;
  if (relays?.on === false)
    throw new ConfigurationError([`${config}: relays.to names no relay: there is nothing to show (docs/relays.md)`]);
  const { sources, unreadable } = input;
  const show = (file: string, played: Played) => {
    process.stdout.write(
      json
        ? `${JSON.stringify(recordOf(file, played, relays))}\n`
        : `${showPlayed(file, played, configuration, relays)}\n`,
    );
  };
  const all = await playAll(sources, configuration, show, history ? 'history' : 'fresh', (moment) => {
    process.stdout.write(
      json
        ? momentRecords(moment)
            .map((one) => `${JSON.stringify(one)}\n`)
            .join('')
        : `${showMoment(moment, configuration)}\n`,
    );
  });
  if (!json) process.stdout.write(`${showSummary(all)}\n`);
  for (const what of unreadable) process.stderr.write(`replay: ${what}\n`);
  return unreadable.length === 0;
}

endWithReader();
try {
  if (!(await replay(readArguments()))) process.exitCode = 1;
} catch (error) {
  if (error instanceof UsageError && error.message === '') process.stdout.write(`${USAGE}\n`);
  else if (error instanceof UsageError) process.stderr.write(`replay: ${error.message}; ${USAGE}\n`);
  else if (error instanceof UnreadablePath || error instanceof ConfigurationError)
    process.stderr.write(`replay: ${error.message}\n`);
  else if (error instanceof AggregateError)
    process.stderr.write(`replay: ${counted(error.errors.length, 'event')} could not be handled:\n${error.message}\n`);
  else
    process.stderr.write(
      `replay: error in the program: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`,
    );
  process.exitCode =
    error instanceof UsageError && error.message === ''
      ? 0
      : error instanceof UsageError || error instanceof UnreadablePath
        ? 2
        : 1;
}
