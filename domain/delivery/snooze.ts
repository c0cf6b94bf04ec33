/** Snoozes: alerts about some resources wait until an instant, for all subscribers, and are told then. */
import type { AlertMessage } from '../../schemas/message/alert.ts';
import type { Snooze } from '../../schemas/stored/snooze.ts';
import { isByGroundControl } from '../parts/part.ts';

/** When the last of `snoozes` ends that an alert decided `at` an instant has to wait for; undefined when it does not. */
export function snoozedUntil(
  { resource, outcome, cause }: Pick<AlertMessage, 'resource' | 'outcome' | 'cause'>,
  snoozes: readonly Snooze[],
  at: Date,
): number | undefined {
  // Money, and what Ground Control did itself, is told in any case.
  if (outcome === 'budget' || isByGroundControl(cause?.code)) return undefined;
  const ends = snoozes.flatMap(({ pattern, until }) =>
    until > at.getTime() && isAbout(pattern, resource) ? [until] : [],
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Whether `pattern` matches the whole ARN or the whole name of a resource. Upper and lower case do not matter. */
export function isAbout(pattern: string, { arn, name }: Pick<AlertMessage['resource'], 'arn' | 'name'>): boolean {
  const [first = '', ...others] = pattern.toLowerCase().split('*');
  return [arn, name].some((whole) => whole !== null && isMatch(whole.toLowerCase(), first, others));
}

/** Whether `text` is `first`, and then each of `others` after any characters. */
function isMatch(text: string, first: string, others: readonly string[]): boolean {
  const last = others.at(-1);
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of others.slice(0, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
