/** The clock of code that waits. Tests pass one of their own, so that they need not wait. */
import { setTimeout } from 'node:timers/promises';

export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), sleep: (milliseconds) => setTimeout(milliseconds) };
