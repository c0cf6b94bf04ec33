/** The console of `npm start`. */
import type { Configuration } from '../../schemas/configuration/file.ts';
import { serveUntilEnded } from '../shared/serve.ts';

/** Serves the console until somebody ends it with Ctrl-C. */
export async function runConsole(configuration: Configuration, port: number, open: boolean): Promise<void> {
  const { serveConsole } = await import('../../local/console/stories/serve.ts');
  await serveUntilEnded({
    serve: (free) => serveConsole(configuration, free),
    port,
    open,
    before: 'Ground Control shows what it does, on this machine alone.',
    after: 'For text: npm start -- --text.',
  });
}
