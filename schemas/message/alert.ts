/**
 * The machine-readable alert: what SQS, Lambda and HTTP subscribers get.
 *
 * Versioned: fields are added within a version; a removed or changed field is a new version.
 */
import * as z from 'zod';
import { FAMILY_NAMES, OUTCOMES, SEVERITIES } from '../vocabulary.ts';

const isoInstant = z.iso.datetime();

export const AlertMessage = z.object({
  schema: z.literal('ground-control/alert'),
  version: z.literal('1.0'),
  id: z
    .string()
    .describe('Identity of the change: resource, status and secondary status. Repeats when SageMaker repeats itself.'),
  severity: z.enum(SEVERITIES),
  outcome: z.enum(OUTCOMES),
  family: z.enum(FAMILY_NAMES),
  resource: z.object({ type: z.string(), name: z.string(), arn: z.string().nullable() }),
  status: z.string().nullable().describe('In the spelling of the API; as received when the API does not list it.'),
  secondaryStatus: z.string().nullable(),
  headline: z.string().describe('What happened, one sentence.'),
  cause: z
    .object({
      code: z.string().describe('Stable identifier of the cause.'),
      text: z.string(),
      nextStep: z.string(),
      commands: z.array(z.object({ does: z.string(), command: z.string() })).describe('What can be typed to do it.'),
      retry: z.enum(['yes', 'once', 'after-quota', 'after-change']).nullable(),
    })
    .nullable(),
  reason: z
    .string()
    .nullable()
    .describe('What SageMaker said, without credentials and command lines; at most 500 characters.'),
  owner: z
    .object({ owner: z.string(), team: z.string(), project: z.string() })
    .describe('"unknown" where no tag says.'),
  createdAt: isoInstant.nullable(),
  startedAt: isoInstant.nullable(),
  endedAt: isoInstant.nullable(),
  durationSeconds: z.number().nonnegative().nullable(),
  cost: z
    .object({
      usd: z.number().nonnegative().nullable(),
      kind: z.enum(['billed', 'estimate', 'at-most', 'unknown']),
      formula: z.string().nullable(),
      savedUsd: z.number().nonnegative().nullable().describe('What spot capacity saved.'),
      prices: z.object({ source: z.enum(['price-list', 'shipped', 'configured']), asOf: z.string() }).nullable(),
      reason: z.string().nullable().describe('Why the cost is unknown.'),
    })
    .nullable()
    .describe('An estimate at on-demand prices, not the bill; null for what is not charged by the hour.'),
  instances: z.array(z.object({ type: z.string(), count: z.number().nullable() })),
  details: z.array(z.object({ label: z.string(), value: z.string() })),
  links: z.object({ console: z.url().nullable(), logs: z.url().nullable() }),
  account: z.string().nullable(),
  region: z.string().nullable(),
  partition: z.string(),
  event: z.object({ id: z.string().nullable(), detailType: z.string(), at: isoInstant.nullable() }),
});
export type AlertMessage = z.output<typeof AlertMessage>;
