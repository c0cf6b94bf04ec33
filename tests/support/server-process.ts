/** Servers that tests start as processes of their own, on 127.0.0.1. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { createServer } from 'node:net';

const START_ATTEMPTS = 240;
const STOP_MILLISECONDS = 5000;

/**
 * Starts a program and waits until `isReady`, for at most a minute. Gives what stops it. A start that fails leaves no
 * process behind, and its error names the program as `name`.
 */
export async function startServer(
  name: string,
  { command, args = [], ...options }: { readonly command: string; readonly args?: readonly string[] } & SpawnOptions,
  isReady: () => Promise<boolean>,
): Promise<() => Promise<void>> {
  const server = spawn(command, args, { stdio: 'ignore', ...options });
  let failure: string | undefined;
  const ended = new Promise<void>((resolve) => {
    const end = (how: string) => {
      failure = how;
      resolve();
    };
    // A process that could not be started has no exit.
    server.once('error', (error) => end(error.message));
    server.once('exit', (code, signal) => end(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  const stop = async () => {
    server.kill();
    const killed = setTimeout(() => server.kill('SIGKILL'), STOP_MILLISECONDS);
    await ended;
    clearTimeout(killed);
  };
  for (let attempt = 0; attempt < START_ATTEMPTS && failure === undefined; attempt++) {
    if (await isReady().catch(() => false)) return stop;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const reason = failure ?? `it was not ready after ${(START_ATTEMPTS * 250) / 1000} seconds`;
  await stop();
  throw new Error(`${name} did not start: ${reason}`);
}

/** A port that nobody uses at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port),
      );
    });
  });
}
