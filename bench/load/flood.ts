/**
 * Lets many training jobs fail within minutes of simulated time, and tells what waits. The packaged functions handle the
 * events and the messages about windows against the embedded AWS, as fast as they can.
 */
import { windowsIn } from '../../adapters/dynamodb/delivery/windows.ts';
import { readPublication } from '../../local/embedded-aws/sns.ts';
import { LOCAL_TOPIC, type LocalAws, startLocalAws } from '../../local/embedded-aws/start.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { type Environment, type Handled, startEnvironment } from './environment.ts';
import { failureOf, keepPrices, nextFailure, nextJob } from './events.ts';
import { Calls } from './limits.ts';
import { type Mail, mailOf } from './mailbox.ts';

/** Events that are handled at the same time. */
export const AT_ONCE = 4;
/** Seconds: the timeout of both functions in `serverless.yml`. */
const TIMEOUT = 50;
/** Events before the measurement: compiling and connecting happen once, not once per event. */
const WARM_UP = 50;
const HOUR = 3_600_000;
/** Milliseconds until Lambda tries an event again, the first and the second time (Lambda developer guide). */
const LAMBDA_RETRIES = [60_000, 120_000];
/** Milliseconds until SQS gives a message about a window again (`infrastructure/digests.yml`). */
const SQS_RETRY = 80_000;
const MOST_RECEIVES = 5;

/** The bundles of the functions. */
export interface Bundles {
  readonly trainingJob: string;
  readonly digest: string;
}

/** The jobs that fail. */
export interface Plan {
  readonly configuration: Configuration;
  readonly count: number;
  /** When the first one fails, simulated epoch milliseconds; at least an hour from now. */
  readonly start: number;
  /** Simulated milliseconds from one failure to the next. */
  readonly interval: number;
  /** Real seconds after which no more jobs fail. */
  readonly seconds: number;
}

/** What happened. */
export interface Flood {
  /** Every invocation about an event, in the order of their ends. */
  readonly handled: readonly Handled[];
  /** Every invocation of the function digest. */
  readonly digested: readonly Handled[];
  /** The names of the jobs that failed. */
  readonly jobs: readonly string[];
  /** The calls of both functions while jobs failed. */
  readonly calls: Calls;
  /** Real seconds in which jobs failed. */
  readonly seconds: number;
  /** The messages that SNS sent until every window was told, the earliest first. */
  readonly mails: readonly Mail[];
  /** The jobs whose alerts waited in each window, by its id. */
  readonly waited: ReadonlyMap<string, readonly string[]>;
}

/** Carries out `plan`. */
export async function flood({ trainingJob, digest }: Bundles, plan: Plan): Promise<Flood> {
  const state: State = { now: plan.start - HOUR, calls: new Calls(), isCounting: false, mails: [] };
  const topics = new Set([LOCAL_TOPIC]);
  const aws = await startLocalAws(
    plan.configuration,
    (call) => (state.isCounting ? state.calls.count(call, state.now) : undefined),
    undefined,
    (call, _, isRefused) => {
      if (!state.isCounting && state.now < plan.start) return;
      if (call.operation === 'Publish' && !isRefused)
        state.mails.push(mailOf(readPublication(call, topics), state.now));
    },
  );
  const environments = await Promise.all([startEnvironment(trainingJob, TIMEOUT), startEnvironment(digest, TIMEOUT)]);
  try {
    await keepPrices();
    const [events] = environments;
    for (let at = 0; at < WARM_UP; at++) await events.invoke(nextFailure(), state.now);
    aws.clear();
    return await new Course(aws, environments, plan, state).run();
  } finally {
    for (const environment of environments) environment.stop();
    await aws.stop();
  }
}

interface State {
  /** Simulated, epoch milliseconds. It never goes back. */
  now: number;
  readonly calls: Calls;
  /** Whether calls are counted, and throttled. */
  isCounting: boolean;
  readonly mails: Mail[];
}

/** What AWS does once more after a failure. */
interface Retry {
  readonly due: number;
  readonly act: () => Promise<void>;
}

