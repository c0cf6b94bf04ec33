/** Puts the event of one message of a relay's dead-letter queue back on the bus. */

import { describeError } from '../../local/describe-error.ts';
import { plainText } from '../../schemas/text/plain-text.ts';

import { describe } from './listing.ts';
import type { Received } from './queue.ts';
import type { ObstacleTo, relayOf } from './relay.ts';
import { type RelayedEvent, relayedEvent } from './relayed-event.ts';
import type { Result } from './totals.ts';

/** What `PutOnBus` needs. `say` prints a line, and `remove` deletes the message with this id. */
interface Tools {
  readonly put: ReturnType<typeof relayOf>['put'];
  readonly obstacleTo: ObstacleTo;
  readonly remove: (id: string) => Promise<void>;
  readonly say: (line: string) => void;
}

/** Puts messages back, and knows the result of each. */
export class PutOnBus {
  readonly #tools: Tools;
  /** By the id of the message. */
  readonly results = new Map<string, Result>();
  /** A message counts once: nothing is left to count here. */
  readonly more = 0;
  /** Ids of the events that the bus took in this run. */
  readonly #put = new Set<string>();

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /**
   * Lists the message, puts its event on the bus, and then deletes the message. An event with an obstacle stays. An event
   * that the bus took in this run is not put back again: otherwise the run would not end while the target fails. Never
   * throws for a message that AWS refuses.
   */
  async put(message: Received): Promise<void> {
    const event = relayedEvent(message.Body ?? '');
    this.#tools.say(describeRelayed(message));
    this.results.set(message.MessageId, await this.#send(message, event));
  }

  /** Deletes the message again if its event was put back before: SQS may deliver a deleted message once more. */
  async putAgain(id: string): Promise<void> {
    const result = this.results.get(id);
    if (result === 'handled' || result === 'undeleted') this.results.set(id, await this.#delete(id));
  }

  async #send({ MessageId }: Received, event: RelayedEvent | undefined): Promise<Result> {
    const { put, obstacleTo, say } = this.#tools;
    if (event === undefined) {
      say('   not put back: the message holds no event of Ground Control');
      return 'left';
    }
    if (this.#put.has(event.id)) {
      say('   kept: this event was put back a moment ago. Its target still fails, or the message is a copy');
      return 'failed';
    }
    const obstacle = obstacleTo(event);
    if (obstacle !== undefined) {
      say(`   not put back: ${plainText(obstacle, 300)}`);
      return 'unwanted';
    }
    const error = await put(event);
    if (error !== undefined) {
      say(`   kept: the bus has not confirmed that it took the event: ${plainText(describeError(error), 300)}`);
      return 'failed';
    }
    this.#put.add(event.id);
    say('   put back on the bus');
    return await this.#delete(MessageId);
  }

  async #delete(id: string): Promise<Result> {
    try {
      await this.#tools.remove(id);
      return 'handled';
    } catch (error) {
      const why = plainText(describeError(error), 300);
      this.#tools.say(`   its message could not be deleted: ${why}. The next redrive puts it back again: same id`);
      return 'undeleted';
    }
  }
}

/** The lines that list a message of a relay's queue. */
export function describeRelayed(message: Received): string {
  const event = relayedEvent(message.Body ?? '');
  return describe(message, event && { 'detail-type': event.detailType, resources: event.resources });
}
