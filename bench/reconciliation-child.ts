/**
 * Runs reconciliation until it is complete, without waiting for its turn to call. Prints a line per run: what it did,
 * milliseconds, peak memory (MB).
 */
import { decide } from '../domain/decide.ts';
import { schemas } from '../functions/reconciliation.ts';
import { reconciliationHandler } from '../handlers/reconciliation/handler.ts';
import { localContext } from '../local/play/context.ts';
import { IMPATIENT } from '../tests/support/simulated-clock.ts';

const SECONDS = 840;
const handler = reconciliationHandler(schemas, decide, IMPATIENT);

for (let run = 1; run <= 500; run++) {
  const started = performance.now();
  const done = await handler({}, localContext('reconciliation', SECONDS));
  const milliseconds = Math.round(performance.now() - started);
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ run, done, milliseconds, peakMegabytes })}\n`);
  if (done !== 'busy' && done.complete) break;
}
