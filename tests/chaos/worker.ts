/**
 * A worker like a Lambda execution environment: a process that handles one event at a time with the production
 * handlers.
 */
import type { Context } from 'aws-lambda';
import type { Once } from '../../adapters/dynamodb/once.ts';
import { publisherTo } from '../../adapters/sns/publish.ts';
import { type Decide, decide } from '../../domain/decide.ts';
import { decideOnLabeling } from '../../domain/labeling/decide.ts';
import { handler as budget } from '../../functions/budget.ts';
import { handler as labeling } from '../../functions/labeling.ts';
import { handler as labelingJob } from '../../functions/labeling-job.ts';
import { handler as processingJob } from '../../functions/processing-job.ts';
import { handler as reconciliation } from '../../functions/reconciliation.ts';
import { handler as trainingJob } from '../../functions/training-job.ts';
import { handler as transformJob } from '../../functions/transform-job.ts';
import { handler as tuningJob } from '../../functions/tuning-job.ts';
import { budgetHandler } from '../../handlers/budget/handler.ts';
import { buildBudgetServices } from '../../handlers/budget/services.ts';
import { type Handler, handlerOf } from '../../handlers/event.ts';
import type { Powers } from '../../handlers/execute.ts';
import { labelingHandler } from '../../handlers/labeling/handler.ts';
import { buildLabelingServices, chainWith } from '../../handlers/labeling/services.ts';
import { buildFoundation, buildServices, servicesOn } from '../../handlers/services.ts';
import { localContext } from '../../local/play/context.ts';
import { LabelingJobStateChange } from '../../schemas/event/labeling-job.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import { ProcessingJobStateChange } from '../../schemas/event/processing-job.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';
import { TransformJobStateChange } from '../../schemas/event/transform-job.ts';
import { TuningJobStateChange } from '../../schemas/event/tuning-job.ts';

const production: Record<string, (event: unknown, context: Context) => Promise<unknown>> = {
  trainingJob,
  processingJob,
  transformJob,
  tuningJob,
  labelingJob,
  reconciliation,
  budget,
  labeling,
};

/** Handlers without one protection, to show that the checks notice. */
function sabotaged(what: string): typeof production {
  const build = () => {
    const services = buildServices();
    const publish = publisherTo(process.env['ALERTS_TOPIC_ARN'] ?? '');
    if (what !== 'idempotency') return services;
    return {
      ...services,
      execute: async ({
        actions,
      }: {
        actions: readonly { kind: string; notice?: Parameters<typeof publish>[0] }[];
      }) => {
        for (const { notice } of actions) if (notice !== undefined) await publish(notice);
      },
    };
  };
  const unguarded: Decide = (change, before, configuration) =>
    decide(
      change,
      what === 'order' && before !== undefined ? { ...before, ended: false, since: 0, status: 'none' } : before,
      configuration,
    );
  const of = (schema: Parameters<typeof handlerOf>[0]): Handler => handlerOf(schema, unguarded, build);
  return {
    ...production,
    trainingJob: of(TrainingJobStateChange),
    processingJob: of(ProcessingJobStateChange),
    transformJob: of(TransformJobStateChange),
    tuningJob: of(TuningJobStateChange),
  };
}

/** A budget function without shared ledgers: each job finds its month's whole budget free. */
function alone(): typeof production {
  const build = () => {
    const services = buildBudgetServices();
    const { ledgers } = services;
    const claim: typeof ledgers.claim = async (place, budget, ...rest) => {
      const { running } = await ledgers.read(place);
      return ledgers.claim(place, budget * (running.size + 2), ...rest);
    };
    return { ...services, ledgers: { ...ledgers, claim } };
  };
  return { ...production, budget: budgetHandler(BUDGETED_JOBS, decide, build) };
}

/** A labeling function that repeats its work: it uses another name in each try and keeps no record of what it did. */
function forgetful(): typeof production {
  const build = () => {
    const built = buildLabelingServices();
    const create: typeof built.jobs.create = ({ LabelingJobName: name, ...request }) =>
      built.jobs.create({ ...request, LabelingJobName: `${name}-${crypto.randomUUID().slice(0, 8)}` });
    const foundation = buildFoundation();
    const chain = chainWith({ ...built.jobs, create }, foundation.configuration);
    const once: Once = async (_key, act) => ({ at: new Date().toISOString(), result: await act() });
    const powers: Partial<Powers> = { chain: (action, effects) => chain(action, { ...effects, once }) };
    return { ...built, services: servicesOn(foundation, { powers }) };
  };
  return { ...production, labeling: labelingHandler(LabelingJobStateChange, decideOnLabeling, build) };
}

const sabotage = process.env['CHAOS_SABOTAGE'] ?? '';
const SABOTAGED: Readonly<Record<string, () => typeof production>> = {
  idempotency: () => sabotaged('idempotency'),
  order: () => sabotaged('order'),
  ledger: alone,
  'chain-name': forgetful,
};
const handlers = SABOTAGED[sabotage]?.() ?? production;

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
    process.send?.({ ok: true, complete: (result as { complete?: boolean } | undefined)?.complete });
  } catch (error) {
    process.send?.({ ok: false, error: error instanceof Error ? error.message : String(error) });
  }
});
process.send?.({ ready: true });
