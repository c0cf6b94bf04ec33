/** Lambda as the handlers see it: workers that handle one event at a time, asynchronous retries, and a queue for what fails. */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { nameOf } from './about.ts';
import type { Task } from './worker.ts';

export interface Worker {
  readonly number: number;
  process: ChildProcess;
  /** Milliseconds that its clock is ahead. */
  later: number;
}

interface Answer {
  readonly ready?: boolean;
  readonly ok?: boolean;
  readonly error?: string;
  /** Of a reconciliation: nothing is left to look at. */
  readonly complete?: boolean;
}

/** Milliseconds before the second and the third try: the last comes after a dead worker's time would have been up. */
const RETRY_AFTER = [200, 1900] as const;

/** Milliseconds until a function is ended, and those it thinks it has. */
interface Time {
  readonly real: number;
  readonly told: number;
}
const EVENT_TIME: Time = { real: 1500, told: 1500 };
const TIMES: Readonly<Record<string, Time>> = {
  reconciliation: { real: 120_000, told: 120_000 },
  // It keeps half a minute of its five for what it does when it has read.
  labeling: { real: 3000, told: 300_000 },
};

export const QUEUE_NAMES = ['budget', 'labeling'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];
/** A message of a queue. Copies of one share their end: what one of them deletes is gone. */
export interface Message {
  readonly body: string;
  isGone: boolean;
}
/** How often a queue gives a message; after how many milliseconds again, and after how many more by the workers' clocks. */
const QUEUES: Readonly<Record<QueueName, { receives: number; after: number; passes: number }>> = {
  budget: { receives: 3, after: 1900, passes: 0 },
  // What a dead worker had in hand is locked for half a minute, which nobody waits for here.
  labeling: { receives: 10, after: 100, passes: 35_000 },
};

/** What time it is for the messages about one job, and who has one in hand. */
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
  /** Events that were given up, with the function they belong to. */
  readonly givenUp: { functionName: string; event: unknown }[] = [];
  /** The queue for them. */
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

  /** Each worker has a path of its own in the endpoint, so that its calls can be told apart. */
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

  /** One asynchronous invocation: three tries, then the queue. */
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

  /** One message of a function's queue: as often as the queue gives it again, then the queue for what failed. */
  async consume(functionName: QueueName, message: Message, later = 0): Promise<void> {
    const event = { Records: [{ body: message.body }] };
    const { receives, after, passes } = QUEUES[functionName];
    const clock = this.#clockOf(`${functionName} ${nameOf(event)}`);
    for (let attempt = 0, from = later; attempt < receives && !message.isGone; attempt++) {
      if (attempt > 0) await delay(after);
      // Nobody's lock is over while its holder is at work.
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

  /** One try, `later` milliseconds from now by the worker's clock; what went wrong, or nothing. A reconciliation that is not complete has not gone well yet. */
  async once(functionName: string, event: unknown, later = 0): Promise<string | undefined> {
    const worker = await this.#take();
    const { real, told } = TIMES[functionName] ?? EVENT_TIME;
    // A process lives forwards: an SDK whose clock goes back waits for as long.
    if (later < worker.later) {
      worker.process.kill('SIGKILL');
      worker.process = await this.#spawn(worker.number);
    }
    worker.later = later;
    const failure = await new Promise<string | undefined>((resolve) => {
      // As Lambda does: nothing acts after its time is up.
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
