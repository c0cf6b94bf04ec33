/** Random numbers from a seed: the same seed plans the same story. */
export interface Random {
  /** At least 0 and less than 1. */
  readonly next: () => number;
  /** `true` with probability `p`. */
  readonly chance: (p: number) => boolean;
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  /** One element of `from`, which must not be empty. */
  readonly pick: <T>(from: readonly T[]) => T;
}

/** The generator Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(from: readonly T[]): T => from[between(0, from.length - 1)] as T;
  return { next, chance: (p) => next() < p, between, pick };
}
