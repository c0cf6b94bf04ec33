/** Seeded randomness: the same seed plans the same story. */
export interface Random {
  /** From 0 up to 1. */
  readonly next: () => number;
  /** Whether something of probability `p` happens. */
  readonly chance: (p: number) => boolean;
  /** A whole number from `low` to `high`. */
  readonly between: (low: number, high: number) => number;
  /** One of `from`, which may not be empty. */
  readonly pick: <T>(from: readonly T[]) => T;
}

/** Mulberry32. */
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
