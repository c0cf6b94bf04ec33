/**
 * The `teams` section as functions and commands read it. `schemas/configuration/teams-section.ts` documents it and fills
 * in the defaults.
 */
import * as z from 'zod/mini';

/** How often the report on labeling teams is made. */
export const REPORTS = ['off', 'weekly', 'monthly'] as const;

export const TeamsPolicy = z.object({
  report: z.enum(REPORTS),
  /** S3 prefixes below which the output of labeling jobs lies, such as `s3://bucket/labels/`; each ends with `/`. */
  outputs: z.array(z.string()),
  /** ARNs of KMS keys that encrypt these outputs. */
  keys: z.array(z.string()),
  /** Ids of the Cognito user pools in which names are looked up; empty when workers have pseudonyms. */
  names: z.array(z.string()),
  /** Whether metrics follow the log of worker activity within a minute. */
  live: z.boolean(),
  /** Days for which reports are kept. */
  keepDays: z.number(),
});
export type TeamsPolicy = z.output<typeof TeamsPolicy>;
