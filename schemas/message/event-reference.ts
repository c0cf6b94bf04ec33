/**
 * The message with which a function hands an event over to the budget function or the labeling function.
 *
 * It refers to the event and to its resource. It leaves out what SageMaker can tell again, so that no hyperparameters,
 * environment variables or other inputs of the job rest in a queue.
 */
import * as z from 'zod/mini';
import '../zod-english.ts';
import * as v from '../event/values.ts';
import { FAMILY_NAMES } from '../vocabulary.ts';

export const EventReference = z.object({
  schema: z.literal('ground-control/event-reference'),
  version: z.literal('1.0'),
  /** What is needed to describe the resource. */
  resource: z.object({
    type: z.string(),
    name: z.string(),
    arn: v.arn,
    account: v.text,
    region: v.text,
    partition: z.string(),
    part: v.text,
    parentArn: v.arn,
    jobArn: v.arn,
    within: v.text,
    /** Where the answers of a human loop are. Only the function `review` gets it. */
    answersAt: v.s3Address,
  }),
  family: z.enum(FAMILY_NAMES),
  /** The function that the event was handed over to. Older references do not say. */
  to: z.optional(z.enum(['budget', 'labeling', 'diagnosis', 'review'])),
  /** Identity of the event. */
  event: z.object({ id: v.text, detailType: z.string(), at: v.instant }),
  /** The state that the event reports. Times are ISO 8601. `reason` is without secrets, as in an alert. */
  state: z.object({
    status: v.status,
    secondaryStatus: v.status,
    reason: v.rawReason,
    createdAt: v.instant,
    startedAt: v.instant,
    endedAt: v.instant,
    modifiedAt: v.instant,
  }),
  /** What alerts show, without secrets. Steps and executions of pipelines cannot be described again. */
  shown: z.optional(
    z.object({ qualifier: v.text, details: z.array(z.object({ label: z.string(), value: z.string() })) }),
  ),
  /** The tags that name the owner, the team and the project. SageMaker cannot tell them once the resource is gone. */
  tags: z.array(z.tuple([z.string(), z.string()])),
  /** The redrive with which people put the event back. */
  'ground-control-redriven': z.optional(z.string()),
});
export type EventReference = z.output<typeof EventReference>;
