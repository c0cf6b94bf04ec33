/** The configuration as functions read it: JSON, so that they need no YAML parser. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FunctionConfiguration } from '../schemas/configuration/compiled.ts';

/** Relative to the service and, in a package, to the code. */
export const COMPILED_CONFIGURATION = '.generated/ground-control.json';

/**
 * Writes `configuration` to `path`, at once or not at all.
 * Addresses stay out of it: functions publish to a topic, and need not know who listens.
 */
export function writeCompiledConfiguration(configuration: FunctionConfiguration, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(FunctionConfiguration.parse(configuration), null, 2)}\n`);
  renameSync(unfinished, path);
}
