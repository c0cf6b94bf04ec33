/** Goes through a queue once. */
import type { Received } from './queue.ts';

/** After so many messages in a row that were received before, the queue has nothing new. */
const MOST_SEEN_AGAIN = 50;

/**
 * Calls `handle` with each message that `receive` gives for the first time, and `again` with the ids of the others,
 * until there is nothing new or `stopping` is aborted. A received message is hidden and comes back only after a while.
 */
export async function eachNew(
  receive: () => Promise<readonly Received[]>,
  handle: (message: Received) => Promise<unknown>,
  again: (id: string) => Promise<void>,
  stopping: AbortSignal,
): Promise<void> {
  const seen = new Set<string>();
  let seenAgain = 0;
  while (!stopping.aborted && seenAgain <= MOST_SEEN_AGAIN) {
    const messages = await receive();
    if (messages.length === 0) return;
    for (const message of messages) {
      if (stopping.aborted) return;
      const isNew = !seen.has(message.MessageId);
      seen.add(message.MessageId);
      seenAgain = isNew ? 0 : seenAgain + 1;
      await (isNew ? handle(message) : again(message.MessageId));
    }
  }
}
