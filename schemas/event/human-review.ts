/**
 * Amazon A2I human loops, and the human tasks that A2I and Ground Truth give to workers.
 *
 * A2I's event is camelCase (developer guide, a2i-cloudwatch-events). AWS documents only the names of the human loop and
 * task events.
 */
import * as z from 'zod/mini';
import { plainText } from '../text/plain-text.ts';
import { thinEvent } from './guessed.ts';
import { eventsOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

const humanLoop = v.mapped(
  z.object({
    humanLoopName: v.name,
    humanLoopArn: v.arn,
    humanLoopStatus: v.status,
    failureCode: v.text,
    failureReason: v.rawReason,
    flowDefinitionArn: v.arn,
    humanLoopOutput: v.part({ outputS3Uri: v.s3Address }),
    creationTime: v.instant,
    Tags: v.tags,
  }),

  (loop): Reading => ({
    outputS3Uri: shownUri(loop.humanLoopOutput?.outputS3Uri),
    answersAt: loop.humanLoopOutput?.outputS3Uri,
    failureCode: FAILURE_CODES.find((code) => code === loop.failureCode),
    within: workflowOf(loop.flowDefinitionArn),
    type: 'human-loop',
    name: loop.humanLoopName,
    arn: loop.humanLoopArn,
    status: loop.humanLoopStatus,
    reason: loop.failureReason ?? loop.failureCode,
    tags: loop.Tags,
    createdAt: loop.creationTime,
    details: {
      'Failure code': loop.failureCode,
      Workflow: workflowOf(loop.flowDefinitionArn),
      Output: shownUri(loop.humanLoopOutput?.outputS3Uri),
    },
    quotes: ['Failure code'],
  }),
);

/** The address for people: one printable line. */
const shownUri = (uri: string | undefined) => uri && plainText(uri, uri.length);

/** Source: API reference of A2I, DescribeHumanLoop. Another code is only text of somebody: people see it in the details. */
const FAILURE_CODES = ['ValidationError', 'Expired', 'InternalError'] as const;

/** The name of the flow definition, which the console calls a human review workflow. */
const workflowOf = (arn: string | undefined): string | undefined => arn?.split('/').at(-1) || undefined;

/** Detail-types that are documented by name only. */
export const HUMAN_TASK_EVENTS = [
  'SageMaker Human Loop Finished',
  'SageMaker Human Loop Step Execution Finished',
  'SageMaker Human Task Accepted',
  'SageMaker Human Task Created',
  'SageMaker Human Task Declined',
  'SageMaker Human Task Expired',
  'SageMaker Human Task Returned',
  'SageMaker Human Task Submitted',
] as const;

export const HumanReviewStateChange = stateChangeOf(
  'human-review',
  eventsOf({ 'SageMaker A2I HumanLoop Status Change': humanLoop }, thinEvent(z.enum(HUMAN_TASK_EVENTS))),
);
