/**
 * Asks EventBridge's own matcher about the rules of the packaged service: `npm run test:patterns`. Exits with 77 if Java
 * or Maven is missing, and otherwise as Vitest does.
 *
 * Packages into a temporary folder, with a relay of each kind (tests/fixtures/relays.yml).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { scratchFolder } from '../../commands/shared/scratch-folder.ts';
import { javaProgram, MissingJava } from '../../tools/java-program.ts';
import { EVENT_RULER } from './matcher.ts';

/** By convention, for a test that was skipped. */
const SKIPPED = 77;

/** Path of the packaged template. Throws if packaging fails. */
function packageService(): string {
  const folder = scratchFolder('patterns');
  const { status, stdout, stderr, error } = spawnSync(
    join('node_modules', '.bin', 'serverless'),
    ['package', '--stage', 'prod', '--package', folder],
    { encoding: 'utf8', env: { ...process.env, GROUND_CONTROL_FILE: 'tests/fixtures/relays.yml' } },
  );
  if (status !== 0) throw new Error(`serverless package failed: ${error?.message ?? ''}\n${stdout}${stderr}`);
  return join(folder, 'cloudformation-template-update-stack.json');
}

try {
  // Installs it, so that no test waits for Maven.
  javaProgram(EVENT_RULER);
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'tests/patterns/vitest.config.ts'], {
    stdio: 'inherit',
    env: { ...process.env, GROUND_CONTROL_TEMPLATE: packageService() },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof MissingJava ? SKIPPED : 1;
}
