/** DynamoDB Local, which AWS makes, in a process of its own. */
import { javaProgram } from '../../tools/java-program.ts';
import { freePort, startServer } from './server-process.ts';

/** Starts it in memory. Throws `MissingJava` when Java or Maven is missing. */
export async function startDynamoDb(): Promise<{ endpoint: string; stop: () => Promise<void> }> {
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
