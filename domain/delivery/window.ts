/**
 * Windows: alerts wait in one until it ends, and are then told in one message. A window belongs to one group of
 * subscribers.
 */
import type { Group } from '../../schemas/configuration/delivery/policy.ts';

/**
 * Why alerts wait. `storm`: the group has just got several. `digest`: they need nobody. `quiet`: the group has quiet
 * hours.
 */
export const WINDOW_KINDS = ['storm', 'digest', 'quiet'] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];

export interface Window {
  readonly kind: WindowKind;
  /** The id of the group. */
  readonly group: string;
  /** The keys of the group's subscribers. They get what waits, also when the settings change meanwhile. */
  readonly keys: readonly string[];
  /** When the window ends, epoch milliseconds. */
  readonly until: number;
}

/** The identity of a window. It is also the name of its schedule, so it has at most 64 letters, digits and hyphens. */
export const windowId = ({ kind, group, until }: Pick<Window, 'kind' | 'group' | 'until'>): string =>
  `${kind}-${group}-${until}`;

/** The window of `group` that ends `until`. */
export const windowOf = (kind: WindowKind, { id, keys }: Group, until: number): Window => ({
  kind,
  group: id,
  keys,
  until,
});

/**
 * Milliseconds after its end at which a window is sent. An alert that was to wait in it may still be written down until
 * then: an invocation works on an alert for at most 30 seconds (`domain/change/claim.ts`).
 */
export const SENT_AFTER = 30_000;

/** Milliseconds after its end within which a window is told, unless something fails: a schedule fires within a minute. */
export const TOLD_WITHIN = SENT_AFTER + 60_000;

/** A window that is over, with alerts that waited in it. */
export interface Waited {
  readonly id: string;
  readonly kind: WindowKind;
  /** When the first of them was decided. */
  readonly from: Date;
  readonly until: Date;
  /** The deployed stage, for commands. */
  readonly stage: string;
}
