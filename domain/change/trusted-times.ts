/**
 * The times of a change that decisions about its order trust.
 *
 * A time that lies far after the event is a mistake. If it were stored, all later events would look out of date.
 */

import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { generationOf } from './identity.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** No honest event is handled this late: the archive keeps events for 90 days, and queues keep them for 14. */
const LATEST = 120 * DAY;

/** Whether `moment` is more than `most` milliseconds after SageMaker sent the event; false when one is not known. */
const isAhead = (moment: Date | undefined, { event: { at } }: StateChange, most: number): boolean =>
  moment !== undefined && at !== undefined && moment.getTime() - at.getTime() > most;

/** When the resource was created, epoch seconds; 0 when unknown, or when it is more than a day after the event. */
export const trustedGenerationOf = (change: StateChange): number =>
  isAhead(change.createdAt, change, DAY) ? 0 : generationOf(change);

/** When the resource was modified; absent when unknown, or when it is more than an hour after the event. */
export const modificationOf = (change: StateChange): Date | undefined =>
  isAhead(change.modifiedAt, change, HOUR) ? undefined : change.modifiedAt;

/** When the resource changed, epoch milliseconds; 0 when the event does not say. */
export const changedAt = (change: StateChange): number => (modificationOf(change) ?? change.event.at)?.getTime() ?? 0;

/**
 * Whether a stored time lies so far after the event of `change` that the stored time is a mistake. A shorter time does
 * not show that, because the event may be late. Earlier versions stored such times.
 */
export const isTooFarAhead = (stored: number, change: StateChange): boolean =>
  isAhead(new Date(stored), change, LATEST);

/**
 * Since when the stored status holds, epoch milliseconds; 0 when unknown. Instead of a mistaken time, the stored end
 * counts, if there is one.
 */
export const sinceOf = ({ since, endedAt }: Remembered, change: StateChange): number =>
  [since, endedAt].find((moment) => moment !== undefined && !isTooFarAhead(moment, change)) ?? 0;
