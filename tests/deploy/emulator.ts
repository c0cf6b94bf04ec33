/** MiniStack, an emulator of AWS: one that runs already (`AWS_ENDPOINT_URL`), or one of our own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pythonTool } from '../../tools/python-tool.ts';
import { freePort, startServer } from '../support/server-process.ts';

export interface Emulator {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** A start that fails leaves no process and no folder behind. */
export async function startEmulator(): Promise<Emulator> {
  const running = process.env['AWS_ENDPOINT_URL'];
  if (running !== undefined) return { endpoint: running, stop: async () => undefined };
  const command = pythonTool('ministack');
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-emulator-'));
  for (const name of ['home', 'tmp']) mkdirSync(join(folder, name));
  // Functions run in Node processes of their own: the first node on the PATH, which is the runtime's version here.
  const env = {
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
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const clean = () => rmSync(folder, { recursive: true, force: true });
  const isReady = async () => (await fetch(`${endpoint}/_ministack/ready`)).ok;
  const stop = await startServer('MiniStack', { command, env }, isReady).catch((error: unknown) => {
    clean();
    throw error;
  });
  return { endpoint, stop: () => stop().then(clean) };
}
