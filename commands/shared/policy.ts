/** The configuration that a command goes by. */
import { join } from 'node:path';
import { ConfigurationError, readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import { SERVICE } from '../../local/play/play.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { Refused } from './cli.ts';

/** The one at `path`, or else the service's. Refuses what is wrong in it, a line a mistake. */
export function readPolicy(path: string | undefined): Configuration {
  try {
    return readConfigurationFile(path ?? process.env['GROUND_CONTROL_FILE'] ?? join(SERVICE, 'ground-control.yml'));
  } catch (error) {
    if (error instanceof ConfigurationError) throw new Refused(error.message, { cause: error });
    throw error;
  }
}
