/** MiniStack, an emulator of AWS: one that runs already (`AWS_ENDPOINT_URL`), or one of our own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pythonTool } from '../../tools/python-tool.ts';

export interface Emulator {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const START_ATTEMPTS = 120;
const STOP_MILLISECONDS = 5000;

/** A start that fails leaves no process and no folder behind. */
export async function startEmulator(): Promise<Emulator> {
  const running = process.env['AWS_ENDPOINT_URL'];
  if (running !== undefined) return { endpoint: running, stop: async () => undefined };
  const command = pythonTool('ministack');
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-emulator-'));
  for (const name of ['home', 'tmp']) mkdirSync(join(folder, name));
  // Functions run in Node processes of their own: the first node on the PATH, which is the runtime's version here.
  const emulator = spawn(command, {
    stdio: 'ignore',
    env: {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'tmp'),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_REGION: 'us-east-1',
      LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.05',
      S3_DATA_DIR: join(folder, 's3'),
      STATE_DIR: join(folder, 'state'),
    },
  });
  let failure: string | undefined;
  const ended = new Promise<void>((resolve) => {
    const end = (how: string) => {
      failure = how;
      resolve();
    };
    // A process that could not be started has no exit.
    emulator.once('error', (error) => end(error.message));
    emulator.once('exit', (code, signal) => end(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  const stop = async () => {
    emulator.kill();
    const killed = setTimeout(() => emulator.kill('SIGKILL'), STOP_MILLISECONDS);
    await ended;
    clearTimeout(killed);
    rmSync(folder, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < START_ATTEMPTS && failure === undefined; attempt++) {
    const ready = await fetch(`${endpoint}/_ministack/ready`).catch(() => undefined);
    if (ready?.ok === true) return { endpoint, stop };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const reason = failure ?? `it was not ready after ${(START_ATTEMPTS * 250) / 1000} seconds`;
  await stop();
  throw new Error(`MiniStack did not start: ${reason}`);
}

function freePort(): Promise<number> {
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
