/**
 * The `review` section as programs read it. `schemas/configuration/review-section.ts` documents it and fills in the
 * defaults.
 */
import * as z from 'zod/mini';

/** What is disregarded when answers of people are compared with predictions. */
export const NORMALISERS = ['case', 'space', 'punctuation'] as const;
export type Normaliser = (typeof NORMALISERS)[number];

export const FlowPolicy = z.object({
  /** RFC 6901 pointer into `inputContent`. */
  prediction: z.optional(z.string()),
  /** RFC 6901 pointer into the `answerContent` of each answer. */
  answer: z.optional(z.string()),
  normalise: z.optional(z.array(z.enum(NORMALISERS))),
  /** Names of form fields and labels that may be shown. */
  fields: z.array(z.string()),
  /** Percent of agreement that is expected. */
  level: z.optional(z.number()),
  /** Whether prediction and answer are lists of labels. */
  set: z.boolean(),
  /** Class names of a verification job with which people approve a label. */
  approved: z.array(z.string()),
  /** S3 prefix below which the outputs of the workflow's loops lie; absent when only `npm run review` reads them. */
  output: z.optional(z.string()),
});
export type FlowPolicy = z.output<typeof FlowPolicy>;

export const ReviewPolicy = z.object({
  /** By the name of a human review workflow (flow definition), or of a verification or adjustment job. */
  flows: z.record(z.string(), FlowPolicy),
  /** ARNs of KMS keys that encrypt the outputs. */
  keys: z.array(z.string()),
  /** The days over which agreement is compared with the `level` of a flow. */
  windowDays: z.number(),
});
export type ReviewPolicy = z.output<typeof ReviewPolicy>;
