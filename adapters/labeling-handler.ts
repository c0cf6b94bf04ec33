/**
 * The Lambda handler that knows what became of a labeling job: asked by the function of its events and by reconciliation.
 *
 * It describes the job and decides by what SageMaker says, not by the event: a job that runs is watched, one that has ended is
 * told of with its objects counted, and carried on where the configuration says so. Being asked twice or late does no harm.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Decide } from '../domain/decide.ts';
import { endOf } from '../domain/labeling/chain.ts';
import type { LabelingFacts } from '../domain/labeling/facts.ts';
import { observe } from '../domain/labeling/pace.ts';
import { LabelingDescription } from '../schemas/labeling-description.ts';
import type { StateChange } from '../schemas/state-change.ts';
import { examine } from './examine-labeling.ts';
import { foundByReconciliation } from './found.ts';
import { type DecisionRecord, handle } from './handler.ts';
import type { LabelingServices } from './labeling-services.ts';
import { inputsOf } from './queued.ts';

/** What an event has to say for its job to be asked about. */
const About = z.looseObject({ resources: z.array(z.string()) });
const JOB = /:labeling-job\/([^/]+)$/;

/** Time that is left to act when reading takes too long, in milliseconds. */
const RESERVE = 30_000;

/**
 * A handler that reads events with `schema`. What it is given comes from its queue, or is the event itself. Throws when
 * something failed, so that it is given it again.
 */
export function labelingHandler(
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  build: () => LabelingServices,
): (event: unknown, context: Context) => Promise<DecisionRecord | undefined> {
  let built: LabelingServices | undefined;
  return async (input, context) => {
    built ??= build();
    let last: DecisionRecord | undefined;
    for (const event of inputsOf(input)) {
      last = await handleOne(event, context, schema, decide, built);
    }
    return last;
  };
}

async function handleOne(
  event: unknown,
  context: Context,
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  built: LabelingServices,
): Promise<DecisionRecord> {
  const { jobs, services } = built;
  const about = services.configuration.labeling.mode === 'off' ? undefined : About.safeParse(event).data;
  const name = JOB.exec(about?.resources[0] ?? '')?.[1];
  const described = name === undefined ? undefined : await jobs.describe(name);
  // What SageMaker does not know is told as its event has it.
  if (about === undefined || described === undefined) return handle(event, context, schema, decide, services);
  const job = LabelingDescription.parse(described);
  // Dates become ISO text, which schemas read like any other time.
  const truth = { ...about, detail: JSON.parse(JSON.stringify(described)) };
  const gather = async (change: StateChange) => ({ labeling: await factsOf(job, change, context, built) });
  const decideFound: Decide = (change, ...rest) => decide(foundByReconciliation(change), ...rest);
  return handle(truth, context, schema, decideFound, { ...services, gather });
}

async function factsOf(
  job: LabelingDescription,
  change: StateChange,
  context: Context,
  built: LabelingServices,
): Promise<LabelingFacts> {
  const end = endOf(job);
  if (end === undefined) return watch(job, built);
  const { services, clock } = built;
  const time = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE));
  return examine(job, end, change.tags, services.configuration.labeling, built, clock(), time);
}

/** Notes how a job that runs gets on. */
async function watch(job: LabelingDescription, { state, clock }: LabelingServices): Promise<LabelingFacts> {
  const now = clock();
  const generation = Math.floor(job.CreationTime.getTime() / 1000);
  const standing = observe(job, await state.standing(job.LabelingJobArn, generation), now);
  await state.note(job.LabelingJobArn, generation, standing);
  return { kind: 'running', job, standing, now };
}
