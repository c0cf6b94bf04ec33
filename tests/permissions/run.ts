/**
 * Asks IAM's policy engine about every AWS call that tests recorded: `npm run test:permissions`.
 *
 * Without `--calls`, it runs the offline tests of everything that functions run, and records their calls. With
 * `--calls <folder>`, it reads what `GROUND_CONTROL_CALLS=<folder>` made offline tests and the deployment test record.
 * Exits with 1 when a call is not allowed, when no call used a permission, when a permission has a resource that its
 * action does not support, or when one of these faults is planted and not noticed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { iamEngine } from '../../tools/iam-engine.ts';
import { ROOT } from '../support/events.ts';
import { check } from './check.ts';
import { checkDeployer } from './deployer.ts';
import { packaged } from './packaged.ts';
import { unnoticed } from './planted.ts';
import { commandsIn, deploymentIn, offlineIn } from './recorded.ts';
import { report } from './report.ts';

/** Everything that functions run is tested here. */
const FOLDERS = ['tests/handlers', 'tests/adapters', 'tests/local'];

function record(folder: string): void {
  const { status } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', ...FOLDERS],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, GROUND_CONTROL_CALLS: folder } },
  );
  if (status !== 0) throw new Error('the tests whose calls are checked failed');
}

const { values } = parseArgs({ options: { calls: { type: 'string' } } });
const temporary = values.calls === undefined ? mkdtempSync(join(tmpdir(), 'ground-control-calls-')) : undefined;
try {
  const folder = values.calls ?? temporary ?? '';
  const engine = await iamEngine();
  if (temporary !== undefined) record(temporary);
  const packages = [await packaged('observe'), await packaged('enforce')] as const;
  const recordings = [offlineIn(folder, packages[0]), ...deploymentIn(folder)];
  const found = await check(engine, packages, recordings);
  const missed = await unnoticed(engine, packages, recordings);
  const deployer = await checkDeployer(
    engine,
    packages.map(({ template }) => template),
    commandsIn(folder),
  );
  process.stdout.write(report(found, missed, deployer));
  process.exitCode = found.faults.length + missed.length + deployer.faults.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
}
