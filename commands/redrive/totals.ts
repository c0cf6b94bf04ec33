/** Counts what became of the messages of a queue. */
import { RELAY_PREFIX } from '../../local/stage/queues.ts';
import { agree, counted } from '../../schemas/text/count.ts';

/**
 * The result for one message. `handled`: the function handled the event, or the bus of a relay took it. `unreadable`: the
 * function has put the event into the quarantine. `unknown`: the function gave no answer. `undeleted`: the event was
 * handled, but the message could not be deleted. `left`: the message does not hold one event. `unwanted`: the rule of the
 * relay would not get the event, as far as anybody knows.
 */
export type Result = 'handled' | 'failed' | 'unreadable' | 'left' | 'unknown' | 'undeleted' | 'unwanted';

/**
 * The last line of `redrive`. The numbers before the semicolon add up to the messages that were listed. `more` messages
 * stay in the queue though their events count as unreadable already.
 */
export function totalsOf(results: Iterable<Result>, queue: string, more: number): string {
  const count = { handled: 0, failed: 0, unreadable: 0, left: 0, unknown: 0, undeleted: 0, unwanted: 0 };
  for (const result of results) count[result]++;
  const isQuarantine = queue === 'quarantine';
  const done = isRelay(queue) ? 'put back' : 'handled';
  const others = [
    [count.unreadable, isQuarantine ? 'still unreadable' : 'unreadable and now in the queue quarantine'],
    [count.unknown, 'without an answer'],
    [count.undeleted, `${done} but not deleted`],
    [count.unwanted, 'not matched by the rule'],
    [count.left, isRelay(queue) ? 'not an event' : 'not put back'],
  ] as const;
  const words = others.flatMap(([number, what]) => (number === 0 ? [] : [`, ${number} ${what}`]));
  const stay =
    count.failed +
    count.unknown +
    count.undeleted +
    count.unwanted +
    count.left +
    (isQuarantine ? count.unreadable : 0) +
    more;
  const rest = stay === 0 ? '' : `; ${counted(stay, 'message')} ${agree(stay, 'stays', 'stay')} in the queue ${queue}`;
  return `${count.handled} ${done}, ${count.failed} failed again${words.join('')}${rest}`;
}

/** Whether `queue` is the dead-letter queue of a relay. */
const isRelay = (queue: string) => queue.startsWith(RELAY_PREFIX);

/** Whether all is well: every message was handled and deleted. */
export const isDone = (results: Iterable<Result>): boolean => [...results].every((result) => result === 'handled');
