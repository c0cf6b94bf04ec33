/** The input of functions that have a queue. */
import * as z from 'zod/mini';

/** A batch of messages, as Lambda passes it to a function. */
const Queued = z.object({ Records: z.array(z.object({ body: z.string() })) });

/** What SQS says about a message (Lambda developer guide, "Using Lambda with Amazon SQS"). */
const Delivered = z.object({
  Records: z.array(
    z.object({ messageId: z.string(), attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }) }),
  ),
});

/**
 * The parsed bodies of a batch of messages. Any other input is returned as the only element, because people and
 * `redrive` invoke these functions without the queue. Throws when a body is not JSON.
 */
export function inputsOf(event: unknown): unknown[] {
  const queued = Queued.safeParse(event).data;
  return queued === undefined ? [event] : queued.Records.map(({ body }): unknown => JSON.parse(body));
}

/** How often the queue has delivered a message of the batch, this time included; 1 for any other input. */
export const receivesOf = (event: unknown): number =>
  Math.max(
    1,
    ...(Delivered.safeParse(event).data?.Records ?? []).map(({ attributes }) => attributes.ApproximateReceiveCount),
  );

/** The ids of the messages of a batch; none for any other input. */
export const messageIdsIn = (event: unknown): string[] =>
  (Delivered.safeParse(event).data?.Records ?? []).map(({ messageId }) => messageId);
