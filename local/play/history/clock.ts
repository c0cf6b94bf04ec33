/** The clock of this process while it plays a history: it shows the times of the events. */

export interface PlayedClock {
  /** Moves the clock forward to `instant` (epoch milliseconds). It never goes back: AWS clients would wait. */
  readonly moveTo: (instant: number) => void;
  /** Gives the process its own clock back. */
  readonly stop: () => void;
}

/** Starts a clock at `instant`, epoch milliseconds. It goes on like the real one. */
export function startClock(instant: number): PlayedClock {
  const real = globalThis.Date;
  let ahead = instant - real.now();
  const now = () => real.now() + ahead;
  globalThis.Date = new Proxy(real, {
    construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  return {
    moveTo: (next) => {
      ahead = Math.max(ahead, next - real.now());
    },
    stop: () => {
      globalThis.Date = real;
    },
  };
}
