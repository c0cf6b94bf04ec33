/** Decides which groups of subscribers get an alert, and when. The one place that decides it. */
import type { DeliveryPolicy, Group } from '../../schemas/configuration/delivery/policy.ts';
import type { Quiet } from '../../schemas/configuration/delivery/quiet.ts';
import type { AlertMessage } from '../../schemas/message/alert.ts';
import type { Parent } from '../../schemas/stored/part.ts';
import type { Snooze } from '../../schemas/stored/snooze.ts';
import type { Outcome } from '../../schemas/vocabulary.ts';
import { passes } from '../alert/filter-policy.ts';
import { digestEnd } from './digest-window.ts';
import { quietUntil } from './quiet-hours.ts';
import { snoozedUntil } from './snooze.ts';
import { parentWindow, TOLD_WITHIN, type Window, type WindowKind, windowOf } from './window.ts';

/** When a group gets an alert: at once, unless it has just got several; or when a window ends, or a parent. */
export interface Turn {
  readonly group: Group;
  /** Absent: at once. */
  readonly waitsIn: Window | undefined;
}

/** What decides who gets an alert, and when. */
export interface Told {
  /** What filters compare. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly message: AlertMessage;
  /** The alert waits for the end of this parent. */
  readonly waitsFor?: Parent | undefined;
  readonly snoozes?: readonly Snooze[];
}

/** The groups that get an alert, which is decided `at` an instant. */
export const turnsOf = (told: Told, { groups }: Pick<DeliveryPolicy, 'groups'>, at: Date): Turn[] =>
  groups
    .filter(({ filters }) => passes(filters, told.attributes))
    .map((group) => ({ group, waitsIn: windowFor(told, group, at) }));

/** The window in which `group` gets the alert; absent when it gets it at once. */
function windowFor({ message, waitsFor, snoozes = [] }: Told, group: Group, at: Date): Window | undefined {
  if (waitsFor !== undefined) return parentWindow(waitsFor, group, at.getTime());
  const snoozed = snoozedUntil(message, snoozes, at);
  if (snoozed !== undefined) return laterWindow('snooze', message, group, snoozed);
  const end = quietEnd(message, group, at);
  if (end !== undefined) return windowOf('quiet', group, end.getTime());
  if (group.digest === undefined || !needsNobody(message)) return undefined;
  return laterWindow('digest', message, group, digestEnd(group.digest, at).getTime());
}

/**
 * The window in which an alert waits that `group` would get when a window of this kind ends, `until` an instant (epoch
 * milliseconds). When that is told in quiet hours, it waits for their end.
 */
export function laterWindow(kind: WindowKind, message: AlertMessage, group: Group, until: number): Window {
  const end = quietEnd(message, group, new Date(until)) ?? quietEnd(message, group, new Date(until + TOLD_WITHIN));
  return end === undefined ? windowOf(kind, group, until) : windowOf('quiet', group, end.getTime());
}

/** When the quiet hours end in which `group` does not get the alert; undefined when it is not quiet `at` that instant. */
const quietEnd = (message: AlertMessage, { quiet }: Group, at: Date): Date | undefined =>
  quiet === undefined || isIn(quiet.except, message) ? undefined : quietUntil(quiet, at);

/** Whether quiet hours let an alert pass. */
export const isIn = (
  except: Quiet['except'],
  { severity, outcome, family }: Pick<AlertMessage, 'severity' | 'outcome' | 'family'>,
): boolean => [severity, outcome, family].some((word) => except.includes(word));

/** Outcomes that call for no action. */
const DONE: ReadonlySet<Outcome> = new Set(['completed', 'deleted', 'running', 'changed']);

/** Whether an alert calls for no action by people, so that it can wait for a digest. */
export const needsNobody = ({ severity, outcome, cause, parts }: AlertMessage): boolean =>
  severity === 'info' && cause === null && DONE.has(outcome) && (parts?.failed.length ?? 0) === 0;
