/** Serves the console of stories. */
import type { Configuration } from '../../../schemas/configuration/file.ts';
import { type Served, serve } from '../serve.ts';
import '../tsx.ts';

/** Serves the console at `port`, or at a free one for 0. Rejects when the port is taken. */
export async function serveConsole(configuration: Configuration, port: number): Promise<Served> {
  // It has JSX, which this process can read now.
  const { consoleOf } = await import('./app.tsx');
  return serve((secrets, bound) => consoleOf(configuration, secrets, bound), port);
}
