/**
 * A Lambda environment: `node bench/load/child.ts <bundle> <timeout in seconds>`. Handles the events that the parent
 * sends, and answers each with its time. Several may run at once.
 */
import { pathToFileURL } from 'node:url';
import { localContext } from '../../local/play/context.ts';
import type { Handled, Invocation } from './environment.ts';

const [bundle = '', timeout = '30'] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);

process.on('message', async ({ id, event }: Invocation) => {
  const started = performance.now();
  let error: string | undefined;
  try {
    await handler(event, localContext('training-job', Number(timeout)));
  } catch (failure) {
    error = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
  }
  const { user, system } = process.cpuUsage();
  const handled: Handled = {
    id,
    milliseconds: performance.now() - started,
    error,
    cpu: (user + system) / 1000,
    heap: process.memoryUsage().heapUsed,
    // In kilobytes, on Linux and on macOS.
    peak: process.resourceUsage().maxRSS * 1024,
  };
  process.send?.(handled);
});
process.once('disconnect', () => process.exit());
process.send?.({ id: -1, milliseconds: 0, error: undefined, cpu: 0, heap: 0, peak: 0 } satisfies Handled);
