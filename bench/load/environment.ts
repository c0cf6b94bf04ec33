/** Lambda environments: processes that handle events with a packaged bundle and the real clients. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Invocation {
  readonly id: number;
  readonly event: unknown;
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
  /** Handles one event. Never rejects because of the handler. */
  readonly invoke: (event: unknown) => Promise<Handled>;
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
    invoke: (event) =>
      new Promise((resolve) => {
        id++;
        waiting.set(id, resolve);
        child.send({ id, event } satisfies Invocation);
      }),
    stop: () => {
      child.kill();
    },
  };
}
