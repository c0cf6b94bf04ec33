/** The configuration of a command. */
import { join } from 'node:path';
import { ConfigurationError, readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import { SERVICE } from '../../local/play/play.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { Refused } from './cli.ts';

/** The configuration at `path`, or else that of the service. Refuses an invalid one, with a line for each mistake. */
export function readPolicy(path: string | undefined): Configuration {
  try {
    return readConfigurationFile(path ?? process.env['GROUND_CONTROL_FILE'] ?? join(SERVICE, 'ground-control.yml'));
  } catch (error) {
    if (error instanceof ConfigurationError) throw new Refused(error.message, { cause: error });
    throw error;
  }
}
