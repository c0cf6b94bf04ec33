/** Writes the configuration that functions read. It is JSON, so that functions need no YAML parser. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import { withoutAddresses } from './subscriber-key.ts';

/** Path of the compiled configuration, relative to the service's folder and to a function's package. */
export const COMPILED_CONFIGURATION = '.generated/ground-control.json';

/**
 * Writes `configuration` to `path`, in one step, so that nobody reads half a file.
 * Addresses are left out: functions publish to a topic and do not need them.
 */
export function writeCompiledConfiguration(configuration: FunctionConfiguration, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const compiled = {
    ...FunctionConfiguration.parse(configuration),
    delivery: withoutAddresses(configuration.delivery),
  };
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(compiled, null, 2)}\n`);
  renameSync(unfinished, path);
}
