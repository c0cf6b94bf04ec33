/** Runs reconciliation until it is complete. Prints a line per run: what it did, milliseconds, peak memory (MB). */
import { handler } from '../functions/reconciliation.ts';
import { localContext } from '../local/play/context.ts';

const SECONDS = 300;

for (let run = 1; run <= 500; run++) {
  const started = performance.now();
  const done = await handler({}, localContext('reconciliation', SECONDS));
  const milliseconds = Math.round(performance.now() - started);
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ run, ...done, milliseconds, peakMegabytes })}\n`);
  if (done.complete) break;
}