class Course {
  readonly #handled: Handled[] = [];
  readonly #digested: Handled[] = [];
  readonly #jobs: string[] = [];
  #retries: Retry[] = [];
  readonly #aws: LocalAws;
  readonly #events: Environment;
  readonly #digests: Environment;
  readonly #plan: Plan;
  readonly #state: State;

  constructor(aws: LocalAws, [events, digests]: readonly [Environment, Environment], plan: Plan, state: State) {
    this.#aws = aws;
    this.#events = events;
    this.#digests = digests;
    this.#plan = plan;
    this.#state = state;
  }

  async run(): Promise<Flood> {
    const began = performance.now();
    const deadline = began + this.#plan.seconds * 1000;
    this.#state.isCounting = true;
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#failUntil(deadline)));
    this.#state.isCounting = false;
    const seconds = (performance.now() - began) / 1000;
    process.stderr.write('\n');
    await this.#tellAll();
    const { calls, mails } = this.#state;
    const waited = await this.#waited();
    return { handled: this.#handled, digested: this.#digested, jobs: this.#jobs, calls, seconds, mails, waited };
  }

  async #failUntil(deadline: number): Promise<void> {
    const { count, start, interval } = this.#plan;
    while (this.#jobs.length < count && performance.now() < deadline) {
      const job = nextJob();
      this.#moveTo(start + this.#jobs.length * interval);
      this.#jobs.push(job);
      await this.#work();
      await this.#handle(job, LAMBDA_RETRIES);
      if (this.#handled.length % 100 === 0)
        process.stderr.write(`\r${this.#handled.length} of ${this.#plan.count} events`);
    }
  }

  /** Moves the clock on, until there is nothing left to do. */
  async #tellAll(): Promise<void> {
    for (;;) {
      await this.#work();
      const { schedules } = this.#aws.scheduler;
      // A schedule that was created too late never fires.
      for (const { name, at } of schedules.values()) if (at.getTime() <= this.#state.now) schedules.delete(name);
      const times = [...schedules.values()].map(({ at }) => at.getTime());
      const next = Math.min(...times, ...this.#retries.map(({ due }) => due));
      if (next === Infinity) return;
      this.#moveTo(next);
    }
  }

  /** Does what is due: messages about windows, schedules and retries. */
  async #work(): Promise<void> {
    const bodies = this.#aws.take('digest');
    // What the embedded AWS remembers must not slow it down.
    this.#aws.clear();
    for (const { input } of this.#aws.scheduler.take(new Date(this.#state.now))) bodies.push(input);
    const isDue = ({ due }: Retry) => due <= this.#state.now;
    const due = this.#retries.filter(isDue);
    this.#retries = this.#retries.filter((retry) => !isDue(retry));
    for (const body of bodies) await this.#digest(body, 1);
    for (const { act } of due) await act();
  }

  async #handle(job: string, [wait, ...waits]: readonly number[]): Promise<void> {
    const handled = await this.#events.invoke(failureOf(job), this.#state.now);
    this.#handled.push(handled);
    if (handled.error === undefined || wait === undefined) return;
    this.#retries.push({ due: this.#state.now + wait, act: () => this.#handle(job, waits) });
  }

  async #digest(body: string, receives: number): Promise<void> {
    const handled = await this.#digests.invoke({ Records: [{ body }] }, this.#state.now);
    this.#digested.push(handled);
    if (handled.error === undefined || receives === MOST_RECEIVES) return;
    this.#retries.push({ due: this.#state.now + SQS_RETRY, act: () => this.#digest(body, receives + 1) });
  }

  #moveTo(instant: number): void {
    this.#state.now = Math.max(instant, this.#state.now);
  }

  async #waited(): Promise<Map<string, string[]>> {
    const windows = windowsIn(process.env['STATE_TABLE'] ?? '', this.#plan.configuration.keepDays);
    const waited = new Map<string, string[]>();
    for (const { about } of this.#state.mails) {
      if (!('window' in about) || waited.has(about.window)) continue;
      waited.set(
        about.window,
        (await windows.waitingIn(about.window)).map(({ name }) => name),
      );
    }
    return waited;
  }
}
