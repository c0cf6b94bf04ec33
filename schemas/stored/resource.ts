/**
 * What the table stores about a resource, one item per resource.
 *
 * Version 2. Items of version 1 are read too; their `untold` is a set of names. When an item does not fit this schema,
 * the function fails rather than guess. Lambda retries the event, and then the queue "failed" keeps it.
 */
import * as z from 'zod/mini';
import '../zod-english.ts';
import { FAMILY_NAMES, OUTCOMES } from '../vocabulary.ts';

const number = z.optional(z.number());

/** The state of one alert or check that is owed. */
const Claimed = z.object({
  /** How often an invocation has begun to do it, counted before it is done. Refused attempts are taken off again. */
  attempts: z.number(),
  /** The invocation that works on it; absent when none does. */
  claimedBy: z.optional(z.string()),
  /** Until when that invocation works on it, epoch milliseconds. */
  claimedUntil: number,
  /** The redrive that gave it its attempts. */
  redrive: z.optional(z.string()),
  /** For a change to publish: the change as JSON, so that a repetition has the same content. */
  relay: z.optional(z.string()),
  /** The function that publishes the change knows more about it, and completes it first. */
  isIncomplete: z.optional(z.boolean()),
});
export type Claimed = z.output<typeof Claimed>;

const Untold = z.pipe(
  z.union([z.set(z.string()), z.record(z.string(), Claimed)]),
  z.transform(
    (stored): ReadonlyMap<string, Claimed> =>
      stored instanceof Set
        ? new Map([...stored].map((name) => [name, { attempts: 0 }]))
        : new Map(Object.entries(stored)),
  ),
);

/** How Ground Control knows that an update of an endpoint failed: see `domain/change/deployment.ts`. */
export const UPDATE_FAILURES = ['rolled-back', 'reason', 'other-config', 'rolled-back-late'] as const;
export type UpdateFailure = (typeof UPDATE_FAILURES)[number];

/** What an endpoint served when it was last in service, and what is being deployed to it. */
const Deployment = z.object({
  /** The endpoint config that serves. */
  config: z.optional(z.string()),
  /** The endpoint config that is being deployed; absent when nothing is. */
  deploying: z.optional(z.string()),
  /** Instances that served when it was last in service. */
  instances: number,
  /** Hash of the failure reason that SageMaker gave when it was last in service or failed. The text is not stored. */
  reasonHash: number,
  /** The last update that failed. */
  failed: z.optional(
    z.object({
      how: z.enum(UPDATE_FAILURES),
      /** When the endpoint was in service again, epoch milliseconds. */
      at: z.number(),
      /** Instances that served before the update. */
      instancesBefore: number,
    }),
  ),
});
export type Deployment = z.output<typeof Deployment>;

export const Remembered = z.object({
  version: z.pipe(
    z.literal([1, 2]),
    z.transform(() => 2 as const),
  ),
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
  /** Rises with each accepted change. Items of earlier versions have none. */
  order: number,
  createdAt: number,
  startedAt: number,
  endedAt: number,
  owner: z.object({ owner: z.string(), team: z.string(), project: z.string() }),
  /** Which budget Ground Control stopped the job for; absent when Ground Control did not stop it. */
  stoppedFor: z.optional(z.enum(['budget', 'monthly-budget'])),
  /** Endpoints only. */
  deployment: z.optional(Deployment),
  /** What the job cost, in millionths of a US dollar; absent while it runs and when its cost is not known. */
  cost: number,
  /** Changes whose alerts have been sent, and checks that were requested. */
  announced: z.optional(z.set(z.string())),
  /**
   * Changes whose alerts have not been sent yet, and checks that were not requested yet. A change stays here until
   * then, even if the resource changes again.
   */
  untold: z.optional(Untold),
  /**
   * Changes whose alerts were sent several times while SNS confirmed none. They are sent again only after `redrive`.
   */
  givenUp: z.optional(z.set(z.string())),
  /**
   * Number of writes so far. Every write requires the number it has read, so that two writers cannot overwrite each
   * other.
   */
  revision: z.number(),
});
export type Remembered = z.output<typeof Remembered>;
