/** Decides which groups of subscribers get an alert, and when. The one place that decides it. */
import type { DeliveryPolicy, Group } from '../../schemas/configuration/delivery/policy.ts';
import type { Quiet } from '../../schemas/configuration/delivery/quiet.ts';
import type { AlertMessage } from '../../schemas/message/alert.ts';
import type { Outcome } from '../../schemas/vocabulary.ts';
import { passes } from '../alert/filter-policy.ts';
import type { Notice } from '../alert/render/notice.ts';
import { digestEnd } from './digest-window.ts';
import { quietUntil } from './quiet-hours.ts';
import { TOLD_WITHIN, type Window, type WindowKind, windowOf } from './window.ts';

/** When a group gets an alert: at once, unless it has just got several; or when a window ends. */
export interface Turn {
  readonly group: Group;
  /** Absent: at once. */
  readonly waitsIn: Window | undefined;
}

/** The groups that get `notice`, which is decided `at` an instant. */
export const turnsOf = (
  { attributes, message }: Pick<Notice, 'attributes' | 'message'>,
  { groups }: Pick<DeliveryPolicy, 'groups'>,
  at: Date,
): Turn[] =>
  groups
    .filter(({ filters }) => passes(filters, new Map(Object.entries(attributes))))
    .map((group) => ({ group, waitsIn: windowFor(message, group, at) }));

/** The window in which `group` gets the alert; absent when it gets it at once. */
function windowFor(message: AlertMessage, group: Group, at: Date): Window | undefined {
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

/** Outcomes that mean no work for anybody. */
const DONE: ReadonlySet<Outcome> = new Set(['completed', 'deleted', 'running', 'changed']);

/** Whether nobody has to do anything about an alert, so that it can wait for a digest. */
export const needsNobody = ({ severity, outcome, cause }: AlertMessage): boolean =>
  severity === 'info' && cause === null && DONE.has(outcome);
