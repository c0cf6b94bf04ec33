/** The part of the configuration that says which labeling jobs are carried on; `schemas/configuration/file.ts` fills in the defaults. */
import * as z from 'zod/mini';

/** Ends that may be carried on: expired, completed with objects left, stopped by people. */
export const CHAINED_ENDS = ['expired', 'unfinished', 'stopped'] as const;

export const LabelingPolicy = z.object({
  mode: z.enum(['off', 'observe', 'enforce']),
  chain: z.array(z.enum(CHAINED_ENDS)),
  /** Links that a chain may have, besides the first job. */
  mostLinks: z.number(),
  /** USD that public or vendor workers may be paid for one link. */
  mostUsd: z.number(),
  /** USD for one worker's answer on one object, of vendors. */
  vendorUsd: z.optional(z.number()),
  /** Days before a job expires from which people are warned that it will not finish. */
  warnDays: z.number(),
  /** Hours without a new label after which people are told; absent where they are not. */
  stalledHours: z.optional(z.number()),
  tags: z.object({ optOut: z.array(z.string()) }),
});
export type LabelingPolicy = z.output<typeof LabelingPolicy>;
