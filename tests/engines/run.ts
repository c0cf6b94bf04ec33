/**
 * Runs the tests of everything that calls DynamoDB against DynamoDB Local, which AWS makes: `npm run test:engines`.
 * Arguments select test files. Exits with 77 if Java or Maven is missing, and otherwise as Vitest does.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MissingJava } from '../../tools/java-program.ts';
import { startDynamoDb } from '../support/dynamodb-local.ts';

const FOLDERS = ['tests/adapters', 'tests/handlers', 'tests/commands', 'tests/local'];
/** By convention, for a test that was skipped. */
const SKIPPED = 77;

try {
  const { endpoint, stop } = await startDynamoDb();
  const files = process.argv.slice(2);
  const vitest = spawn(
    process.execPath,
    [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...(files.length > 0 ? files : FOLDERS)],
    { stdio: 'inherit', env: { ...process.env, GROUND_CONTROL_DYNAMODB: endpoint } },
  );
  // Ctrl-C reaches Vitest, too. This process has to outlive it to stop DynamoDB Local.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => vitest.kill(signal));
  const [code] = await once(vitest, 'exit');
  await stop();
  process.exitCode = typeof code === 'number' ? code : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof MissingJava ? SKIPPED : 1;
}
