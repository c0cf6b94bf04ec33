/** Runs a function with settings of the test's own, as if they had been deployed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { loadConfiguration } from '../../adapters/configuration.ts';
import { required } from '../../adapters/environment.ts';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';

/** Runs at the same time have one file. It gets its old text back when the last of them is done. */
let running = 0;
let before = '';

/** Runs `act` while the compiled configuration has `settings`, which is what the permissions of functions follow. */
export async function runningWith<T>(settings: Partial<FunctionConfiguration>, act: () => Promise<T>): Promise<T> {
  const path = required('GROUND_CONTROL_CONFIG');
  if (running === 0) before = readFileSync(path, 'utf8');
  running += 1;
  writeCompiledConfiguration({ ...loadConfiguration(path), ...settings }, path);
  try {
    return await act();
  } finally {
    running -= 1;
    if (running === 0) writeFileSync(path, before);
  }
}
