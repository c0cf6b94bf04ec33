/** Simulates Lambda: workers that handle one event at a time, asynchronous retries, and a queue for failed events. */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { nameOf } from './about.ts';
import type { Task } from './worker.ts';

/** A process that handles one event at a time, like a Lambda execution environment. */
export interface Worker {
  readonly number: number;
  process: ChildProcess;
  /** By how many milliseconds the worker's clock is ahead. */
  later: number;
}

interface Answer {
  readonly ready?: boolean;
  readonly ok?: boolean;
  readonly error?: string;
  /** Reconciliation only: the run was complete. */
  readonly complete?: boolean;
}

/**
 * Milliseconds before the second and third try. The third starts after the timeout of a worker that died earlier.
 */
const RETRY_AFTER = [200, 1900] as const;

/** Milliseconds until a function is killed (`real`), and the timeout that its context shows (`told`). */
interface Time {
  readonly real: number;
  readonly told: number;
}
const EVENT_TIME: Time = { real: 1500, told: 1500 };
const TIMES: Readonly<Record<string, Time>> = {
  reconciliation: { real: 120_000, told: 120_000 },
  // Shows five minutes, as in production: the function reserves half a minute of them for its work after reading.
  labeling: { real: 3000, told: 300_000 },
};

export const QUEUE_NAMES = ['budget', 'labeling'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];
/** A message in a queue. Copies share this object: once one is deleted, `isGone` holds for all. */
export interface Message {
  readonly body: string;
  isGone: boolean;
}
/**
 * How often a queue delivers a message, the milliseconds before each retry, and how far the workers' clocks advance by
 * it.
 */
const QUEUES: Readonly<Record<QueueName, { receives: number; after: number; passes: number }>> = {
  budget: { receives: 3, after: 1900, passes: 0 },
  // The message of a dead worker stays locked for half a minute. Clocks advance instead, so that the test need not
  // wait.
  labeling: { receives: 10, after: 100, passes: 35_000 },
};

/** The clock for the messages about one job, and the tries that are running. */
interface Clock {
  later: number;
  readonly inHand: Set<Promise<unknown>>;
}

export class Lambda {
  readonly #bundle: string;
  readonly #endpoint: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #log: (event: unknown, line: string) => void;
  readonly #onDeath: (event: unknown, isTimeout: boolean) => void;
  readonly workers: Worker[] = [];
  readonly #free: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #clocks = new Map<string, Clock>();
  /** Events that failed in every try, with their function. */
  readonly givenUp: { functionName: string; event: unknown }[] = [];
  /** The queue for failed events. */
  readonly failed: { functionName: string; event: unknown }[] = [];
  readonly #hasQueue: boolean;
  killed = 0;

  constructor(
    bundle: string,
    endpoint: string,
    environment: NodeJS.ProcessEnv,
    log: (event: unknown, line: string) => void,
    onDeath: (event: unknown, isTimeout: boolean) => void,
    hasQueue: boolean,
  ) {
    this.#hasQueue = hasQueue;
    this.#bundle = bundle;
    this.#endpoint = endpoint;
    this.#environment = environment;
    this.#log = log;
    this.#onDeath = onDeath;
  }

