/**
 * Records the calls of a test file, with the function that makes each of them. Vitest runs this before each file; it
 * does nothing unless `GROUND_CONTROL_CALLS` names a folder.
 */
import { relative, resolve } from 'node:path';
import { expect, vi } from 'vitest';
import { FACTORIES } from './factories.ts';

const folder = process.env['GROUND_CONTROL_CALLS'];
const root = resolve(import.meta.dirname, '../..');

if (folder !== undefined) {
  // Tests that nobody records do not wait for the SDK to load.
  const { attributed, recordCalls } = await import('./recorder.ts');
  recordCalls(folder, () => relative(root, expect.getState().testPath ?? ''));
  for (const { module, name, makes } of FACTORIES)
    vi.doMock(module, async () => {
      const actual = await vi.importActual<Record<string, (...options: unknown[]) => never>>(module);
      const make = actual[name];
      if (make === undefined) throw new Error(`${module} has no ${name}`);
      return { ...actual, [name]: (...options: unknown[]) => attributed(make(...options), makes) };
    });
}
