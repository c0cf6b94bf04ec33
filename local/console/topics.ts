/** Tells live pages what has changed. Many changes within a moment are one. */

export interface Topics {
  readonly changed: (topic: string) => void;
  /** Calls `hear` with each topic that changed. Call the result to hear no more. */
  readonly listen: (hear: (topic: string) => void) => () => void;
  readonly end: () => void;
  /** Resolves at the end. */
  readonly ended: Promise<void>;
}

/** Milliseconds for which changes are gathered. */
const MOMENT = 100;

export function topicsOf(): Topics {
  const listeners = new Set<(topic: string) => void>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  return {
    changed: (topic) => {
      if (waiting.has(topic)) return;
      const tell = () => {
        waiting.delete(topic);
        for (const hear of listeners) hear(topic);
      };
      waiting.set(topic, setTimeout(tell, MOMENT));
    },
    listen: (hear) => {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    end: () => {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
      resolve();
    },
    ended,
  };
}
