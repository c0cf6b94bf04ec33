/** What a change is called, so that all its copies have one name. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { isFinal } from './order.ts';

/** Identity of the resource, or of the part of it that changed. */
export function resourceKey({ resource, part }: StateChange): string {
  // Lists spell some ARNs in lower case that events and descriptions do not.
  const whole = resource.arn?.toLowerCase() ?? `${resource.type}/${resource.name}`;
  return [resource.type, whole, part].filter((word) => word !== undefined).join('|');
}

/**
 * Identity of the change itself: resource, incarnation, status and secondary status, whatever the event's id.
 * Of what goes back and forth between statuses (an endpoint, an execution that is retried) also since when: in service today
 * is not in service last week.
 */
export function changeKey(key: string, now: Remembered): string {
  return [
    key,
    now.generation,
    now.status ?? '',
    now.secondaryStatus ?? '',
    isFinal(now.type) && now.ended ? '' : now.since,
  ].join('|');
}

/** When what is described was created, in epoch seconds: another one of its name was at another time. */
export const generationOf = ({ createdAt }: StateChange): number => Math.floor((createdAt?.getTime() ?? 0) / 1000);

/** Identity of one incarnation of a resource. */
export const incarnationKey = (change: StateChange): string => `${resourceKey(change)}|${generationOf(change)}`;
