/**
 * Plays one story, planned from one seed: lives change, faults happen, reconciliation and people repair, and checks
 * follow.
 */
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import { functionNotFound, type Invoke } from '../../local/embedded-aws/lambda.ts';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { type LocalAws, startLocalAws } from '../../local/embedded-aws/start.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { type Action, checkActions, checkSharing, isAction } from './checks/actions.ts';
import { items } from './checks/items.ts';
import { checkLabeling } from './checks/labeling.ts';
import { checkLedgers, overbooked } from './checks/ledgers.ts';
import { checkTable, regressed } from './checks/table.ts';
import { checkTold, subjectOf, type Told, toldBy } from './checks/told.ts';
import { alertIn, nameIn, nameOf } from './cloud/about.ts';
import { carriedOut, choose, harmOf, type Trouble } from './cloud/faults.ts';
import { type Deployment, Lambda } from './cloud/lambda.ts';
import { keyOf, live, noTimes, release, type Stage } from './cloud/live.ts';
import { Queues } from './cloud/queues.ts';
import { reconcile, redrive } from './cloud/repair.ts';
import { Sendings } from './cloud/sendings.ts';
import { monthlyBudgets } from './plan/budgets.ts';
import type { FaultKind, Life } from './plan/life.ts';
import { plan } from './plan/plan.ts';
import { type Random, seeded } from './plan/random.ts';
import { type EntryKind, Record } from './record.ts';
import type { Course, Mode } from './truth/reading.ts';
import { monthReadings, readingsOf } from './truth/readings.ts';

/** Parts of a deployment that a story can do without, to show that the checks notice. */
export const PROTECTIONS = ['reconciliation', 'queue'] as const;
export type Protection = (typeof PROTECTIONS)[number];

export interface StoryOptions {
  readonly seed: number;
  /** How many lives. */
  readonly jobs: number;
  readonly faults: ReadonlySet<FaultKind>;
  /** What the deployment lacks. */
  readonly without: ReadonlySet<Protection>;
  /** The compiled `cloud/worker.ts`. */
  readonly bundle: string;
  readonly workers: number;
  /** A folder for the configurations of the deployments. */
  readonly folder: string;
}

export interface StoryResult {
  readonly seed: number;
  readonly lives: readonly Life[];
  readonly record: Record;
  /** Failed checks; empty for a good run. Most begin with the name of a life. */
  readonly wrong: readonly string[];
  readonly counts: Counts;
}

/** How much happened. */
export interface Counts {
  readonly lives: number;
  readonly deliveries: number;
  /** Events that never came. */
  readonly dropped: number;
  readonly calls: number;
  readonly faults: number;
  readonly killed: number;
  readonly alerts: number;
  /** Sendings that repeated an alert, each because of an incident of its own. */
  readonly repeated: number;
  /** Events and messages that people put back with `redrive`. */
  readonly redriven: number;
  /** Jobs that were stopped at their budget. */
  readonly stopped: number;
  /** Labeling jobs that were continued. */
  readonly continued: number;
  /** Seconds, in real time. */
  readonly seconds: number;
}

/** Milliseconds between the beginnings of two lives, on average. */
const BETWEEN_LIVES = 12;
const MINUTE = 60_000;
/** After this reconciliation checks every resource with an unsent alert. */
const LATER = 10 * MINUTE;
/** After this it also checks running resources, an hour after the last check, and failed alerts. */
const AN_HOUR_LATER = 100 * MINUTE;
/** How long the table throttles every call. */
const STORM = 30 * MINUTE;
/** After this people redrive events in some stories: labeling jobs are then left to people. */
const MUCH_LATER = 8 * 24 * 60 * MINUTE;

/** Plays a story. */
export async function tell(options: StoryOptions): Promise<StoryResult> {
  const begin = Date.now();
  const story = new Story(options, begin);
  try {
    await story.open();
    const wrong = await story.play();
    return story.result(wrong);
  } finally {
    await story.close();
  }
}

