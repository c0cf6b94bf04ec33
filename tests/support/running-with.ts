/** Runs a function with settings of the test's own, as if they had been deployed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { loadConfiguration } from '../../adapters/configuration.ts';
import { required } from '../../adapters/environment.ts';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';

/** Runs `act` while the compiled configuration has `settings`, which is what the permissions of functions follow. */
export async function runningWith<T>(settings: Partial<FunctionConfiguration>, act: () => Promise<T>): Promise<T> {
  const path = required('GROUND_CONTROL_CONFIG');
  const before = readFileSync(path, 'utf8');
  writeCompiledConfiguration({ ...loadConfiguration(path), ...settings }, path);
  try {
    return await act();
  } finally {
    writeFileSync(path, before);
  }
}
