/**
 * The Lambda handler of the function `review`. The function of human review events sends it references to completed
 * loops.
 *
 * It reads what people answered, compares it with the model, adds it to the sums of the day, and alerts like any other
 * function, with the comparison in one line. A reference that comes twice or late does no harm: each loop counts once.
 * Whatever keeps it from comparing or counting, the alert goes out; then the queue tries again.
 */
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { inputsOf, messageIdsIn, receivesOf } from '../../adapters/sqs/received.ts';
import { mayQuote } from '../../domain/alert/alert.ts';
import { readReported } from '../../domain/change/reported.ts';
import type { Decide } from '../../domain/decide.ts';
import { belowLevelNotice } from '../../domain/review/below-level.ts';
import type { Comparison } from '../../domain/review/comparison.ts';
import { windowOf } from '../../domain/review/days.ts';
import { type AnsweredLoop, answeredLoop, dayOfLoop, notRead, ofLoop } from '../../domain/review/loop.ts';
import { LARGEST_OUTPUT, readOutput } from '../../domain/review/read-output.ts';
import { wordsOn } from '../../domain/review/words.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { type DecisionRecord, handleChange, keepUnreadable } from '../event.ts';
import { lazy } from '../lazy.ts';
import type { ReviewServices } from './services.ts';

/**
 * Milliseconds between attempts to read an output that is not there yet, when its message comes for the first time:
 * the alert waits for 15 s. Later, the queue waits between its tries.
 */
const WAITS = [1000, 2000, 4000, 8000];

/** S3 refuses the output of a loop. The queue tries again; for Lambda it is no failure of the function. */
class OutputRefused extends Error {
  override readonly name = 'OutputRefused';
}

/** What Lambda returns to the queue: these messages are tried again. */
interface TriedAgain {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * A Lambda handler that reads references, and whole events with `schema`. Returns messages whose output S3 refuses to
 * the queue; throws when something else has to be retried.
 */
export function reviewHandler(
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  build: () => ReviewServices,
): (event: unknown, context: Context) => Promise<DecisionRecord | TriedAgain | undefined> {
  const built = lazy(build);
  return async (event, context) => {
    const waits = receivesOf(event) > 1 ? [] : WAITS;
    try {
      let last: DecisionRecord | undefined;
      for (const input of inputsOf(event)) last = await handleOne(input, context, schema, decide, built(), waits);
      return last;
    } catch (error) {
      const ids = error instanceof OutputRefused ? messageIdsIn(event) : [];
      if (ids.length === 0) throw error;
      return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
    }
  };
}

async function handleOne(
  received: unknown,
  context: Context,
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  built: ReviewServices,
  waits: readonly number[],
): Promise<DecisionRecord> {
  const { services, clock } = built;
  const read = readReported(received, schema);
  if (!read.success) return keepUnreadable(received, read.error.issues, context, services);
  const change = read.data;
  const loop = answeredLoop(change, services.configuration.review);
  if (loop === undefined) return handleChange(change, received, context, decide, services);
  const { words, fault } = await compareAndCount(loop, change, built, waits);
  const details = [...change.details, { label: 'Review', value: words }];
  const record = await handleChange({ ...change, details }, received, context, decide, services);
  await tellIfBelow(loop.flow, change, clock(), context, built);
  // The alert is out. The retry reads and counts again: the loop is counted after all, and once.
  if (fault !== undefined) throw fault;
  return record;
}

/** What the alert says about the loop, and the fault that keeps it from being counted. */
interface Counted {
  readonly words: string;
  readonly fault?: unknown;
}

const NOT_YET = 'its answers could not be compared yet; Ground Control tries again';

async function compareAndCount(
  loop: AnsweredLoop,
  change: StateChange,
  built: ReviewServices,
  waits: readonly number[],
): Promise<Counted> {
  const { services, reviews, count, clock } = built;
  try {
    const seen = await look(loop, built, waits);
    if (typeof seen === 'string')
      return { words: refusal(seen), fault: new OutputRefused(`${loop.arn}: S3 refuses its output: ${seen}`) };
    const comparison = ofLoop(seen, loop);
    const isNew = await reviews.count(loop.incarnation, dayOfLoop(comparison, change, clock()), comparison);
    if (isNew) count(loop.flow, comparison);
    return { words: wordsOn(comparison, mayQuote(services.configuration)) };
  } catch (fault) {
    services.logger.warn('a human loop could not be compared yet', { arn: loop.arn, why: String(fault) });
    return { words: NOT_YET, fault };
  }
}

/** The comparison, or the error code of S3. */
async function look(
  loop: AnsweredLoop,
  { outputs, services, wait }: ReviewServices,
  waits: readonly number[],
): Promise<Comparison | string> {
  if (!loop.isAllowed) return notRead(loop, 'elsewhere');
  let object = await outputs(loop.outputUri, LARGEST_OUTPUT);
  for (const milliseconds of waits) {
    if (object.refused === undefined) break;
    await wait(milliseconds);
    object = await outputs(loop.outputUri, LARGEST_OUTPUT);
  }
  if (object.refused !== undefined) return object.refused;
  if (object.bytes === undefined) return notRead(loop, 'too-large');
  const comparison = readOutput(object.bytes, services.configuration.review);
  if (typeof comparison !== 'string') return comparison;
  services.logger.warn('the output of a human loop cannot be read', { arn: loop.arn, why: comparison });
  return notRead(loop, 'unreadable-output');
}

const refusal = (code: string): string =>
  `its output could not be read (S3: ${code}). Check review.flows and review.keys in ground-control.yml, and the policies of ` +
  'the bucket and the key. S3 says AccessDenied also for an output that is not there';

/** Tells people when agreement over the window is surely below the level. */
async function tellIfBelow(
  flow: string,
  change: StateChange,
  now: Date,
  context: Context,
  { services, reviews }: ReviewServices,
): Promise<void> {
  const { configuration, execute } = services;
  if (lookUp(configuration.review.flows, flow)?.level === undefined) return;
  const { from, to } = windowOf(now, configuration.review.windowDays);
  const days = await reviews.days(flow, from, to);
  const notice = belowLevelNotice(flow, [...days.values()], change, now, configuration);
  if (notice === undefined) return;
  await execute({ actions: [notice], eventId: change.event.id, detailType: change.event.detailType }, context);
}
