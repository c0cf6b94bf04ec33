/** What a function is given that has a queue. */
import * as z from 'zod/mini';

/** Messages, as Lambda hands them over. */
const Queued = z.object({ Records: z.array(z.object({ body: z.string() })) });

/** The bodies of messages; or the input itself, where it is none: people and `redrive` invoke such functions without a queue. */
export function inputsOf(event: unknown): unknown[] {
  const queued = Queued.safeParse(event).data;
  return queued === undefined ? [event] : queued.Records.map(({ body }): unknown => JSON.parse(body));
}
