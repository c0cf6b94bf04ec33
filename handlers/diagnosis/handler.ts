/**
 * The Lambda handler of the function `diagnosis`. Event functions and reconciliation send it references to failures.
 *
 * It looks up why something failed, or what became of the parts of something that ended, with bounded time and calls, and
 * then decides and alerts like any other function. A
 * reference that comes twice or late does no harm: its alert is claimed in the item of the resource, as always.
 */
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { foundByReconciliation } from '../../domain/change/found-by.ts';
import { readReported } from '../../domain/change/reported.ts';
import type { Metered } from '../../domain/cost/meter.ts';
import type { Decide } from '../../domain/decide.ts';
import { canBeDiagnosed, type Diagnosis, tellsOfParts } from '../../domain/diagnosis/diagnosis.ts';
import { parentIn } from '../../domain/parts/parent.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Part } from '../../schemas/stored/part.ts';
import { type Completed, completed, isPriceable, type JobSchemas, NOT_DESCRIBED } from '../described.ts';
import { type DecisionRecord, handleChange, keepUnreadable } from '../event.ts';
import { queueHandler } from '../queue.ts';
import { diagnose } from './diagnose.ts';
import type { DiagnosisServices } from './services.ts';

/** Milliseconds for all that is looked up. With the delay of the message, an alert waits for less than half a minute. */
const LOOK_UP_TIME = 15_000;

/**
 * A Lambda handler that reads references, and SageMaker's descriptions of jobs with `jobs`. `pipelines` reads whole
 * events of pipelines, which people may send. After `lookUpTime` milliseconds the alert goes out with what is known by
 * then. Throws when something else failed, so that the message is retried.
 */
export const diagnosisHandler = (
  jobs: JobSchemas,
  pipelines: z.ZodMiniType<StateChange>,
  decide: Decide,
  build: () => DiagnosisServices,
  lookUpTime = LOOK_UP_TIME,
) =>
  queueHandler(build, (received, context, built) =>
    handleOne(received, context, jobs, pipelines, decide, built, AbortSignal.timeout(lookUpTime)),
  );

/** What SageMaker said about the resource. */
interface Answer extends Completed {
  readonly isAnswered: boolean;
}

async function handleOne(
  received: unknown,
  context: Context,
  jobs: JobSchemas,
  pipelines: z.ZodMiniType<StateChange>,
  decide: Decide,
  { services, describe, costOf, means, parts: ended }: DiagnosisServices,
  time: AbortSignal,
): Promise<DecisionRecord> {
  const read = readReported(received, pipelines);
  if (!read.success) return keepUnreadable(received, read.error.issues, context, services);
  const reported = read.data;
  const unanswered: Answer = { change: reported, described: undefined, isAnswered: false };
  const job = await inTime(time, describeOrNot(), unanswered);
  const { change, described } = job;
  const gather = async () => {
    const [known, why, parted] = await Promise.all([
      inTime(time, cost(), NO_TIME_FOR_COST),
      inTime(time, diagnosis(), NO_TIME),
      parts(),
    ]);
    return { ...(known && { cost: known }), ...(why && { diagnosis: why }), ...(parted && { parts: parted }) };
  };
  return handleChange(foundByReconciliation(change), received, context, decide, { ...services, gather });

  /** An alert without the description is better than a late one. */
  async function describeOrNot(): Promise<Answer> {
    try {
      return { ...(await completed(reported, describe, jobs)), isAnswered: true };
    } catch (error) {
      means.warn(`${reported.resource.name} could not be described: ${error}`);
      return unanswered;
    }
  }

  async function cost(): Promise<Metered | undefined> {
    return isPriceable(job) ? costOf(change) : NOT_DESCRIBED;
  }

  /** The parts of what has ended. No alert about them waits any more, so that all that waited is told. */
  async function parts(): Promise<readonly Part[] | undefined> {
    const parent = tellsOfParts(change, services.configuration.delivery) ? parentIn(change) : undefined;
    if (parent === undefined) return undefined;
    const closedAt = await ended.close(parent.id);
    const all = await ended.endedOf(parent.id);
    // It ended before, and runs again: what ended until then has been told.
    const isRetried = change.endedAt !== undefined && closedAt < change.endedAt.getTime();
    return isRetried ? all.filter(({ at }) => at > closedAt) : all;
  }

  async function diagnosis(): Promise<Diagnosis | undefined> {
    const { logs } = services.configuration;
    if (!canBeDiagnosed(change, logs)) return undefined;
    const describeJob: typeof means.describe = async (other) => {
      if (other.arn !== change.resource.arn) return means.describe(other);
      if (!job.isAnswered) throw new Error('SageMaker did not answer');
      return described;
    };
    return diagnose(change, { ...means, describe: describeJob }, time);
  }
}

const NO_TIME_FOR_COST: Metered = { notPriced: 'it could not be calculated in time' };
const NO_TIME: Diagnosis = { firstFailure: undefined, log: { noLog: 'it could not be read in time' } };

/** The value of `work`, or `late` when `time` is up before. */
async function inTime<T>(time: AbortSignal, work: Promise<T>, late: T): Promise<T> {
  if (time.aborted) return late;
  return Promise.race([
    work,
    new Promise<T>((resolve) => {
      time.addEventListener('abort', () => resolve(late), { once: true });
    }),
  ]);
}
