/**
 * What the table keeps of a resource, one item each.
 *
 * Version 1. An item that is not readable as this is never guessed at: the event is retried and kept.
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
  /** When this incarnation was created, epoch seconds; 0 where no event said. A later one is a resource of the same name. */
  generation: z.number(),
  status: z.optional(z.string()),
  secondaryStatus: z.optional(z.string()),
  outcome: z.enum(OUTCOMES),
  /** It has ended, and nothing but a new incarnation can follow. */
  ended: z.boolean(),
  /** When the resource entered this status, epoch milliseconds; 0 where no event said. */
  since: z.number(),
  createdAt: number,
  startedAt: number,
  endedAt: number,
  owner: z.object({ owner: z.string(), team: z.string(), project: z.string() }),
  /** Why Ground Control stopped it, where it did. */
  stoppedFor: z.optional(z.enum(['budget', 'monthly-budget'])),
  /** What it cost, in millionths of a US dollar; absent while it runs and where that is not known. */
  cost: number,
  /** Changes that people have been told of. */
  announced: z.optional(z.set(z.string())),
  /** Changes that people are to be told of, and have not been yet. */
  untold: z.optional(z.set(z.string())),
  /** Writes so far: every write is conditional on it, so that none is lost. */
  revision: z.number(),
});
export type Remembered = z.output<typeof Remembered>;
