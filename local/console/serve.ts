/** Serves a console on 127.0.0.1. */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { newSecrets, type Secrets } from './guard.ts';

export interface Served {
  /** The address with the token of this run. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

export interface Console {
  readonly app: Hono;
  /** Ends what it has begun: threads, processes and live streams. */
  readonly stop: () => Promise<void>;
}

/**
 * Serves a console at `port`, or at a free one for 0. `build` makes it; the port is known when the server listens. Rejects
 * when the port is taken.
 */
export async function serve(build: (secrets: Secrets, port: () => number) => Console, port: number): Promise<Served> {
  const secrets = newSecrets();
  let bound = port;
  const { app, stop } = build(secrets, () => bound);
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
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
