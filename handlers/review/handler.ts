/**
 * The Lambda handler of the function `review`. The function of human review events sends it references to completed
 * loops.
 *
 * It reads what people answered, compares it with the model, adds it to the sums of the day, and alerts like any other
 * function, with the comparison in one line. A reference that comes twice or late does no harm: each loop counts once.
 */
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { mayQuote } from '../../domain/alert/alert.ts';
import { readReported } from '../../domain/change/reported.ts';
import type { Decide } from '../../domain/decide.ts';
import { belowLevelNotice, dayIn, windowOf } from '../../domain/review/below-level.ts';
import type { Comparison } from '../../domain/review/comparison.ts';
import { type AnsweredLoop, answeredLoop } from '../../domain/review/loop.ts';
import { LARGEST_OUTPUT, readOutput } from '../../domain/review/read-output.ts';
import { wordsOn } from '../../domain/review/words.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { type DecisionRecord, handleChange, keepUnreadable } from '../event.ts';
import { queueHandler } from '../queue.ts';
import type { ReviewServices } from './services.ts';

/** Milliseconds between attempts to read an output that is not there yet: the alert waits for 15 s at most. */
const WAITS = [1000, 2000, 4000, 8000];

/** A Lambda handler that reads references, and whole events with `schema`. Throws when something has to be retried. */
export const reviewHandler = (schema: z.ZodMiniType<StateChange>, decide: Decide, build: () => ReviewServices) =>
  queueHandler(build, (received, context, built) => handleOne(received, context, schema, decide, built));

async function handleOne(
  received: unknown,
  context: Context,
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  built: ReviewServices,
): Promise<DecisionRecord> {
  const { services, clock } = built;
  const read = readReported(received, schema);
  if (!read.success) return keepUnreadable(received, read.error.issues, context, services);
  const change = read.data;
  const { configuration } = services;
  const loop = answeredLoop(change, configuration.review);
  if (loop === undefined) return handleChange(change, received, context, decide, services);
  const seen = await look(loop, built);
  const at = change.event.at ?? clock();
  if (seen.comparison !== undefined) await add(loop, seen.comparison, at, built);
  const value = seen.comparison ? wordsOn(seen.comparison, mayQuote(configuration)) : seen.why;
  const details = [...change.details, { label: 'Review', value }];
  const record = await handleChange({ ...change, details }, received, context, decide, services);
  await tellIfBelow(loop.flow, change, context, built);
  // The alert is out. The retry reads the output again, so that the loop is counted after all.
  if (seen.isRefused) throw new Error(`${loop.arn}: ${seen.why}; the message is retried`);
  return record;
}

/** What was found in the output of a loop, or why nothing was. `isRefused`: a later attempt may find it. */
type Seen =
  | { readonly comparison: Comparison; readonly why?: undefined; readonly isRefused?: undefined }
  | { readonly comparison?: undefined; readonly why: string; readonly isRefused: boolean };

async function look(loop: AnsweredLoop, { outputs, services, wait }: ReviewServices): Promise<Seen> {
  const { review } = services.configuration;
  let object = await outputs(loop.outputUri, LARGEST_OUTPUT);
  for (const milliseconds of WAITS) {
    if (object.refused === undefined) break;
    await wait(milliseconds);
    object = await outputs(loop.outputUri, LARGEST_OUTPUT);
  }
  if (object.refused !== undefined) return { why: refusal(object.refused), isRefused: true };
  if (object.bytes === undefined) return { why: 'its output has more than 20 MB, and was not read', isRefused: false };
  const comparison = readOutput(object.bytes, review);
  if (typeof comparison === 'string') return { why: `its output ${comparison}`, isRefused: false };
  return comparison.flow === loop.flow
    ? { comparison }
    : { why: 'its output is of another human review workflow', isRefused: false };
}

const refusal = (code: string): string =>
  `its output could not be read (S3: ${code}). Check review.flows and review.keys in ground-control.yml, and the policies of ` +
  'the bucket and the key. S3 says AccessDenied also for an output that is not there';

/** Adds the comparison to the sums of its day, and to the metrics, once for each loop. */
async function add(
  { arn, flow }: AnsweredLoop,
  comparison: Comparison,
  at: Date,
  { reviews, count }: ReviewServices,
): Promise<void> {
  const isNew = await reviews.count(arn, dayIn(comparison.at ?? at), comparison);
  if (isNew) count(flow, comparison);
}

/** Tells people when agreement over the window is surely below the level. */
async function tellIfBelow(
  flow: string,
  change: StateChange,
  context: Context,
  { services, reviews, clock }: ReviewServices,
): Promise<void> {
  const { configuration, execute } = services;
  if (lookUp(configuration.review.flows, flow)?.level === undefined) return;
  const now = clock();
  const { from, to } = windowOf(now, configuration.review.windowDays);
  const days = await reviews.days(flow, from, to);
  const notice = belowLevelNotice(flow, [...days.values()], change, now, configuration);
  if (notice === undefined) return;
  await execute({ actions: [notice], eventId: change.event.id, detailType: change.event.detailType }, context);
}
