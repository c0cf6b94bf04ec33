/** What people send themselves, and what becomes of it. It happens in a worker thread, which begins with the first request. */
import { Worker } from 'node:worker_threads';
import type { Configuration } from '../../../../schemas/configuration/file.ts';
import type { Moment } from '../../../stories/moment.ts';
import { workerEnvironment } from '../../../stories/worker-environment.ts';
import type { Answer, Request, Standing, TrialTask } from './protocol.ts';

export interface Trial {
  readonly moments: () => readonly Moment[];
  /** Undefined before the first request. */
  readonly standing: () => Standing | undefined;
  readonly isBusy: () => boolean;
  readonly ask: (request: Exclude<Request, { readonly kind: 'end' }>) => void;
  /** Ends the thread, and forgets all. */
  readonly forget: () => Promise<void>;
}

/** The most steps that are kept. */
const MOST_MOMENTS = 500;
/** Milliseconds after which a thread that does not end by itself is ended. */
const PATIENCE = 5000;

/** A trial with `configuration`. Calls `changed` after each step. */
export function trialOf(configuration: Configuration, changed: () => void): Trial {
  let worker: Worker | undefined;
  let moments: Moment[] = [];
  let standing: Standing | undefined;
  let waiting = 0;

  const begin = (): Worker => {
    const task: TrialTask = { configuration };
    const begun = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task, env: workerEnvironment() });
    const note = (what: string, nobody: string) =>
      moments.push({ at: new Date(), what, publications: [], calls: [], nobody });
    begun.on('message', (answer: Answer) => {
      if (worker !== begun) return;
      if (answer.kind === 'moment') moments.push(answer.moment);
      else if (answer.kind === 'failed') note('This could not be done', answer.why);
      else {
        standing = answer.standing;
        waiting--;
      }
      if (moments.length > MOST_MOMENTS) moments = moments.slice(-MOST_MOMENTS);
      changed();
    });
    begun.once('error', (error) => {
      if (worker !== begun) return;
      note('The thread of the functions ended', error.message);
      [worker, waiting] = [undefined, 0];
      changed();
    });
    // The thread says once that it is ready.
    waiting = 1;
    return begun;
  };

  return {
    moments: () => moments,
    standing: () => standing,
    isBusy: () => waiting > 0,
    ask: (request) => {
      worker ??= begin();
      try {
        worker.postMessage(request);
        waiting++;
      } catch (error) {
        // An event that is nested thousands of levels deep cannot go to another thread.
        const nobody = `it cannot be sent: ${error instanceof Error ? error.message : error}`;
        moments.push({ at: new Date(), what: 'This could not be done', publications: [], calls: [], nobody });
      }
      changed();
    },
    forget: async () => {
      const ended = worker;
      [worker, moments, standing, waiting] = [undefined, [], undefined, 0];
      changed();
      if (ended === undefined) return;
      const timer = setTimeout(() => void ended.terminate(), PATIENCE);
      await new Promise((resolve) => {
        ended.once('exit', resolve);
        const last: Request = { kind: 'end' };
        ended.postMessage(last);
      });
      clearTimeout(timer);
    },
  };
}
