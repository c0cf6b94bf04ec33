/**
 * Opens the pages that commands write in a real browser: `npm run test:pages`. Exits with 77 if there is no Chromium, and
 * otherwise as Vitest does.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium, MissingChromium } from '../../tools/chromium.ts';

/** By convention, for a test that was skipped. */
const SKIPPED = 77;

try {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'tests/pages/vitest.config.ts'], {
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM: chromium() },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof MissingChromium)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = SKIPPED;
}
