/** Simulates Lambda: workers that handle one event at a time, asynchronous retries, and a queue for failed events. */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Mode } from '../truth/reading.ts';
import type { Task } from './worker.ts';

/** Milliseconds of a run of reconciliation. */
export const LONGEST_RUN = 120_000;

/** A process that handles one event at a time, like a Lambda execution environment. */
interface Worker {
  readonly number: number;
  process: ChildProcess;
  /** By how many milliseconds the worker's clock is ahead. */
  later: number;
  /** The modes in its configuration. */
  mode: Mode;
}

interface Answer {
  readonly ready?: boolean;
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: string;
}

/** What a function returned, or why it failed. */
export type Outcome = { readonly result: unknown } | { readonly failure: string };

/**
 * Milliseconds for which a worker that died may still claim an alert: its context shows that much time. An alert is not
 * published with less than five seconds left.
 */
const LONGEST_CLAIM = 6500;
/** Milliseconds before a try that starts when no worker claims anything any more that died earlier. */
const AFTER_CLAIMS = LONGEST_CLAIM + 300;
/** Milliseconds before the second and third try. */
const RETRY_AFTER = [200, AFTER_CLAIMS] as const;

/** Milliseconds until a function is killed (`real`), and the timeout that its context shows (`told`). */
interface Time {
  readonly real: number;
  readonly told: number;
}
/**
 * Milliseconds that the budget function's context shows. A look at a month stops no job with less than ten seconds left.
 */
export const BUDGET_TIME = 20_000;
const EVENT_TIME: Time = { real: 3000, told: LONGEST_CLAIM };
const TIMES: Readonly<Record<string, Time>> = {
  reconciliation: { real: LONGEST_RUN, told: LONGEST_RUN },
  budget: { real: 6000, told: BUDGET_TIME },
  // Shows five minutes, as in production: the function reserves half a minute of them for its work after reading.
  labeling: { real: 3000, told: 300_000 },
  diagnosis: { real: 3000, told: LONGEST_CLAIM },
  review: { real: 3000, told: LONGEST_CLAIM },
  digest: { real: 3000, told: LONGEST_CLAIM },
};

/** What the story needs to know of the workers. */
export interface Observer {
  /** A try of an event has ended. */
  readonly tried: (event: unknown, text: string) => void;
  /** A worker died while it handled an event, or was killed because its time was up. */
  readonly died: (event: unknown, worker: number, isTimeout: boolean) => void;
  /** The invocation of a worker is over, whatever its outcome. */
  readonly ended: (worker: number) => void;
  /** An event failed in every try. */
  readonly gaveUp: (functionName: string, event: unknown, failure: string) => void;
}

export interface Deployment {
  /** The modes of budgets and labeling. */
  readonly mode: Mode;
  readonly environment: NodeJS.ProcessEnv;
}

export class Lambda {
  readonly #bundle: string;
  readonly #endpoint: string;
  readonly #observer: Observer;
  #deployment: Deployment;
  readonly #workers: Worker[] = [];
  readonly #free: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  #isTurnOfLast = false;
  killed = 0;

  constructor(bundle: string, endpoint: string, deployment: Deployment, observer: Observer) {
    this.#bundle = bundle;
    this.#endpoint = endpoint;
    this.#deployment = deployment;
    this.#observer = observer;
  }

