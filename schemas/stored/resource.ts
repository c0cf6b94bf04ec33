/**
 * What the table stores about a resource, one item per resource.
 *
 * Version 1. When an item does not fit this schema, the function fails rather than guess. Lambda retries the event, and
 * then the queue "failed" keeps it.
 */
import * as z from 'zod/mini';
import '../zod-english.ts';
import { FAMILY_NAMES, OUTCOMES } from '../vocabulary.ts';

const number = z.optional(z.number());

export const Remembered = z.object({
  version: z.literal(1),
  family: z.enum(FAMILY_NAMES),
  type: z.string(),
  name: z.string(),
  arn: z.optional(z.string()),
  /**
   * When the resource was created, epoch seconds; 0 when no event said. A later time means a new resource of the same
   * name.
   */
  generation: z.number(),
  status: z.optional(z.string()),
  secondaryStatus: z.optional(z.string()),
  outcome: z.enum(OUTCOMES),
  /** The resource has ended: only a new resource of the same name can follow. */
  ended: z.boolean(),
  /** When the resource entered this status, epoch milliseconds; 0 when no event said. */
  since: z.number(),
  createdAt: number,
  startedAt: number,
  endedAt: number,
  owner: z.object({ owner: z.string(), team: z.string(), project: z.string() }),
  /** Which budget Ground Control stopped the job for; absent when Ground Control did not stop it. */
  stoppedFor: z.optional(z.enum(['budget', 'monthly-budget'])),
  /** What the job cost, in millionths of a US dollar; absent while it runs and when its cost is not known. */
  cost: number,
  /** Changes whose alerts have been sent. */
  announced: z.optional(z.set(z.string())),
  /**
   * Changes whose alerts have not been sent yet. A change stays here until then, even if the resource changes again.
   */
  untold: z.optional(z.set(z.string())),
  /**
   * Number of writes so far. Every write requires the number it has read, so that two writers cannot overwrite each
   * other.
   */
  revision: z.number(),
});
export type Remembered = z.output<typeof Remembered>;