  async start(workers: number): Promise<void> {
    await Promise.all(Array.from({ length: workers }, (_, number) => this.#add(number)));
  }

  /** Starts a worker. Its endpoint has a path of its own, so that calls can be assigned to workers. */
  async #spawn(number: number): Promise<ChildProcess> {
    const env = { ...this.#environment, AWS_ENDPOINT_URL: `${this.#endpoint}/w${number}` };
    const child = fork(this.#bundle, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`a worker ended with ${code} before it was ready`)));
    });
    child.removeAllListeners('exit');
    return child;
  }

  async #add(number: number): Promise<void> {
    const worker: Worker = { number, process: await this.#spawn(number), later: 0 };
    this.workers.push(worker);
    this.#release(worker);
  }

  kill(number: number): void {
    this.killed++;
    this.workers.find((worker) => worker.number === number)?.process.kill('SIGKILL');
  }

  stop(): void {
    for (const { process } of this.workers) process.kill('SIGKILL');
  }

  /** One asynchronous invocation: three tries, then the queue if `keep`. Returns whether the event was handled. */
  async invoke(functionName: string, event: unknown, keep = true, later = 0): Promise<boolean> {
    for (let attempt = 0; attempt <= RETRY_AFTER.length; attempt++) {
      if (attempt > 0) await delay(RETRY_AFTER[attempt - 1]);
      const failure = await this.once(functionName, event, later);
      this.#log(event, `try ${attempt + 1}: ${failure ?? 'handled'}`);
      if (failure === undefined) return true;
    }
    if (keep) this.givenUp.push({ functionName, event });
    if (keep && this.#hasQueue) this.failed.push({ functionName, event });
    return false;
  }

  /**
   * Handles one message of a function's queue: retries it as often as the queue would, then moves it to the queue for
   * failures.
   */
  async consume(functionName: QueueName, message: Message, later = 0): Promise<void> {
    const event = { Records: [{ body: message.body }] };
    const { receives, after, passes } = QUEUES[functionName];
    const clock = this.#clockOf(`${functionName} ${nameOf(event)}`);
    for (let attempt = 0, from = later; attempt < receives && !message.isGone; attempt++) {
      if (attempt > 0) await delay(after);
      // A lock does not expire while the worker that holds it is still running.
      while (attempt > 0 && passes > 0 && clock.inHand.size > 0) await Promise.all(clock.inHand);
      clock.later = Math.max(clock.later, attempt === 0 ? from : from + passes);
      from = clock.later;
      const tried = this.once(functionName, event, from);
      clock.inHand.add(tried);
      const failure = await tried;
      clock.inHand.delete(tried);
      this.#log(event, `${functionName}, try ${attempt + 1}: ${failure ?? 'handled'}`);
      message.isGone ||= failure === undefined;
    }
    if (message.isGone) return;
    message.isGone = true;
    this.givenUp.push({ functionName, event });
    if (this.#hasQueue) this.failed.push({ functionName, event });
  }

  #clockOf(what: string): Clock {
    const clock = this.#clocks.get(what) ?? { later: 0, inHand: new Set() };
    this.#clocks.set(what, clock);
    return clock;
  }

  /**
   * One try, with the worker's clock `later` milliseconds ahead. Returns the failure, or `undefined` when the event was
   * handled. A reconciliation that is not complete counts as a failure.
   */
  async once(functionName: string, event: unknown, later = 0): Promise<string | undefined> {
    const worker = await this.#take();
    const { real, told } = TIMES[functionName] ?? EVENT_TIME;
    // A clock must not go back within a process, because SDK clients would wait. A new process is started instead.
    if (later < worker.later) {
      worker.process.kill('SIGKILL');
      worker.process = await this.#spawn(worker.number);
    }
    worker.later = later;
    const failure = await new Promise<string | undefined>((resolve) => {
      // Kills the worker at its timeout, as Lambda does.
      const timer = setTimeout(() => {
        this.#onDeath(event, true);
        worker.process.kill('SIGKILL');
      }, real);
      const done = (result: string | undefined) => {
        clearTimeout(timer);
        worker.process.off('message', answered).off('exit', died);
        resolve(result);
      };
      const answered = ({ ok, error, complete }: Answer) =>
        done(ok === true && complete !== false ? undefined : (error ?? 'not complete'));
      const died = () => {
        this.#onDeath(event, false);
        done('the worker died');
      };
      worker.process.once('message', answered).once('exit', died);
      worker.process.send({ functionName, event, milliseconds: told, later } satisfies Task);
    });
    if (worker.process.exitCode !== null || worker.process.signalCode !== null || worker.process.killed) {
      worker.process = await this.#spawn(worker.number);
    }
    this.#release(worker);
    return failure;
  }

  #take(): Promise<Worker> {
    const worker = this.#free.pop();
    return worker === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(worker);
  }

  #release(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(worker);
    else next(worker);
  }
}
