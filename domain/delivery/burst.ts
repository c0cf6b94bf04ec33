/**
 * The storm breaker: of the alerts that a group gets within five minutes, the first five go out at once, and the others
 * wait until the five minutes are over. An address that gets more than ten e-mails a second is suspended by AWS (SNS
 * quotas), and then hears nothing at all.
 */
import type { Severity } from '../../schemas/vocabulary.ts';

/** Milliseconds of a storm's window. */
export const STORM_WINDOW = 5 * 60_000;
/** Alerts that go out at once within the window. */
export const FIRST = 5;
/** Alerts of all kinds that go out within any second: two windows may meet in it. */
const MOST_A_SECOND = 7;
const SECOND = 1000;

/** An alert that went out at once. */
export interface Sent {
  /** Its key, or a hash of it. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly isCritical: boolean;
}

/** What a group has just got. */
export interface Burst {
  /** When its window began, epoch milliseconds. */
  readonly start: number;
  /** What went out in this window, and in the last second before it. */
  readonly sent: readonly Sent[];
}

/** Whether an alert goes out at once. `burst` is the state to store; absent when nothing changed. */
export type Admission =
  | { readonly isAdmitted: true; readonly burst: Burst }
  | { readonly isAdmitted: false; readonly until: number; readonly burst: Burst | undefined };

/**
 * Whether the alert `key` goes out at `now`. An alert that was admitted before in this window needs no other place, so that
 * a retry sends it. A critical alert always goes out, at most one a second: others wait.
 */
export function admit(before: Burst | undefined, key: string, severity: Severity, now: number): Admission {
  const isOver = before === undefined || now >= before.start + STORM_WINDOW;
  const start = isOver ? now : before.start;
  // Clocks of two machines differ a little, so what seems to lie ahead counts as just sent.
  const lately = (before?.sent ?? []).filter(({ at }) => at > now - SECOND);
  const sent = isOver ? lately : before.sent;
  const isCritical = severity === 'critical';
  const isKnown = !isOver && sent.some((one) => one.key === key);
  const hasPlace = isCritical
    ? !lately.some((one) => one.isCritical)
    : sent.filter((one) => !one.isCritical && one.at >= start).length < FIRST;
  // Retries may come all at once, after SNS was out of order.
  if (!(hasPlace || isKnown) || lately.length >= MOST_A_SECOND)
    return { isAdmitted: false, until: start + STORM_WINDOW, burst: isOver ? { start, sent } : undefined };
  const others = sent.filter((one) => one.key !== key);
  return { isAdmitted: true, burst: { start, sent: [...others, { key, at: now, isCritical }] } };
}
