/**
 * `npm run --silent replay -- [--json] [--config <file>] <file | folder | ->…`
 *
 * Runs events through the production handlers and the embedded AWS, and prints what would be sent and done. Each event
 * counts as the first of its resource, so a copy of an event gives the same alert again.
 * Exit 0 if every event was handled. Exit 1 if one was not. Exit 2 for wrong usage or a path that cannot be read.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigurationError, readConfigurationFile } from '../infrastructure/configuration-file.ts';
import { fromUser, type Source, sourcesOf, UnreadablePath } from '../local/play/input.ts';
import { SERVICE } from '../local/play/play.ts';
import { endWithReader, playAll } from '../local/play/play-all.ts';
import { recordOf } from '../local/play/record.ts';
import { showPlayed, showSummary } from '../local/play/show.ts';
import { counted } from '../schemas/text/count.ts';

const USAGE = 'usage: npm run --silent replay -- [--json] [--config ground-control.yml] <file | folder | ->...';

class UsageError extends Error {}

interface Arguments {
  readonly json: boolean;
  readonly config: string;
  readonly sources: Source[];
}

function readArguments(): Arguments {
  const { values, positionals } = parse();
  if (values.help === true) throw new UsageError();
  if (positionals.length === 0 && process.stdin.isTTY) throw new UsageError('no file, folder or - given');
  return {
    json: values.json === true,
    config: values.config ?? process.env['GROUND_CONTROL_FILE'] ?? join(SERVICE, 'ground-control.yml'),
    sources: sourcesOf((positionals.length === 0 ? ['-'] : positionals).map(fromUser)),
  };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('\n')[0] : String(error));
  }
}

async function replay({ json, config, sources }: Arguments): Promise<void> {
  const configuration = readConfigurationFile(config);
  const all = await playAll(sources, configuration, (file, played) => {
    process.stdout.write(
      json ? `${JSON.stringify(recordOf(file, played))}\n` : `${showPlayed(file, played, configuration)}\n`,
    );
  });
  if (!json) process.stdout.write(`${showSummary(all)}\n`);
}

endWithReader();
try {
  await replay(readArguments());
} catch (error) {
  if (error instanceof UsageError)
    process.stderr.write(`${error.message === '' ? '' : `replay: ${error.message}; `}${USAGE}\n`);
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
