/** Decides which groups of subscribers get an alert, and when. The one place that decides it. */
import type { DeliveryPolicy, Group } from '../../schemas/configuration/delivery/policy.ts';
import type { Quiet } from '../../schemas/configuration/delivery/quiet.ts';
import type { AlertMessage } from '../../schemas/message/alert.ts';
import type { Outcome } from '../../schemas/vocabulary.ts';
import { passes } from '../alert/filter-policy.ts';
import type { Notice } from '../alert/render/notice.ts';
import { digestEnd } from './digest-window.ts';
import { quietUntil } from './quiet-hours.ts';
import { type Window, windowOf } from './window.ts';

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
  const { quiet, digest } = group;
  const isExcepted = quiet !== undefined && isIn(quiet.except, message);
  const untilQuietEnds = (from: Date) => (quiet === undefined || isExcepted ? undefined : quietUntil(quiet, from));
  const end = untilQuietEnds(at);
  if (end !== undefined) return windowOf('quiet', group, end.getTime());
  if (digest === undefined || !needsNobody(message)) return undefined;
  const told = digestEnd(digest, at);
  // A digest waits for the end of quiet hours, like everything else.
  const later = untilQuietEnds(told);
  return later === undefined ? windowOf('digest', group, told.getTime()) : windowOf('quiet', group, later.getTime());
}

const isIn = (except: Quiet['except'], { severity, outcome, family }: AlertMessage): boolean =>
  [severity, outcome, family].some((word) => except.includes(word));

/** Outcomes that mean no work for anybody. */
const DONE: ReadonlySet<Outcome> = new Set(['completed', 'deleted', 'running', 'changed']);

/** Whether nobody has to do anything about an alert, so that it can wait for a digest. */
export const needsNobody = ({ severity, outcome, cause }: AlertMessage): boolean =>
  severity === 'info' && cause === null && DONE.has(outcome);
