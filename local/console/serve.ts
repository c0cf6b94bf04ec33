/** Serves the console on 127.0.0.1. */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Configuration } from '../../schemas/configuration/file.ts';
import './tsx.ts';
import { newSecrets } from './guard.ts';

export interface Served {
  /** The address with the token of this run. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Starts the console at `port`, or at a free one for 0. Rejects when the port is taken. */
export async function serveConsole(configuration: Configuration, port: number): Promise<Served> {
  // It has JSX, which this process can read now.
  const { consoleOf } = await import('./app.tsx');
  const secrets = newSecrets();
  let bound = port;
  const { app, stop } = consoleOf(configuration, secrets, () => bound);
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address === 'object' && address !== null) bound = address.port;
  return {
    address: `http://127.0.0.1:${bound}/?token=${secrets.session}`,
    stop: async () => {
      await stop();
      server.close();
      server.closeAllConnections();
    },
  };
}
