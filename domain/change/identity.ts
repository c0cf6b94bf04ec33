/** Names of resources and changes. All copies of an event give the change the same name. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { kindOf } from '../kinds.ts';

/** Identity of the resource, or of its part that changed: `type|arn|part`; `type|type/name` without an ARN. */
export function resourceKey({ resource, part }: StateChange): string {
  // SageMaker spells some ARNs in lower case in lists, but not in events and descriptions.
  const whole = resource.arn?.toLowerCase() ?? `${resource.type}/${resource.name}`;
  return [resource.type, whole, part].filter((word) => word !== undefined).join('|');
}

/**
 * Identity of the change: resource, incarnation, status and secondary status. The id of the event does not matter.
 *
 * An endpoint or a retried execution may return to an earlier status. For these the time of the status is part of the
 * identity: "in service" today is another change than "in service" last week.
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

/** Whether the end of a resource of `type` is final: nothing but its deletion can follow. */
export const isFinal = (type: string): boolean => kindOf(type).end === 'final';

/**
 * When the resource was created, epoch seconds, as the event says; 0 when it does not say. Two resources of the same
 * name differ in this time. It does not depend on the event, so months may use it; `order` trusts it less.
 */
export const generationOf = ({ createdAt }: StateChange): number => Math.floor((createdAt?.getTime() ?? 0) / 1000);

/** Identity of one incarnation of a resource: its key and its time of creation. */
export const incarnationKey = (change: StateChange): string => `${resourceKey(change)}|${generationOf(change)}`;
