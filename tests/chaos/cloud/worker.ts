/**
 * A worker like a Lambda execution environment: a process that handles one event at a time with the production
 * handlers.
 */
import { flushCompileCache } from 'node:module';
import type { Context } from 'aws-lambda';
import { decide } from '../../../domain/decide.ts';
import { handler as budget } from '../../../functions/budget.ts';
import { handler as diagnosis } from '../../../functions/diagnosis.ts';
import { handler as digest } from '../../../functions/digest.ts';
import { handler as endpoint } from '../../../functions/endpoint.ts';
import { handler as humanReview } from '../../../functions/human-review.ts';
import { handler as labeling } from '../../../functions/labeling.ts';
import { handler as labelingJob } from '../../../functions/labeling-job.ts';
import { handler as pipeline } from '../../../functions/pipeline.ts';
import { handler as processingJob } from '../../../functions/processing-job.ts';
import { schemas } from '../../../functions/reconciliation.ts';
import { handler as resource } from '../../../functions/resource.ts';
import { handler as review } from '../../../functions/review.ts';
import { handler as trainingJob } from '../../../functions/training-job.ts';
import { handler as transformJob } from '../../../functions/transform-job.ts';
import { handler as tuningJob } from '../../../functions/tuning-job.ts';
import { reconciliationHandler } from '../../../handlers/reconciliation/handler.ts';
import { localContext } from '../../../local/play/context.ts';
import { IMPATIENT } from '../../support/simulated-clock.ts';

/** The production handler, except that it does not wait for its turn to call SageMaker. */
const reconciliation = reconciliationHandler(schemas, decide, IMPATIENT);

const handlers: Readonly<Record<string, (event: unknown, context: Context) => Promise<unknown>>> = {
  trainingJob,
  processingJob,
  transformJob,
  tuningJob,
  labelingJob,
  endpoint,
  pipeline,
  humanReview,
  resource,
  reconciliation,
  budget,
  labeling,
  diagnosis,
  review,
  digest,
};

/** A message to a worker: the event to handle. `milliseconds` is the timeout that the context shows. */
export interface Task {
  readonly functionName: string;
  readonly event: unknown;
  readonly milliseconds: number;
  /** By how many milliseconds the worker's clock is ahead of the real time. */
  readonly later: number;
}

let ahead = 0;
const now = Date.now;
globalThis.Date = new Proxy(Date, {
  construct: (real, given) => Reflect.construct(real, given.length === 0 ? [now() + ahead] : given),
  get: (real, name) => (name === 'now' ? () => now() + ahead : Reflect.get(real, name)),
});

process.on('message', async ({ functionName, event, milliseconds, later }: Task) => {
  ahead = later;
  try {
    const result = await handlers[functionName]?.(event, localContext(functionName, milliseconds / 1000));
    process.send?.({ ok: true, result });
  } catch (error) {
    process.send?.({ ok: false, error: error instanceof Error ? error.message : String(error) });
  }
});
// Workers are killed, so they would never write the cache by themselves.
flushCompileCache();
process.send?.({ ready: true });
