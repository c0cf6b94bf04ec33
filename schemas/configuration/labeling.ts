/**
 * The `labeling` section as functions read it. `schemas/configuration/labeling-section.ts` documents it and fills in the defaults.
 */
import * as z from 'zod/mini';

/** Ends after which a job may be continued: expired, completed with objects left, stopped by people. */
export const CHAINED_ENDS = ['expired', 'unfinished', 'stopped'] as const;

export const LabelingPolicy = z.object({
  mode: z.enum(['off', 'observe', 'enforce']),
  /** ARNs of the IAM roles that Ground Control may pass to jobs that it creates. */
  roles: z.array(z.string()),
  chain: z.array(z.enum(CHAINED_ENDS)),
  /** The most jobs in a chain, not counting the first one. */
  mostLinks: z.number(),
  /** The most that one chained job may cost in USD: SageMaker's price of its objects, and public or vendor workers. */
  mostUsd: z.number(),
  /** What SageMaker charges for one labeled object, in USD; absent: the published price. */
  objectUsd: z.optional(z.number()),
  /** What a vendor charges for one worker's answer on one object, in USD. */
  vendorUsd: z.optional(z.number()),
  /** From how many days before expiry people are warned that a job will not finish; 0 warns nobody. */
  warnDays: z.number(),
  /** Hours without progress after which people are told that a job has stalled; absent when switched off. */
  stalledHours: z.optional(z.number()),
  tags: z.object({ optOut: z.array(z.string()) }),
});
export type LabelingPolicy = z.output<typeof LabelingPolicy>;
