/** Puts the event of one message back through its function. */
import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { redriven } from '../../domain/change/redriven.ts';
import { describeError } from '../../local/describe-error.ts';
import { unpack } from '../../local/play/unpack.ts';
import { counted } from '../../schemas/text/count.ts';
import { plainText } from '../../schemas/text/plain-text.ts';

import type { functionsOf } from './functions.ts';
import { describe } from './listing.ts';
import type { Received } from './queue.ts';
import type { Result } from './totals.ts';

/** What `PutBack` needs. `say` prints a line, and `remove` deletes the message with this id. */
interface Tools {
  readonly queue: string;
  readonly invoke: ReturnType<typeof functionsOf>;
  readonly remove: (id: string) => Promise<void>;
  readonly say: (line: string) => void;
}

/** What the quarantine keeps of input that is too large for a message. */
const Beginning = z.object({ eventBeginning: z.string() });

/** Puts messages back, and knows the result of each. */
export class PutBack {
  readonly #tools: Tools;
  /** Identity of this run of `redrive`. */
  readonly #id = randomUUID();
  /** By the id of the message. */
  readonly results = new Map<string, Result>();
  /** How many messages hold each event that a function has put into the quarantine in this run, by its hash. */
  readonly #unreadable = new Map<string, number>();
  /** Messages that could not be deleted after their event was put into the quarantine. */
  #undeleted = 0;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** How many messages stay in the queue though their events count as unreadable already. */
  get more(): number {
    return [...this.#unreadable.values()].reduce((sum, messages) => sum + Math.max(0, messages - 1), this.#undeleted);
  }

  /**
   * Lists the message and sends its event to its function. Deletes it after the function has handled the event, or has
   * put it into the quarantine. Returns false, and does neither, if the event was put into the quarantine in this run:
   * most likely the message is the new one. Never throws for a message that AWS refuses.
   */
  async put(message: Received): Promise<boolean> {
    const events = unpack({ Body: message.Body ?? '' });
    const [event] = events;
    const payload = jsonOf(redriven(event, this.#id));
    const hash = createHash('sha256')
      .update(payload ?? '')
      .digest('base64');
    const known = this.#tools.queue === 'quarantine' ? this.#unreadable.get(hash) : undefined;
    if (known !== undefined) {
      this.#unreadable.set(hash, known + 1);
      return false;
    }
    this.#tools.say(describe(message, event));
    const obstacle = obstacleTo(events, payload);
    const result = payload === undefined || obstacle !== undefined ? 'left' : await this.#send(message, event, payload);
    if (obstacle !== undefined) this.#tools.say(`   not put back: ${obstacle}`);
    if (result === 'unreadable') this.#unreadable.set(hash, 0);
    this.results.set(message.MessageId, result);
    return true;
  }

  /** Deletes the message again if its event was handled before: SQS may deliver a deleted message once more. */
  async putAgain(id: string): Promise<void> {
    const result = this.results.get(id);
    if (result === 'handled' || result === 'undeleted') this.results.set(id, await this.#delete(id, 'handled'));
  }

  async #send({ MessageId }: Received, event: unknown, payload: string): Promise<Result> {
    const { say, queue, invoke } = this.#tools;
    const answer = await invoke(event, payload);
    if (answer.kind === 'failed') {
      say(`   failed again and kept: ${answer.by}: ${plainText(answer.why, 300)}`);
      return 'failed';
    }
    if (answer.kind === 'unknown') {
      say(`   kept: ${answer.by} gave no answer, and may have handled it: ${plainText(answer.why, 300)}`);
      return 'unknown';
    }
    if (answer.kind === 'handled') {
      say(`   handled by ${answer.by}`);
      return await this.#delete(MessageId, 'handled');
    }
    const [still, keeps] = queue === 'quarantine' ? ['still ', 'keeps it with the new reason'] : ['', 'has it now'];
    say(`   ${still}unreadable for ${answer.by}: the quarantine ${keeps}`);
    return await this.#delete(MessageId, 'unreadable');
  }

  async #delete(id: string, result: 'handled' | 'unreadable'): Promise<Result> {
    try {
      await this.#tools.remove(id);
      return result;
    } catch (error) {
      const why = plainText(describeError(error), 300);
      this.#tools.say(`   its message could not be deleted: ${why}. The next redrive sends it again, without harm`);
      if (result === 'handled') return 'undeleted';
      this.#undeleted++;
      return result;
    }
  }
}

/** The JSON of `event`. Undefined if JSON.stringify runs out of stack: JSON.parse reads deeper nesting than it writes. */
function jsonOf(event: unknown): string | undefined {
  try {
    return JSON.stringify(event);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Why these events of a message cannot be put back. */
function obstacleTo(events: readonly unknown[], payload: string | undefined): string | undefined {
  const [event] = events;
  if (events.length > 1) return `the message holds ${counted(events.length, 'event')}, not exactly 1`;
  if (event === undefined || event === null) return 'the message holds no event, not exactly 1';
  if (payload === undefined) return 'the event is nested too deeply to be sent';
  if (Beginning.safeParse(event).success) return 'the message holds only the beginning of an event that was too large';
  return undefined;
}