class Story {
  readonly #options: StoryOptions;
  readonly #random: Random;
  readonly #record: Record;
  readonly #sendings = new Sendings();
  readonly #actions: Action[] = [];
  readonly #trouble: Trouble = { calls: true, kills: true, curses: true, storm: false };
  readonly #times = noTimes();
  /** When SageMaker showed the end of a job that was stopped, by ARN. */
  readonly #ended = new Map<string, number>();
  readonly #redriven = new Set<string>();
  readonly #givenUp: string[] = [];
  #begin: number;
  #lives: readonly Life[] = [];
  #faults = 0;
  #isRedrivenLate = false;
  #aws!: LocalAws;
  #lambda!: Lambda;
  #queues!: Queues;
  #client!: DynamoDBClient;

  constructor(options: StoryOptions, begin: number) {
    this.#options = options;
    this.#begin = begin;
    this.#random = seeded(options.seed);
    this.#record = new Record(begin);
  }

  /** Starts AWS and the workers. */
  async open(): Promise<void> {
    const { bundle, workers, faults } = this.#options;
    const deployment = this.#deployment(this.#firstMode);
    this.#aws = await startLocalAws(
      this.#configuration('enforce'),
      (call, path) => this.#befall(call, path),
      this.#invoke,
    );
    this.#client = new DynamoDBClient({ endpoint: `${this.#aws.endpoint}/harness` });
    const tried = (event: unknown, text: string) => this.#log(event, 'try', text);
    this.#lambda = new Lambda(bundle, this.#aws.endpoint, deployment(), {
      tried,
      died: (event, worker, isTimeout) => {
        this.#sendings.died(worker);
        this.#log(event, 'death', isTimeout ? 'its time is up: the worker is killed' : 'the worker died');
      },
      ended: (worker) => this.#sendings.ended(worker),
      gaveUp: (functionName, event, failure) => {
        // Lambda's record of a failed event.
        const record = {
          version: '1.0',
          timestamp: new Date().toISOString(),
          requestContext: { functionArn: functionName, condition: 'RetriesExhausted' },
          requestPayload: event,
          responsePayload: { errorMessage: failure },
        };
        this.#keepFailed(JSON.stringify(record), event);
      },
    });
    this.#queues = new Queues(this.#aws, this.#lambda, faults, {
      tried,
      gaveUp: (body) => this.#keepFailed(body, body),
      lost: (input) => this.#log(input, 'fault', 'its schedule never fires'),
    });
    await this.#lambda.start(workers);
  }

  async close(): Promise<void> {
    this.#lambda?.stop();
    this.#client?.destroy();
    await this.#aws?.stop();
  }

  /** Plays the story and returns everything that is wrong. */
  async play(): Promise<string[]> {
    const { jobs, faults, without } = this.#options;
    const trouble = this.#trouble;
    this.#begin = Date.now();
    const begin = this.#begin;
    this.#lives = plan(this.#random, jobs, jobs * BETWEEN_LIVES, begin, faults);
    const stage = this.#stage();
    const wrong: string[] = [];
    const isReconciled = !without.has('reconciliation');

    const story = Promise.all(this.#lives.map((life) => live(life, stage)));
    await this.#queues.during(Promise.all([story, this.#meanwhile(story)]));
    await this.#queues.settle();
    const early = await items(this.#client);
    wrong.push(
      ...regressed(this.#lives, early, this.#told()),
      ...overbooked(this.#lives, early, this.#budgets.sharing, Math.ceil((Date.now() - begin) / 1000)),
    );

    trouble.kills = this.#random.chance(0.2);
    if (isReconciled) {
      await this.#lambda.once('reconciliation', {});
      trouble.calls = false;
      await this.#queues.settle();
      for (const later of [0, LATER]) {
        this.#endStopped(later, 'sharing');
        wrong.push(...(await reconcile(this.#lambda, later)));
        await this.#queues.settle(later);
      }
      // First the minutes in which jobs spend the rest of their money, then those after which Ground Control verifies
      // stops.
      trouble.calls = true;
      for (const later of [LATER, 2 * LATER]) {
        this.#endStopped(later, 'sharing');
        await this.#queues.fire(later);
      }
      trouble.calls = false;
      // When a job was stopped meanwhile and its alert failed, the alert about the end mentions the stop.
      wrong.push(...(await reconcile(this.#lambda, 2 * LATER)));
      await this.#queues.settle(2 * LATER);
    }
    trouble.calls = false;
    trouble.curses = false;
    this.#isRedrivenLate = this.#random.chance(0.5);
    wrong.push(...(await this.#repair(this.#isRedrivenLate ? MUCH_LATER : 2 * LATER)));
    wrong.push(
      ...checkSharing(this.#lives, this.#aws.sageMaker.stopped),
      ...checkLedgers(this.#lives, await items(this.#client), this.#aws),
    );

    await this.#throttle(stage);
    const later = AN_HOUR_LATER + STORM + LATER;
    wrong.push(...(await this.#repair(later)));
    if (isReconciled) {
      for (const at of [later, later + LATER]) {
        this.#endStopped(at, 'spent', 'spending', 'sharing');
        wrong.push(...(await reconcile(this.#lambda, at)));
        await this.#queues.settle(at);
      }
    }
    return [...wrong, ...(await this.#check(later + LATER))];
  }

  result(wrong: readonly string[]): StoryResult {
    const changes = this.#lives.flatMap((life) => life.changes);
    const ids = new Set(this.#sendings.all.map(({ id }) => id));
    for (const what of wrong) this.#record.add(nameIn(what.slice(0, 20)) ?? '', 'wrong', what);
    return {
      seed: this.#options.seed,
      lives: this.#lives,
      record: this.#record,
      wrong: [...new Set(wrong)],
      counts: {
        lives: this.#lives.length,
        deliveries: changes.reduce((sum, { deliveries }) => sum + deliveries.length, 0),
        dropped: changes.filter(({ deliveries }) => deliveries.length === 0).length,
        calls: this.#aws.calls.length,
        faults: this.#faults,
        killed: this.#lambda.killed,
        alerts: ids.size,
        repeated: this.#sendings.all.length - ids.size,
        redriven: this.#redriven.size,
        stopped: this.#aws.sageMaker.stopped.length,
        continued: this.#aws.sageMaker.created.length,
        seconds: (Date.now() - this.#begin) / 1000,
      },
    };
  }

  // ---- What happens while lives go on.

  /** Reconciliation runs while events arrive, and people deploy other modes. */
  async #meanwhile(story: Promise<unknown>): Promise<void> {
    const { jobs, faults, without } = this.#options;
    const span = jobs * BETWEEN_LIVES;
    const until = async (share: number) =>
      new Promise((resolve) => setTimeout(resolve, Math.max(0, this.#begin + span * share - Date.now())));
    const runs = [0.3, 0.8].map(async (share) => {
      await until(share);
      if (!without.has('reconciliation')) await this.#lambda.once('reconciliation', {});
    });
    const deployments = this.#modes.slice(1).map(async (mode, nth) => {
      await until((nth + 1) / this.#modes.length);
      if (faults.has('deploy')) this.#deploy(mode);
    });
    await Promise.all([story, ...runs, ...deployments]);
  }

  /**
   * The half hour in which the table throttles every call. Lives that were held back end in it, and reconciliation
   * fails in it.
   */
  async #throttle(stage: Stage): Promise<void> {
    const { faults, without } = this.#options;
    const held = this.#lives.filter(({ isHeldBack }) => isHeldBack);
    this.#trouble.storm = faults.has('throttle');
    this.#record.note('half an hour of throttling begins');
    await Promise.all(held.map((life) => release(life, stage, AN_HOUR_LATER)));
    if (!without.has('reconciliation')) await this.#lambda.once('reconciliation', {}, AN_HOUR_LATER + STORM / 2);
    this.#trouble.storm = false;
    this.#record.note('the throttling is over');
  }

  /** People empty the queues for failures. Messages of functions' queues are then handled `later`. */
  async #repair(later: number): Promise<string[]> {
    const wrong: string[] = [];
    for (let round = 0; round < 5; round++) {
      const { found, left } = await redrive(this.#aws, join(this.#options.folder, 'compiled'));
      for (const body of found) {
        this.#redriven.add(body);
        this.#log(body, 'action', 'people redrive its event');
      }
      wrong.push(...left.map((what) => `${nameIn(what)}: ${what}`));
      await this.#queues.settle(later);
      if (found.length === 0) break;
    }
    return wrong;
  }

  /** Shows the ends of the jobs with these budgets that are stopping, by the clock of functions `later` ahead. */
  #endStopped(later: number, ...budgets: readonly string[]): void {
    for (const { name, arn, budget } of this.#lives) {
      const job = this.#aws.sageMaker.resources.get(arn);
      if (!budgets.includes(budget ?? '') || job?.status !== 'Stopping' || isStubborn(name, budget)) continue;
      const at = Date.now() + later;
      this.#ended.set(arn, at);
      this.#record.add(name, 'change', 'Stopped');
      Object.assign(job, {
        status: 'Stopped',
        secondaryStatus: 'Stopped',
        modifiedAt: new Date(at),
        detail: { ...job.detail, TrainingEndTime: at / 1000 },
      });
    }
  }

  // ---- What befalls calls.

  #befall(call: Call, path: string): Fault | undefined {
    const number = /^\/w(\d+)/.exec(path)?.[1];
    if (number === undefined || this.#lambda === undefined) return undefined;
    const worker = Number(number);
    const mode = this.#lambda.modeOf(worker);
    const alert = alertIn(call);
    const name = alert === undefined ? nameOf(call.input) : nameIn(alert);
    const chosen = choose(this.#random, this.#options.faults, this.#trouble, call, name);
    const fault = chosen === undefined ? undefined : carriedOut(chosen, this.#random);
    const harm = harmOf(fault);
    this.#sendings.called(worker, mode, call, harm);
    const what = `${call.service}:${call.operation}`;
    if (chosen !== undefined) {
      this.#faults++;
      this.#log(name, 'fault', `${chosen} at ${what}`);
    }
    if (alert !== undefined && harm !== 'refused') this.#log(name, 'alert', `${call.input['Subject']}`);
    if (isAction(call)) {
      this.#log(name, 'action', what);
      if (harm !== 'refused') this.#actions.push({ call, mode });
    }
    if (chosen === 'kill') {
      this.#lambda.kill(worker);
      this.#sendings.died(worker);
    }
    return fault;
  }

  /** The functions that `redrive` invokes. */
  readonly #invoke: Invoke = async (functionName, payload) => {
    const name = functionName.replace('ground-control-local-', '');
    if (name === functionName) throw functionNotFound(functionName);
    const later = this.#trouble.storm ? AN_HOUR_LATER : 2 * LATER;
    const outcome = await this.#lambda.once(name, payload, later);
    this.#log(payload, 'try', `${name}, redriven: ${'failure' in outcome ? outcome.failure : 'handled'}`);
    return 'failure' in outcome ? { error: outcome.failure } : { payload: outcome.result };
  };

  #keepFailed(body: string, event: unknown): void {
    this.#log(event, 'fault', 'it is given up');
    this.#givenUp.push(body);
    if (this.#options.without.has('queue')) return;
    this.#aws.messages.push({ queueUrl: process.env['FAILED_QUEUE_URL'] ?? '', body });
  }

  #log(about: unknown, kind: EntryKind, text: string): void {
    if (about === undefined) return;
    const name = typeof about === 'string' ? nameIn(about.slice(0, 1000)) : nameOf(about);
    if (name !== undefined) this.#record.add(name, kind, text);
  }

  // ---- Deployments.

  /** The modes of the story's deployments, one after the other. The last one enforces. */
  get #modes(): readonly Mode[] {
    if (!this.#options.faults.has('deploy')) return ['enforce'];
    return this.#options.seed % 2 === 0 ? ['enforce', 'observe', 'enforce'] : ['observe', 'enforce'];
  }

  get #firstMode(): Mode {
    return this.#modes[0] ?? 'enforce';
  }

  get #budgets() {
    return monthlyBudgets(this.#options.jobs);
  }

  #configuration(mode: Mode): Configuration {
    const budgets = { mode, warnAt: [], mostStopsPerHour: 1000, monthly: { project: this.#budgets } };
    return Configuration.parse({ budgets, labeling: { mode } });
  }

  /** A deployment with these modes. It can be made once AWS runs, whose endpoints are in the environment. */
  #deployment(mode: Mode): () => Deployment {
    return () => {
      const path = join(this.#options.folder, `${this.#options.seed}-${mode}.json`);
      writeCompiledConfiguration(this.#configuration(mode), path);
      const environment = {
        ...process.env,
        GROUND_CONTROL_CONFIG: path,
        // Most of a worker's start is compiling: the next ones read the result.
        NODE_COMPILE_CACHE: join(this.#options.folder, 'compiled'),
        POWERTOOLS_LOG_LEVEL: 'SILENT',
        POWERTOOLS_METRICS_DISABLED: 'true',
      };
      return { mode, environment };
    };
  }

  #deploy(mode: Mode): void {
    this.#record.note(`a deployment with mode ${mode}`);
    this.#lambda.deploy(this.#deployment(mode)());
  }

  #stage(): Stage {
    return {
      begin: this.#begin,
      lambda: this.#lambda,
      aws: this.#aws,
      record: this.#record,
      times: this.#times,
    };
  }

  // ---- Checks at the end.

  #told(): Told[] {
    return toldBy(this.#aws.publications, this.#sendings.all);
  }

  async #check(later: number): Promise<string[]> {
    const told = this.#told();
    const all = await items(this.#client);
    const bySubject = Map.groupBy(told, subjectOf);
    const names = new Set(this.#lives.map(({ name }) => name));
    const byLife = this.#lives.flatMap((life) =>
      checkTold(life, bySubject.get(life.name) ?? [], readingsOf(life, this.#courseOf(life, later), this.#begin)),
    );
    const others = [...bySubject].flatMap(([name, all]) => {
      if (names.has(name)) return [];
      const budget = name === 'sharing' ? this.#budgets.sharing : undefined;
      return checkTold({ name, type: 'project' }, all, budget === undefined ? [] : monthReadings(budget));
    });
    const givenUp = this.#givenUp.filter((body) => !this.#redriven.has(body));
    return [
      ...byLife,
      ...others,
      ...givenUp.map((body) => `${nameIn(body)}: its event was given up, and rests in no queue`),
      ...checkActions(this.#lives, this.#actions, this.#aws.sageMaker.stopped),
      ...checkLabeling(this.#lives, all, this.#aws.sageMaker, told),
      ...checkTable(this.#lives, all, told),
    ];
  }

  #courseOf(life: Life, later: number): Course {
    const { happened, handled } = this.#times;
    const numbers = life.changes.map((_, number) => number);
    return {
      stops: this.#aws.sageMaker.stopped.filter((arn) => arn === life.arn).length,
      endedAt: this.#ended.get(life.arn),
      inTime: new Set(
        numbers.filter((number) => {
          const [is, next] = [handled.get(keyOf(life, number)), happened.get(keyOf(life, number + 1))];
          return is !== undefined && next !== undefined && is < next;
        }),
      ),
      came: new Set(numbers.filter((number) => (life.changes[number]?.deliveries.length ?? 0) > 0)),
      isRedrivenLate: this.#isRedrivenLate,
      until: Date.now() + later,
    };
  }
}

/** Some jobs do not end although SageMaker has agreed to stop them. */
const isStubborn = (name: string, budget: string | undefined) => budget !== 'sharing' && name.endsWith('47');
