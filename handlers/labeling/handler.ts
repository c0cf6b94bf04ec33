/**
 * The Lambda handler that knows what became of a labeling job: asked by the function of its events and by reconciliation.
 *
 * It describes the job and decides by what SageMaker says, not by the event: a job that runs is watched, one that has ended is
 * told of with its objects counted, and carried on where the configuration says so. Being asked twice or late does no harm.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { inputsOf } from '../../adapters/sqs/received.ts';
import { foundByReconciliation } from '../../domain/change/found-by.ts';
import { judge } from '../../domain/change/outcome.ts';
import type { Decide } from '../../domain/decide.ts';
import { endOf } from '../../domain/labeling/chain.ts';
import type { LabelingFacts } from '../../domain/labeling/facts.ts';
import { observe } from '../../domain/labeling/pace.ts';
import { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { type DecisionRecord, handle } from '../event.ts';
import { examine } from './examine.ts';
import type { LabelingServices } from './services.ts';

/** What an event has to say for its job to be asked about. */
const About = z.looseObject({ resources: z.array(z.string()) });
const JOB = /:labeling-job\/([^/]+)$/;
/** What SageMaker says of a job, where it knows it. */
const Described = z.optional(z.looseObject({ LabelingJobArn: z.string() }));

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
  const isEnd = hasEnded(schema.safeParse(event).data);
  const decideFound: Decide = (change, ...rest) => decide(isEnd ? foundByReconciliation(change) : change, ...rest);
  const isOff = services.configuration.labeling.mode === 'off';
  const about = isOff ? undefined : About.safeParse(event).data;
  const arn = about?.resources[0] ?? '';
  const name = JOB.exec(arn)?.[1];
  const described = name === undefined ? undefined : Described.parse(await jobs.describe(name));
  // What SageMaker does not know is told as its event has it; so is one of its name elsewhere.
  if (about === undefined || described?.LabelingJobArn.toLowerCase() !== arn.toLowerCase())
    return handle(event, context, schema, decideFound, services);
  // Dates become ISO text, which schemas read like any other time.
  const truth = { ...about, detail: JSON.parse(JSON.stringify(described)) };
  const { data: job, error } = LabelingDescription.safeParse(described);
  if (job === undefined) {
    const wrong = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    services.logger.warn('a description cannot be read: nothing is made of it', { arn, wrong });
    return handle(truth, context, schema, decideFound, services);
  }
  // One place of SageMaker's may know before another: nothing is lost until both do.
  if (isEnd && endOf(job) === undefined)
    throw new Error(`${arn} has ended, as its event says; as SageMaker describes it, it is ${job.LabelingJobStatus}`);
  const gather = async () => ({ labeling: await factsOf(job, context, built) });
  return handle(truth, context, schema, decideFound, { ...services, gather });
}

const hasEnded = (change: StateChange | undefined): boolean =>
  change !== undefined && judge(change).outcome !== 'running' && judge(change).outcome !== 'unknown';

async function factsOf(job: LabelingDescription, context: Context, built: LabelingServices): Promise<LabelingFacts> {
  const end = endOf(job);
  if (end === undefined) return watch(job, built);
  const { clock } = built;
  const time = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE));
  return examine(job, end, built, clock(), time);
}

/** Notes how a job that runs gets on. */
async function watch(job: LabelingDescription, { state, clock }: LabelingServices): Promise<LabelingFacts> {
  const now = clock();
  const generation = Math.floor(job.CreationTime.getTime() / 1000);
  const standing = observe(job, await state.standing(job.LabelingJobArn, generation), now);
  await state.note(job.LabelingJobArn, generation, standing);
  return { kind: 'running', job, standing, now };
}
