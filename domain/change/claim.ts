/**
 * Claims on what is owed about a resource: alerts to send, and budget checks to request.
 *
 * The write that stores a change also claims what the change owes, so that copies of its event cannot do it at the same
 * time. Each claim counts one attempt before anything is sent.
 */
import type { Claimed, Remembered } from '../../schemas/stored/resource.ts';

/** An alert is sent at most this often while nobody knows whether SNS accepted it. */
export const MOST_SENDINGS = 3;

/** The longest claim, in milliseconds: when a function dies, a retry can go on after this time. */
const LONGEST_CLAIM = 30_000;

/** Who claims, and when. */
export interface Claimant {
  /** Identity of the invocation. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Milliseconds that the invocation may still run. */
  readonly left: number;
  /** The redrive with which people put the event back: once for each, an alert gets new attempts. */
  readonly redrive?: string | undefined;
}

/** Another invocation has claimed what is owed. The event has to be retried. */
export class ClaimedByAnother extends Error {
  override readonly name = 'ClaimedByAnother';

  constructor(name: string, milliseconds: number) {
    super(`another invocation works on ${name} for up to ${milliseconds} ms; the event is retried`);
  }
}

/**
 * Claims each of `names` for an invocation, and returns `state` with these claims. The names are in `untold`. Throws
 * `ClaimedByAnother` when another invocation has claimed one of them.
 */
export function claim(state: Remembered, names: readonly string[], { id, now, left, redrive }: Claimant): Remembered {
  const untold = new Map(state.untold);
  for (const name of names) {
    const last = untold.get(name) ?? NEVER;
    if (isHeld(last, now) && last.claimedBy !== id) throw new ClaimedByAnother(name, (last.claimedUntil ?? 0) - now);
    const attempts = redrive === undefined || redrive === last.redrive ? last.attempts : 0;
    const claimed = { attempts: attempts + 1, claimedBy: id, claimedUntil: now + Math.min(left, LONGEST_CLAIM) };
    untold.set(name, { ...claimed, redrive: redrive ?? last.redrive, relay: last.relay });
  }
  return { ...state, untold };
}

/** What is owed and was never attempted. */
export const NEVER: Claimed = { attempts: 0 };

/** Whether the invocation `id` has claimed all of `names`; false when there are none. */
export const isHeldBy = (state: Remembered, names: readonly string[], id: string): boolean =>
  names.length > 0 && names.every((name) => state.untold?.get(name)?.claimedBy === id);

/** Whether another invocation than `id` works on what `name` names. */
export const isHeldByAnother = (state: Remembered | undefined, name: string, id: string, now: number): boolean => {
  const claimed = state?.untold?.get(name);
  return claimed !== undefined && claimed.claimedBy !== id && isHeld(claimed, now);
};

/** Whether an invocation still works on it at `now`. A time too far ahead comes from a wrong clock. */
const isHeld = ({ claimedUntil }: Claimed, now: number): boolean =>
  claimedUntil !== undefined && claimedUntil > now && claimedUntil <= now + 2 * LONGEST_CLAIM;
