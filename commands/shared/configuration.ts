/** The configuration of a command. */
import { join } from 'node:path';
import { ConfigurationError, readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import { fromUser } from '../../local/play/input.ts';
import { SERVICE } from '../../local/play/play.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { Refused } from './cli.ts';

/** The path of the configuration: `--config`, or else `GROUND_CONTROL_FILE`, or else that of the service. */
export const configurationPath = (given: string | undefined): string =>
  given === undefined ? (process.env['GROUND_CONTROL_FILE'] ?? join(SERVICE, 'ground-control.yml')) : fromUser(given);

/** Reads the configuration at `configurationPath(given)`. Refuses an invalid one, with a line for each mistake. */
export function readConfiguration(given: string | undefined): Configuration {
  try {
    return readConfigurationFile(configurationPath(given));
  } catch (error) {
    if (error instanceof ConfigurationError) throw new Refused(error.message, { cause: error });
    throw error;
  }
}
