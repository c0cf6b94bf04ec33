/**
 * A Lambda environment: `node bench/load/child.ts <bundle> <timeout in seconds>`. Handles the events that the parent
 * sends, and answers each with its time. Several may run at once. Its clock shows the time that the parent gives.
 */
import { pathToFileURL } from 'node:url';
import { localContext } from '../../local/play/context.ts';
import type { Handled, Invocation } from './environment.ts';

const [bundle = '', timeout = '30'] = process.argv.slice(2);

/** What the clock shows, epoch milliseconds; undefined: the real time. */
let shown: number | undefined;
const realNow = Date.now;
const now = () => shown ?? realNow();
// Before the bundle is imported: it may keep a reference to the clock.
globalThis.Date = new Proxy(Date, {
  construct: (real, given) => Reflect.construct(real, given.length === 0 ? [now()] : given),
  get: (real, name) => (name === 'now' ? now : Reflect.get(real, name)),
});

const { handler } = await import(pathToFileURL(bundle).href);

process.on('message', async ({ id, event, at }: Invocation) => {
  // Clocks never go back, also when a later event was sent first.
  if (at !== undefined) shown = Math.max(at, shown ?? at);
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
