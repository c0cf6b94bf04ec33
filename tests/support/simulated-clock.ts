/** A clock whose time passes only while nothing else happens, so that an hour of waiting takes no time. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../adapters/clock.ts';

/** Turns of the event loop without a sleep or a call: then everything waits for the clock. */
const QUIET = 40;

export class SimulatedClock implements Clock {
  #now = Date.now();
  #activity = 0;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly sleep = (milliseconds: number): Promise<void> => {
    this.#activity++;
    return new Promise((wake) => this.#sleepers.push({ at: this.#now + milliseconds, wake }));
  };

  /** Lets time pass until `work` is done. Other work that happens at the same time has to sleep, or it gets no time. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const end = work.finally(() => {
      isOver = true;
    });
    end.catch(() => undefined);
    let seen = this.#activity;
    for (let quiet = 0; !isOver; quiet++) {
      await setImmediate();
      if (seen !== this.#activity) quiet = 0;
      seen = this.#activity;
      if (quiet < QUIET) continue;
      quiet = 0;
      this.#pass();
    }
    return end;
  }

  /** Jumps to the next sleeper, and wakes it. */
  #pass(): void {
    this.#sleepers.sort((one, other) => one.at - other.at);
    const next = this.#sleepers.shift();
    if (next === undefined) return;
    this.#now = Math.max(this.#now, next.at);
    next.wake();
  }
}

/** A clock that shows the real time and never waits. */
export const IMPATIENT: Clock = { now: () => Date.now(), sleep: async () => undefined };
