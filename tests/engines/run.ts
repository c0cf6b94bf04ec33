/**
 * Runs the tests of everything that calls DynamoDB against DynamoDB Local, which AWS makes: `npm run test:engines`.
 * Arguments select test files. Exits with 77 if Java or Maven is missing, and otherwise as Vitest does.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { javaProgram, MissingJava } from '../../tools/java-program.ts';
import { freePort, startServer } from '../support/server-process.ts';

const FOLDERS = ['tests/adapters', 'tests/handlers', 'tests/commands', 'tests/local'];
/** By convention, for a test that was skipped. */
const SKIPPED = 77;

async function startDynamoDb(): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const { command, args } = javaProgram({
    name: 'DynamoDB Local',
    profile: 'dynamodb-local',
    main: 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
  });
  const port = String(await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  // It refuses this call, which has no signature: so it is there.
  const isReady = async () => (await fetch(endpoint)).status === 400;
  const run = { command, args: [...args, '-inMemory', '-disableTelemetry', '-port', port] };
  return { endpoint, stop: await startServer('DynamoDB Local', run, isReady) };
}

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
