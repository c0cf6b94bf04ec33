/** Lambda environments: processes that handle events with a packaged bundle and the real clients. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Invocation {
  readonly id: number;
  readonly event: unknown;
  /** What the clock of the process shows from now on, epoch milliseconds. Absent: it stays as it is. */
  readonly at: number | undefined;
}

/** What an invocation took. */
export interface Handled {
  readonly id: number;
  readonly milliseconds: number;
  /** Absent when the handler succeeded. */
  readonly error: string | undefined;
  /** Milliseconds of CPU time of the process since its start. */
  readonly cpu: number;
  /** Bytes of the heap after the invocation, and the most memory of the process. */
  readonly heap: number;
  readonly peak: number;
}

export interface Environment {
  /**
   * Handles one event. Never rejects because of the handler. The clock of the process stands still `at` an instant, epoch
   * milliseconds, until a later one is given; it shows the real time until the first one.
   */
  readonly invoke: (event: unknown, at?: number) => Promise<Handled>;
  readonly stop: () => void;
}

/** Starts a process with the function of `bundle`, whose timeout is `seconds`. What it logs is discarded. */
export async function startEnvironment(bundle: string, seconds: number): Promise<Environment> {
  const child = fork(join(import.meta.dirname, 'child.ts'), [bundle, String(seconds)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (handled: Handled) => void>();
  await once(child, 'message');
  child.on('message', (handled: Handled) => {
    waiting.get(handled.id)?.(handled);
    waiting.delete(handled.id);
  });
  let id = 0;
  return {
    invoke: (event, at) =>
      new Promise((resolve) => {
        id++;
        waiting.set(id, resolve);
        child.send({ id, event, at } satisfies Invocation);
      }),
    stop: () => {
      child.kill();
    },
  };
}
