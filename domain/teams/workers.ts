/** Tells which entries are about the same worker, and how many people some workers are at least. */
import { TooMuchToCount } from './fingerprints.ts';

/** The worker of an entry that does not say who it was. */
export const UNKNOWN_WORKER = '';
/** Begins the key of a worker whose entry has a worker id only. */
const BY_ID = '#';
const MOST_IDS = 200_000;

/**
 * A worker is known by the `sub` in Amazon Cognito. An entry without one has a `worker_id`, which leads to the `sub` if
 * any other entry has both. Otherwise one person would count as two, and a team of four as one of five.
 */
export class Workers {
  /** The `sub` of each worker id; `UNKNOWN_WORKER` when it belongs to several. */
  readonly #subs = new Map<string, string>();

  /**
   * The key of a worker until all entries are read, when `resolve` gives the final one. Throws a `TooMuchToCount` when
   * there are too many to remember: forgetting some would count people twice.
   */
  keyOf(sub: string | undefined, workerId: string | undefined): string {
    if (sub === undefined) return workerId === undefined ? UNKNOWN_WORKER : BY_ID + workerId;
    if (workerId !== undefined) {
      const known = this.#subs.get(workerId);
      if (known === undefined && this.#subs.size >= MOST_IDS)
        throw new TooMuchToCount(`these are more than ${MOST_IDS} workers: report a shorter period, with logs of it`);
      if (known !== sub) this.#subs.set(workerId, known === undefined ? sub : UNKNOWN_WORKER);
    }
    return sub;
  }

  /** The final key: of the `sub`, or else of the worker id; `UNKNOWN_WORKER` when it may be several people. */
  resolve(key: string): string {
    if (!key.startsWith(BY_ID)) return key;
    return this.#subs.get(idOf(key)) ?? key;
  }
}

/** The `sub` or worker id that a key stands for. */
export const idOf = (key: string): string => (key.startsWith(BY_ID) ? key.slice(BY_ID.length) : key);

/** Whether a final key is a `sub`. */
export const isSub = (key: string): boolean => key !== UNKNOWN_WORKER && !key.startsWith(BY_ID);

/** How many of final keys are known by their `sub`, and how many by a worker id alone. */
function kindsAmong(keys: Iterable<string>): { readonly subs: number; readonly ids: number } {
  const known = [...keys].filter((key) => key !== UNKNOWN_WORKER);
  const ids = known.filter((key) => key.startsWith(BY_ID)).length;
  return { subs: known.length - ids, ids };
}

/**
 * How many people final keys stand for, at least. A `sub` and a worker id that no entry links may be the same person, so
 * three of each may be three people.
 */
export function peopleAmong(keys: Iterable<string>): number {
  const { subs, ids } = kindsAmong(keys);
  return Math.max(subs, ids);
}

/** Whether two of these final keys may be the same person. */
export function mayRepeat(keys: Iterable<string>): boolean {
  const { subs, ids } = kindsAmong(keys);
  return subs > 0 && ids > 0;
}