  async start(workers: number): Promise<void> {
    await Promise.all(
      Array.from({ length: workers }, async (_, number) => {
        const worker = { number, process: await this.#spawn(number), later: 0, mode: this.#deployment.mode };
        this.#workers.push(worker);
        this.#release(worker);
      }),
    );
  }

  /** From now on new processes have this deployment. A running worker finishes its event with the old one. */
  deploy(deployment: Deployment): void {
    this.#deployment = deployment;
  }

  /** The modes in the configuration of a worker. */
  modeOf(number: number): Mode {
    return this.#workers.find((worker) => worker.number === number)?.mode ?? this.#deployment.mode;
  }

  /** The clock of a worker, epoch milliseconds. */
  clockOf(number: number): number {
    return Date.now() + (this.#workers.find((worker) => worker.number === number)?.later ?? 0);
  }

  kill(number: number): void {
    this.killed++;
    this.#workers.find((worker) => worker.number === number)?.process.kill('SIGKILL');
  }

  stop(): void {
    for (const { process } of this.#workers) process.kill('SIGKILL');
  }

  /** One asynchronous invocation: three tries, then the event is given up. Returns whether it was handled. */
  async invoke(functionName: string, event: unknown, later = 0): Promise<boolean> {
    let failure = '';
    for (let attempt = 0; attempt <= RETRY_AFTER.length; attempt++) {
      if (attempt > 0) await delay(RETRY_AFTER[attempt - 1]);
      const outcome = await this.once(functionName, event, later);
      const failed = 'failure' in outcome;
      this.#observer.tried(event, `${functionName}, try ${attempt + 1}: ${failed ? outcome.failure : 'handled'}`);
      if (!failed) return true;
      failure = outcome.failure;
    }
    this.#observer.gaveUp(functionName, event, failure);
    return false;
  }

  /** One try, with the worker's clock `later` milliseconds ahead. */
  async once(functionName: string, event: unknown, later = 0): Promise<Outcome> {
    const worker = await this.#take(later);
    const { real, told } = TIMES[functionName] ?? EVENT_TIME;
    // A clock must not go back within a process, because SDK clients would wait. A new process is started instead, as
    // after a deployment.
    if (later < worker.later || worker.mode !== this.#deployment.mode) {
      worker.process.kill('SIGKILL');
      worker.mode = this.#deployment.mode;
      worker.process = await this.#spawn(worker.number);
    }
    worker.later = later;
    const outcome = await this.#run(worker, { functionName, event, milliseconds: told, later }, real);
    this.#observer.ended(worker.number);
    const { process } = worker;
    if (process.exitCode !== null || process.signalCode !== null || process.killed)
      worker.process = await this.#spawn(worker.number);
    this.#release(worker);
    return outcome;
  }

  #run({ process, number }: Worker, task: Task, milliseconds: number): Promise<Outcome> {
    return new Promise((resolve) => {
      // Kills the worker at its timeout, as Lambda does.
      const timer = setTimeout(() => {
        this.#observer.died(task.event, number, true);
        process.kill('SIGKILL');
      }, milliseconds);
      const done = (outcome: Outcome) => {
        clearTimeout(timer);
        process.off('message', answered).off('exit', died);
        resolve(outcome);
      };
      const answered = ({ ok, result, error }: Answer) =>
        done(ok === true ? { result } : { failure: error ?? 'the function failed' });
      const died = () => {
        this.#observer.died(task.event, number, false);
        done({ failure: 'the worker died' });
      };
      process.once('message', answered).once('exit', died);
      process.send(task);
    });
  }

  /** Starts a worker's process. Its endpoint has a path of its own, so that calls can be assigned to workers. */
  async #spawn(number: number): Promise<ChildProcess> {
    const env = { ...this.#deployment.environment, AWS_ENDPOINT_URL: `${this.#endpoint}/w${number}` };
    const child = fork(this.#bundle, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`a worker ended with ${code} before it was ready`)));
    });
    child.removeAllListeners('exit');
    return child;
  }

  /** A free worker; rather one whose clock need not go back, and rather one whose clock is near. */
  async #take(later: number): Promise<Worker> {
    const best = this.#free.toSorted((one, other) => distance(one.later, later) - distance(other.later, later))[0];
    if (best === undefined) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free.splice(this.#free.indexOf(best), 1);
    return best;
  }

  /** Gives the worker to who waits longest and to who came last in turn: what comes late must not always wait. */
  #release(worker: Worker): void {
    this.#isTurnOfLast = !this.#isTurnOfLast;
    const next = this.#isTurnOfLast ? this.#waiting.pop() : this.#waiting.shift();
    if (next === undefined) this.#free.push(worker);
    else next(worker);
  }
}

const distance = (clock: number, later: number) => (clock > later ? Number.POSITIVE_INFINITY : later - clock);
