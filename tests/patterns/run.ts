/**
 * Asks EventBridge's own matcher about the rules of the packaged service: `npm run test:patterns`. Exits with 77 if Java
 * or Maven is missing, and otherwise as Vitest does.
 *
 * Packages into a temporary folder, with a relay of each kind (tests/fixtures/relays.yml).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packagedTemplate } from '../../infrastructure/permissions/packaged.ts';
import { scratchFolder } from '../../infrastructure/scratch-folder.ts';
import { javaProgram, MissingJava } from '../../tools/java-program.ts';
import { EVENT_RULER } from './matcher.ts';

/** By convention, for a test that was skipped. */
const SKIPPED = 77;

/** Path of the packaged template. Throws if packaging fails. */
async function packageService(): Promise<string> {
  const folder = scratchFolder('patterns');
  const out = join(folder, 'out');
  await packagedTemplate({ configuration: 'tests/fixtures/relays.yml', folder: out, stage: 'prod' });
  return join(out, 'cloudformation-template-update-stack.json');
}

try {
  // Installs it, so that no test waits for Maven.
  javaProgram(EVENT_RULER);
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'tests/patterns/vitest.config.ts'], {
    stdio: 'inherit',
    env: { ...process.env, GROUND_CONTROL_TEMPLATE: await packageService() },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof MissingJava ? SKIPPED : 1;
}
