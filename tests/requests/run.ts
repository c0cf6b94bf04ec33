/**
 * Validates recorded calls against AWS's own service models, which botocore has: `npm run test:requests`. First it
 * checks that the validation finds faults. `-- --calls FOLDER` takes calls that were recorded with
 * `GROUND_CONTROL_CALLS=FOLDER`; otherwise the offline tests make them now. Exits with 77 if Python is missing, and with
 * 1 if a request has a fault.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MissingPython, pythonWith } from '../../tools/python-tool.ts';

/** The tests that call AWS. */
const FOLDERS = ['tests/adapters', 'tests/handlers', 'tests/commands', 'tests/local', 'tests/examples'];
/** By convention, for a test that was skipped. */
const SKIPPED = 77;

/** Runs a program and gives its exit code, 1 if it has none. */
function codeOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (error !== undefined) throw error;
  return status ?? 1;
}

/** Records the calls of the offline tests into `folder`. */
const record = (folder: string) =>
  codeOf(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...FOLDERS], {
    GROUND_CONTROL_CALLS: folder,
  });

/** The exit code of the command. */
function validate(python: string, calls: string | undefined): number {
  const script = (name: string) => join(import.meta.dirname, name);
  // -B: Python leaves no compiled files beside our sources.
  const run = (...args: string[]) => codeOf(python, ['-B', ...args]);
  const checked = run(script('validate_test.py'));
  if (checked !== 0) return checked;
  if (calls !== undefined) return run(script('validate.py'), calls);
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-calls-'));
  try {
    return record(folder) || run(script('validate.py'), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const { values } = parseArgs({ options: { calls: { type: 'string' } } });
  process.exitCode = validate(pythonWith('botocore', 'regex'), values.calls);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof MissingPython ? SKIPPED : 1;
}
