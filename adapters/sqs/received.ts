/** The input of functions that have a queue. */
import * as z from 'zod/mini';

/** A batch of messages, as Lambda passes it to a function. */
const Queued = z.object({ Records: z.array(z.object({ body: z.string() })) });

/**
 * The parsed bodies of a batch of messages. Any other input is returned as the only element, because people and
 * `redrive` invoke these functions without the queue. Throws when a body is not JSON.
 */
export function inputsOf(event: unknown): unknown[] {
  const queued = Queued.safeParse(event).data;
  return queued === undefined ? [event] : queued.Records.map(({ body }): unknown => JSON.parse(body));
}
