/** What the table keeps about the parts of a pipeline execution or a tuning job: its steps and jobs. */
import * as z from 'zod/mini';
import { FAMILY_NAMES, OUTCOMES } from '../vocabulary.ts';
import '../zod-english.ts';

const text = z.optional(z.string());

/** What runs jobs of its own. */
export const Parent = z.object({
  /** At most 39 lower-case letters, digits and hyphens. */
  id: z.string(),
  type: z.enum(['tuning-job', 'pipeline-execution']),
  /** The id of an execution whose pipeline is not known. */
  name: z.string(),
  arn: text,
});
export type Parent = z.output<typeof Parent>;

/** A part that has ended. */
export const Part = z.object({
  /** ARN of its job, in lower case; of a step without a job, the key of the step. */
  id: z.string(),
  /** When it ended, epoch milliseconds. */
  at: z.number(),
  family: z.enum(FAMILY_NAMES),
  type: z.string(),
  name: z.string(),
  outcome: z.enum(OUTCOMES),
  /** Whether people want alerts about such an end. */
  isWanted: z.boolean(),
  causeCode: text,
  causeDetail: text,
  cause: text,
  nextStep: text,
  /** What it cost, USD. */
  usd: z.optional(z.number()),
  owner: z.object({ owner: z.string(), team: z.string(), project: z.string() }),
  account: text,
  region: text,
  partition: z.string(),
  parent: Parent,
});
export type Part = z.output<typeof Part>;
