/** Carries out what the policy decides about delivery: who gets an alert at once, and in which windows it waits. */
import type { Bursts } from '../../adapters/dynamodb/delivery/bursts.ts';
import type { Parts } from '../../adapters/dynamodb/delivery/parts.ts';
import type { Waiting } from '../../adapters/dynamodb/delivery/waiting.ts';
import type { Windows } from '../../adapters/dynamodb/delivery/windows.ts';
import type { NotifyAction } from '../../domain/action.ts';
import type { Notice } from '../../domain/alert/render/notice.ts';
import { pendingOf } from '../../domain/delivery/pending.ts';
import { laterWindow, type Turn, turnsOf } from '../../domain/delivery/turn.ts';
import { type Window, windowId } from '../../domain/delivery/window.ts';
import type { DeliveryPolicy, Group } from '../../schemas/configuration/delivery/policy.ts';
import type { OpenWindow } from '../../schemas/message/window.ts';
import { openWindowOf } from '../../schemas/message/window.ts';
import type { Parent } from '../../schemas/stored/part.ts';
import type { Snooze } from '../../schemas/stored/snooze.ts';

/** Who gets an alert, and when. */
export interface Delivery {
  /** The keys of the subscribers that get it at once. */
  readonly now: readonly string[];
  /** Where it waits for the others. */
  readonly waiting: readonly Waiting[];
  /** All these groups. */
  readonly groups: readonly Pick<Group, 'id' | 'keys'>[];
}

/**
 * Decides on the delivery of the alert `key`. It takes a place among the alerts that a group gets at once, and opens the
 * windows in which the alert is to wait. A retry may decide again. Groups with an id in `done` are left out.
 */
export type Deliver = (
  key: string,
  alert: Pick<NotifyAction, 'notice' | 'waitsFor'>,
  done?: ReadonlySet<string>,
) => Promise<Delivery>;

interface Means {
  readonly policy: DeliveryPolicy;
  readonly bursts: () => Bursts;
  readonly windows: () => Pick<Windows, 'open'>;
  readonly parts: () => Pick<Parts, 'state' | 'join'>;
  /** What people snoozed. */
  readonly snoozes: () => Promise<readonly Snooze[]>;
  /** Tells the function `digest` that a window is open. */
  readonly announce: (message: OpenWindow) => Promise<void>;
  readonly now: () => number;
}

const NONE: ReadonlySet<string> = new Set();

/** Ids of windows that this process need not open again. */
const MOST_KNOWN = 1000;

/** Delivery by the policy of `ground-control.yml`. */
export function deliverWith({ policy, bursts, windows, parts, snoozes, announce, now }: Means): Deliver {
  const known = new Set<string>();

  const open = async (window: Window): Promise<void> => {
    const id = windowId(window);
    // With each part that ends, the window of a parent ends later.
    if (known.has(id) && window.parent === undefined) return;
    // Before the alert waits: a window without an alert does no harm.
    if (window.parent !== undefined) await parts().join(window.parent.id, window.group);
    if (await windows().open(window)) return announce(openWindowOf(id));
    if (known.size >= MOST_KNOWN) known.clear();
    known.add(id);
  };

  const windowFor = async (key: string, { message }: Notice, turn: Turn): Promise<Window | undefined> => {
    if (turn.waitsIn !== undefined || !policy.breaker) return turn.waitsIn;
    const admission = await bursts().take(turn.group.id, key, message.severity, now());
    return admission.isAdmitted ? undefined : laterWindow('storm', message, turn.group, admission.until);
  };

  /** The parent whose end an alert waits for; undefined when it no longer waits. */
  const openParent = async (parent: Parent | undefined): Promise<Parent | undefined> => {
    if (parent === undefined || policy.groups.length === 0) return undefined;
    return (await parts().state(parent.id)).isClosed ? undefined : parent;
  };

  return async (key, { notice, waitsFor }, done = NONE) => {
    const at = new Date(now());
    const attributes = new Map(Object.entries(notice.attributes));
    const snoozed = policy.groups.length === 0 ? [] : await snoozes();
    const told = { attributes, message: notice.message, waitsFor: await openParent(waitsFor), snoozes: snoozed };
    const turns = turnsOf(told, policy, at).filter(({ group }) => !done.has(group.id));
    const decided = await Promise.all(
      turns.map(async (turn) => ({ group: turn.group, window: await windowFor(key, notice, turn) })),
    );
    const later = decided.flatMap(({ window }) => window ?? []);
    await Promise.all(later.map(open));
    const alert = later.length === 0 ? undefined : pendingOf(notice, at);
    return {
      now: decided.flatMap(({ group, window }) => (window === undefined ? group.keys : [])),
      waiting: alert === undefined ? [] : later.map((window) => ({ window, alert })),
      groups: turns.map(({ group }) => group),
    };
  };
}
