/**
 * The machine-readable alert, which SQS, Lambda and HTTP subscribers get.
 *
 * A version may gain fields. Removing or changing a field needs a new version.
 */
import * as z from 'zod';
import { FAMILY_NAMES, OUTCOMES, SEVERITIES } from '../vocabulary.ts';

const isoInstant = z.iso.datetime();

export const AlertMessage = z.object({
  schema: z.literal('ground-control/alert'),
  version: z.literal('2.0'),
  id: z
    .string()
    .describe(
      'Identity of what happened; for a state change: resource, status and secondary status. A repeated report has the same id.',
    ),
  severity: z.enum(SEVERITIES),
  outcome: z.enum(OUTCOMES),
  family: z.enum(FAMILY_NAMES),
  resource: z.object({ type: z.string(), name: z.string(), arn: z.string().nullable() }),
  status: z
    .string()
    .nullable()
    .describe('Spelled as in the API. A status that the API does not list is given as received.'),
  secondaryStatus: z.string().nullable(),
  headline: z.string().describe('What happened, in one sentence.'),
  cause: z
    .object({
      code: z.string().describe('Stable identifier of the cause; docs/alerts.md lists all.'),
      detail: z.string().nullable().describe('A finer identifier within the code.'),
      text: z.string(),
      nextStep: z.string(),
      commands: z
        .array(z.object({ does: z.string(), command: z.string() }))
        .describe('Commands that carry out the next step.'),
      retry: z.enum(['yes', 'once', 'after-quota', 'after-change']).nullable(),
    })
    .nullable(),
  failureCode: z
    .string()
    .nullable()
    .describe('The kind of failure of a human loop: ValidationError, Expired or InternalError.'),
  reason: z
    .string()
    .nullable()
    .describe(
      'The reason that SageMaker gave, without what looks like a credential and without command lines; at most 500 characters. Null with reasons: cause-only.',
    ),
  firstFailure: z
    .object({
      kind: z.enum(['pipeline-step', 'training-job']),
      name: z.string(),
      jobArn: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable()
    .describe(
      'The step of a failed pipeline execution, or the training job of a failed tuning job, that failed first.',
    ),
  log: z
    .object({
      stream: z.string().nullable(),
      lines: z.array(z.string()).describe('At most 20 lines of at most 308 characters, without secrets.'),
      note: z.string().nullable().describe('Why there are no lines.'),
    })
    .nullable()
    .describe('The lines at the end of the log that explain a failure. Null unless the log was read.'),
  owner: z
    .object({ owner: z.string(), team: z.string(), project: z.string() })
    .describe('"unknown" where no tag names one.'),
  createdAt: isoInstant.nullable(),
  startedAt: isoInstant.nullable(),
  endedAt: isoInstant.nullable(),
  durationSeconds: z.number().nonnegative().nullable(),
  cost: z
    .object({
      usd: z.number().nonnegative().nullable(),
      kind: z.enum(['billed', 'estimate', 'spot-estimate', 'at-most', 'unknown']),
      formula: z.string().nullable(),
      savedUsd: z.number().nonnegative().nullable().describe('USD that spot capacity saved.'),
      prices: z
        .object({
          source: z.enum(['price-list', 'shipped', 'configured', 'sample']),
          asOf: z.string(),
          region: z.string().nullable().describe('The region of the shipped prices; null for prices of other sources.'),
        })
        .nullable(),
      reason: z.string().nullable().describe('Why the cost is unknown.'),
    })
    .nullable()
    .describe('An estimate at on-demand prices, not the bill. Null for resources that are not charged by the hour.'),
  instances: z.array(z.object({ type: z.string(), count: z.number().nullable() })),
  outputS3Uri: z
    .string()
    .nullable()
    .describe(
      'Where the result is in S3: the model of a training job, the answers of a human loop, the report on labeling teams.',
    ),
  parts: z
    .object({
      ended: z
        .number()
        .int()
        .describe('Steps and jobs whose ends Ground Control has seen; a step and its job are one.'),
      failed: z
        .array(
          z.object({
            count: z.number().int(),
            outcome: z.enum(OUTCOMES),
            type: z.string(),
            causeCode: z.string().nullable(),
            names: z.array(z.string()).describe('At most 10.'),
          }),
        )
        .describe('Those that did not complete, by cause, the most frequent first; at most 20.'),
      usd: z.number().nonnegative().nullable().describe('What their jobs cost, as far as it is known.'),
    })
    .nullable()
    .describe('What became of the parts of a pipeline execution or a tuning job that has ended.'),
  parent: z
    .object({
      id: z.string(),
      type: z.enum(['pipeline-execution', 'tuning-job']),
      name: z.string().describe('The id of an execution whose pipeline the event does not name.'),
      isWaitedFor: z.boolean().describe('Subscribers hear of this alert in the one about the end of the parent.'),
    })
    .nullable()
    .describe('What a job or step is a part of. Null with collapse: off.'),
  details: z.array(z.object({ label: z.string(), value: z.string() })),
  links: z.object({ console: z.url().nullable(), logs: z.url().nullable() }),
  account: z.string().nullable(),
  region: z.string().nullable(),
  partition: z.string(),
  event: z.object({ id: z.string().nullable(), detailType: z.string(), at: isoInstant.nullable() }),
});
export type AlertMessage = z.output<typeof AlertMessage>;
