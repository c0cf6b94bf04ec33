/** Whether people agree with the model less than expected, and surely so. */
import { type Share, wilson } from './measures/wilson.ts';

/** The fewest answers, and objects, from which people are told that they agree too little with the model. */
export const ENOUGH = 30;

/** Decided answers, the share of them that agrees, and the objects that they are about. */
interface Counts {
  readonly n: number;
  readonly agreement: number | null;
  readonly objects: number | null;
}

/**
 * The share that agrees, with an interval that counts each object once, however many fields it has: fields of one
 * document are often all right or all wrong. `null` without answers.
 */
export function byObject({ agreement, n, objects }: Counts, z?: number): Share | null {
  const once = Math.min(n, objects ?? 0);
  return agreement === null ? null : wilson(agreement * once, once, z);
}

/** Whether even the upper bound is below `level` (percent), with at least 30 answers about at least 30 objects. */
export function isSurelyBelow(counts: Counts, level: number, z?: number): boolean {
  const { n, objects } = counts;
  const share = byObject(counts, z);
  return share !== null && Math.min(n, objects ?? 0) >= ENOUGH && share.high * 100 < level;
}
