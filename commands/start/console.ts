/** The console of `npm start`. */
import { spawn } from 'node:child_process';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { Refused } from '../shared/cli.ts';

/** Serves the console until somebody ends it with Ctrl-C. */
export async function runConsole(configuration: Configuration, port: number, open: boolean): Promise<void> {
  const { serveConsole } = await import('../../local/console/serve.ts');
  const { address, stop } = await serveConsole(configuration, port).catch((error: unknown) => {
    if (Object(error).code === 'EADDRINUSE')
      throw new Refused(`--port ${port} is in use: choose another one, or leave --port out`, { cause: error });
    if (Object(error).code === 'EACCES') throw new Refused(`--port ${port} is not allowed here`, { cause: error });
    throw error;
  });
  process.stdout.write(`Ground Control shows what it does, on this machine alone. Open

  ${address}

For text: npm start -- --text. Ctrl-C ends it.
`);
  if (open) openBrowser(address);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await stop();
}

/** How each system opens an address. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens the browser. Without one, the address stands in the terminal. */
function openBrowser(address: string): void {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? [];
  const started = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  started.once('error', () => process.stderr.write('start: no browser could be opened; open the address yourself\n'));
  started.unref();
}
