/** Commands that serve a console in the browser. */
import { spawn } from 'node:child_process';
import type { Served } from '../../local/console/serve.ts';
import { Refused } from './cli.ts';

/** The value of `--port`; without one 0, any free port. Throws when it is none. */
export function readPort(given = '0'): number {
  const port = Number(given);
  if (!/^\d+$/.test(given) || port < 0 || port > 65_535) throw new Error(`--port ${given} is not a port`);
  return port;
}

/** How a console is served, and what the terminal says about it. */
interface Serving {
  readonly serve: (port: number) => Promise<Served>;
  /** 0: any free one. */
  readonly port: number;
  readonly open: boolean;
  /** What the console shows, before its address. */
  readonly before: string;
  /** What else people can do, after it. */
  readonly after: string;
}

/** Serves a console until somebody ends it with Ctrl-C. */
export async function serveUntilEnded({ serve, port, open, before, after }: Serving): Promise<void> {
  const { address, stop } = await serve(port).catch((error: unknown) => {
    if (Object(error).code === 'EADDRINUSE')
      throw new Refused(`--port ${port} is in use: choose another one, or leave --port out`, { cause: error });
    if (Object(error).code === 'EACCES') throw new Refused(`--port ${port} is not allowed here`, { cause: error });
    throw error;
  });
  process.stdout.write(`${before} Open

  ${address}

${after} Ctrl-C ends it.
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
  started.once('error', () => process.stderr.write('No browser could be opened: open the address yourself.\n'));
  started.unref();
}
