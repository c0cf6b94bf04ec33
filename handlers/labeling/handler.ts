/**
 * The Lambda handler of the labeling function. The function of labeling events and reconciliation send it references to
 * events.
 *
 * It describes the job and decides by the description, not by the event. For a running job it watches the progress. For
 * an ended job it counts the labeled objects, alerts, and chains the job if the policy says so. An event that comes
 * twice or late does no harm.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { foundByReconciliation } from '../../domain/change/found-by.ts';
import { judge } from '../../domain/change/outcome.ts';
import { readReported } from '../../domain/change/reported.ts';
import type { Decide } from '../../domain/decide.ts';
import { endOf } from '../../domain/labeling/end.ts';
import type { LabelingFacts } from '../../domain/labeling/facts.ts';
import { observe } from '../../domain/labeling/pace.ts';
import { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { type DecisionRecord, handleChange, keepUnreadable } from '../event.ts';
import { queueHandler } from '../queue.ts';
import { examine } from './examine.ts';
import type { LabelingServices } from './services.ts';

/** A description; absent when SageMaker does not know the job. */
const Described = z.optional(z.looseObject({ LabelingJobArn: z.string() }));

/** Milliseconds before the timeout at which the function stops reading an output manifest, to have time to act. */
const RESERVE = 30_000;

/**
 * A Lambda handler that reads events with `schema`. Its input is a batch of queue messages, or one reference, or one
 * event. Throws when something failed, so that the message is retried.
 */
export const labelingHandler = (schema: z.ZodMiniType<StateChange>, decide: Decide, build: () => LabelingServices) =>
  queueHandler(build, (received, context, built) => handleOne(received, context, schema, decide, built));

async function handleOne(
  received: unknown,
  context: Context,
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  built: LabelingServices,
): Promise<DecisionRecord> {
  const { jobs, services } = built;
  const read = readReported(received, schema);
  if (!read.success) return keepUnreadable(received, read.error.issues, context, services);
  const reported = read.data;
  const { type, name, arn } = reported.resource;
  const isEnd = hasEnded(reported);
  const decideFound: Decide = (change, ...rest) => decide(isEnd ? foundByReconciliation(change) : change, ...rest);
  const isOff = services.configuration.labeling.mode === 'off';
  const isJob = type === 'labeling-job' && arn !== undefined;
  const described = isOff || !isJob ? undefined : Described.parse(await jobs.describe(name));
  // SageMaker does not know the job, or describes another job of that name (of another region): what the event or its
  // reference says decides alone.
  if (described === undefined || described.LabelingJobArn.toLowerCase() !== arn?.toLowerCase())
    return handleChange(reported, received, context, decideFound, services);
  const { detailType } = reported.event;
  // Dates become ISO text, which schemas read like any other time.
  const detail = JSON.parse(JSON.stringify(described));
  const change = { ...schema.parse({ 'detail-type': detailType, resources: [arn], detail }), event: reported.event };
  const { data: job, error } = LabelingDescription.safeParse(described);
  if (job === undefined) {
    const wrong = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    services.logger.warn('the description of a labeling job cannot be read: it is announced but never chained', {
      arn,
      wrong,
    });
    return handleChange(change, received, context, decideFound, services);
  }
  // SageMaker's description may lag behind its event. The retry waits until both say that the job has ended.
  if (isEnd && endOf(job) === undefined)
    throw new Error(`${arn} has ended by its event, but is ${job.LabelingJobStatus} by its description; it is retried`);
  const gather = async () => ({ labeling: await factsOf(job, context, built) });
  return handleChange(change, received, context, decideFound, { ...services, gather });
}

const hasEnded = (change: StateChange): boolean =>
  judge(change).outcome !== 'running' && judge(change).outcome !== 'unknown';

async function factsOf(job: LabelingDescription, context: Context, built: LabelingServices): Promise<LabelingFacts> {
  const end = endOf(job);
  if (end === undefined) return watch(job, built);
  const { clock } = built;
  const time = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE));
  return examine(job, end, built, clock(), time);
}

/** Stores the progress of a running job. */
async function watch(job: LabelingDescription, { state, clock }: LabelingServices): Promise<LabelingFacts> {
  const now = clock();
  const generation = Math.floor(job.CreationTime.getTime() / 1000);
  const standing = observe(job, await state.standing(job.LabelingJobArn, generation), now);
  await state.note(job.LabelingJobArn, generation, standing);
  return { kind: 'running', job, standing, now };
}
