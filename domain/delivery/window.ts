/**
 * Windows: alerts wait in one until it ends, and are then told in one message. A window belongs to one group of
 * subscribers.
 */
import type { Group } from '../../schemas/configuration/delivery/policy.ts';
import type { Parent } from '../../schemas/stored/part.ts';
import { displayName, nameOfTypeInside } from '../alert/wording.ts';

/**
 * Why alerts wait. `storm`: the group has just got several. `digest`: they need nobody. `quiet`: the group has quiet
 * hours. `parent`: they are about parts of something whose own alert tells of them. `snooze`: people said so.
 */
export const WINDOW_KINDS = ['storm', 'digest', 'quiet', 'parent', 'snooze'] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];

export interface Window {
  readonly kind: WindowKind;
  /** The id of the group. */
  readonly group: string;
  /** The keys of the group's subscribers. They get what waits, also when the settings change meanwhile. */
  readonly keys: readonly string[];
  /** When the window ends, epoch milliseconds. A window of a parent ends earlier when the parent does. */
  readonly until: number;
  /** Only of the kind `parent`: whose end the alerts wait for. */
  readonly parent?: Pick<Parent, 'id' | 'type' | 'name'>;
}

/** `tuning job churn-42`; `pipeline execution p4jn9xou8a8s` when its events did not name the pipeline. */
export const nameOfParent = ({ id, type, name }: Pick<Parent, 'id' | 'type' | 'name'>): string =>
  id === `execution-${name}` ? `pipeline execution ${name}` : `${nameOfTypeInside(type)} ${displayName(name)}`;

/** The identity of a window. It is also the name of its schedule, so it has at most 64 letters, digits and hyphens. */
export const windowId = ({
  kind,
  group,
  until,
  parent,
}: Pick<Window, 'kind' | 'group' | 'until' | 'parent'>): string =>
  parent === undefined ? `${kind}-${group}-${until}` : parentWindowId(group, parent.id);

/** The identity of the window in which alerts for a group wait for the end of a parent. */
export const parentWindowId = (group: string, parent: string): string => `parent-${group}-${parent}`;

/** The window of `group` that ends `until`. */
export const windowOf = (kind: WindowKind, { id, keys }: Group, until: number): Window => ({
  kind,
  group: id,
  keys,
  until,
});

/**
 * Milliseconds after the end of a parent's last part at which its alerts are told although the parent has not ended: it
 * was lost, or nobody watches it.
 */
export const PARENT_LOST_AFTER = 24 * 3_600_000;

/** The window in which alerts for `group` wait for the end of `parent`; the last of its parts ended `at`. */
export const parentWindow = (parent: Parent, group: Group, at: number): Window => ({
  ...windowOf('parent', group, at + PARENT_LOST_AFTER),
  parent: namedOf(parent),
});

/** What a window knows of its parent. */
export const namedOf = ({ id, type, name }: Parent): NonNullable<Window['parent']> => ({ id, type, name });

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
  /** Only of the kind `parent`. */
  readonly parent?: Window['parent'];
  /** The parent has ended; otherwise it has not been seen to end. */
  readonly isReleased?: boolean;
  /** The deployed stage, for commands. */
  readonly stage: string;
}
