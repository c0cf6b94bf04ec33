/** The cloud of a story: AWS, the functions as workers, their queues, and the faults that befall their calls. */
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { writeCompiledConfiguration } from '../../../infrastructure/compiled-configuration.ts';
import { functionNotFound, type Invoke } from '../../../local/embedded-aws/lambda.ts';
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { type LocalAws, startLocalAws } from '../../../local/embedded-aws/start.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { type Action, isAction } from '../checks/actions.ts';
import { type Item, items } from '../checks/items.ts';
import { type Told, toldBy } from '../checks/told.ts';
import { ROLE } from '../plan/labeling.ts';
import type { FaultKind, Protection } from '../plan/life.ts';
import type { Random } from '../plan/random.ts';
import { FLOW, OUTPUTS } from '../plan/reviews.ts';
import type { EntryKind, StoryRecord } from '../record.ts';
import type { Mode } from '../truth/reading.ts';
import { alertIn, nameIn, nameOf } from './about.ts';
import { carriedOut, choose, harmOf, type Trouble } from './faults.ts';
import { type Deployment, Lambda } from './lambda.ts';
import { Queues } from './queues.ts';
import { redrive } from './repair.ts';
import { type Sending, Sendings } from './sendings.ts';

export interface CloudOptions {
  readonly random: Random;
  readonly record: StoryRecord;
  readonly faults: ReadonlySet<FaultKind>;
  /** What the deployment lacks. */
  readonly without: ReadonlySet<Protection>;
  /** The modes of the first deployment. */
  readonly mode: Mode;
  /** Monthly budgets in USD, by project. */
  readonly monthly: Readonly<{ [project: string]: number }>;
  /** The time zone of the months. */
  readonly timeZone: string;
  /** When the story begins, epoch milliseconds. */
  readonly start: number;
  /** The compiled `worker.ts`. */
  readonly bundle: string;
  readonly workers: number;
  /** A folder for the configurations of the deployments and for compiled code. */
  readonly folder: string;
}

/** Redriving what redriven events leave behind: more rounds than this would never end. */
const MOST_ROUNDS = 5;

export class Cloud {
  readonly #options: CloudOptions;
  readonly #sendings = new Sendings();
  /** Bodies of the messages that were given up, and of those that people redrove. */
  readonly #givenUp: string[] = [];
  readonly #redriven = new Set<string>();
  readonly actions: Action[] = [];
  readonly trouble: Trouble = { calls: true, kills: true, curses: true, storm: false };
  readonly aws: LocalAws;
  readonly lambda: Lambda;
  readonly queues: Queues;
  readonly #client: DynamoDBClient;
  /** By how many milliseconds the clocks of functions are ahead that `redrive` invokes. */
  redriveLater = 0;
  faults = 0;

  private constructor(options: CloudOptions, aws: LocalAws) {
    this.#options = options;
    this.aws = aws;
    this.#client = new DynamoDBClient({ endpoint: `${aws.endpoint}/harness` });
    const tried = (event: unknown, text: string) => this.#log(event, 'try', text);
    this.lambda = new Lambda(options.bundle, aws.endpoint, this.#deployment(options.mode), {
      tried,
      died: (event, worker, isTimeout) => {
        this.#sendings.died(worker);
        this.#log(event, 'death', isTimeout ? 'its time is up: the worker is killed' : 'the worker died');
      },
      ended: (worker) => this.#sendings.ended(worker),
      gaveUp: (functionName, event, failure) => this.#keepFailed(failureRecord(functionName, event, failure), event),
    });
    this.queues = new Queues(aws, this.lambda, options.faults, {
      tried,
      gaveUp: (body) => this.#keepFailed(body, body),
      lost: (input) => this.#log(input, 'fault', 'its schedule never fires'),
    });
  }

  /** Starts AWS and the workers. */
  static async open(options: CloudOptions): Promise<Cloud> {
    // The server calls these once there are workers, and so once there is a cloud.
    let cloud: Cloud | undefined;
    const aws = await startLocalAws(
      configurationOf('enforce', options),
      (call, path) => (cloud === undefined ? undefined : cloud.#befall(call, path)),
      (functionName, payload) => {
        if (cloud === undefined) throw functionNotFound(functionName);
        return cloud.#invoke(functionName, payload);
      },
      (call, path, isRefused) => {
        if (cloud !== undefined) cloud.#answered(call, path, isRefused);
      },
    );
    cloud = new Cloud(options, aws);
    await cloud.lambda.start(options.workers);
    return cloud;
  }

  async close(): Promise<void> {
    this.lambda.stop();
    this.#client.destroy();
    await this.aws.stop();
  }

  /** Deploys a configuration with these modes. Workers that handle an event finish it with the old one. */
  deploy(mode: Mode): void {
    this.#options.record.note(`a deployment with mode ${mode}`);
    this.lambda.deploy(this.#deployment(mode));
  }

  /**
   * People empty the queues for failures. Messages of functions' queues are then handled `later`, and those of labeling
   * jobs `labelingLater`.
   */
  async repair(later: number, labelingLater = later): Promise<string[]> {
    const wrong: string[] = [];
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { found, left } = await redrive(this.aws, this.#compiled);
      for (const body of found) {
        this.#redriven.add(body);
        this.#log(body, 'action', 'people redrive its event');
      }
      wrong.push(...left.map((what) => `${nameIn(what)}: ${what}`));
      await this.queues.settle(later, labelingLater);
      if (found.length === 0) break;
    }
    return wrong;
  }

  /** What people were told so far. */
  told(): Told[] {
    return toldBy(this.aws.publications, this.#sendings.all);
  }

  /** Every publication that SNS accepted, with what happened around it. */
  get sendings(): readonly Sending[] {
    return this.#sendings.all;
  }

  /** The items of the table. */
  table(): Promise<Item[]> {
    return items(this.#client);
  }

  /** Events that were given up and that nobody could redrive. */
  lost(): string[] {
    return this.#givenUp.filter((body) => !this.#redriven.has(body));
  }

  /** How many alerts SNS accepted, how many of them were repetitions, and how many events people redrove. */
  counts() {
    const { all } = this.#sendings;
    const alerts = new Set(all.map(({ id }) => id)).size;
    return { alerts, repeated: all.length - alerts, redriven: this.#redriven.size };
  }

  get #compiled(): string {
    return join(this.#options.folder, 'compiled');
  }

  #deployment(mode: Mode): Deployment {
    const path = join(this.#options.folder, `${mode}.json`);
    writeCompiledConfiguration(configurationOf(mode, this.#options), path);
    const environment = {
      ...process.env,
      GROUND_CONTROL_CONFIG: path,
      // Most of a worker's start is compiling: the next ones read the result.
      NODE_COMPILE_CACHE: this.#compiled,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    };
    return { mode, environment };
  }

  /** Notes whether a call of a worker took effect. Writes are refused without a fault, too: when two functions meet. */
  #answered(call: Call, path: string, isRefused: boolean): void {
    const worker = workerIn(path);
    if (worker !== undefined) this.#sendings.answered(worker, call, isRefused);
  }

  /** Chooses what befalls a call of a worker, and notes what the call does. */
  #befall(call: Call, path: string): Fault | undefined {
    const worker = workerIn(path);
    if (worker === undefined) return undefined;
    const mode = this.lambda.modeOf(worker);
    const alert = alertIn(call);
    const name = alert === undefined ? nameOf(call.input) : nameIn(alert);
    const { random, faults } = this.#options;
    const chosen = choose(random, faults, this.trouble, call, name);
    const fault = chosen === undefined ? undefined : carriedOut(chosen, random);
    const harm = harmOf(fault);
    this.#sendings.called(worker, mode, call, harm);
    const what = `${call.service}:${call.operation}`;
    if (chosen !== undefined) {
      this.faults++;
      this.#log(name, 'fault', `${chosen} at ${what}`);
    }
    if (alert !== undefined && harm !== 'refused') this.#log(name, 'alert', `${call.input['Subject']}`);
    if (isAction(call)) {
      this.#log(name, 'action', what);
      if (harm !== 'refused') this.actions.push({ call, mode, at: this.lambda.clockOf(worker) });
    }
    if (chosen === 'kill') {
      this.lambda.kill(worker);
      this.#sendings.died(worker);
    }
    return fault;
  }

  /** Runs the function that `redrive` invokes. */
  readonly #invoke: Invoke = async (functionName, payload) => {
    const name = functionName.replace('ground-control-local-', '');
    if (name === functionName) throw functionNotFound(functionName);
    const outcome = await this.lambda.once(name, payload, this.redriveLater);
    this.#log(payload, 'try', `${name}, redriven: ${'failure' in outcome ? outcome.failure : 'handled'}`);
    return 'failure' in outcome ? { error: outcome.failure } : { payload: outcome.result };
  };

  #keepFailed(body: string, event: unknown): void {
    this.#log(event, 'fault', 'it is given up');
    this.#givenUp.push(body);
    if (this.#options.without.has('queue')) return;
    this.aws.messages.push({ queueUrl: process.env['FAILED_QUEUE_URL'] ?? '', body });
  }

  #log(about: unknown, kind: EntryKind, text: string): void {
    if (about === undefined) return;
    const name = typeof about === 'string' ? nameIn(about.slice(0, 1000)) : nameOf(about);
    if (name !== undefined) this.#options.record.add(name, kind, text);
  }
}

/** The number of the worker that made a call. Workers have endpoints of their own. */
function workerIn(path: string): number | undefined {
  const number = /^\/w(\d+)/.exec(path)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Each gets every alert: one at once but in storms, one with a digest, and one after an hour of quiet. */
export const ADDRESSES = ['now@example.com', 'digest@example.com', 'quiet@example.com'] as const;

/** Minutes from the beginning of a story to the end of quiet hours. People have repaired nothing by then. */
const QUIET_FOR = 60;

function subscribersAt(start: number, timeZone: string) {
  const timeAt = (minutes: number) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, hour: '2-digit', minute: '2-digit' }).format(start + minutes * 60_000);
  const [now, digest, quiet] = ADDRESSES;
  return [
    { email: now },
    { email: digest, digest: '5m' },
    { email: quiet, quiet: { from: timeAt(-60), to: timeAt(QUIET_FOR), except: [] } },
  ];
}

function configurationOf(
  mode: Mode,
  { monthly, timeZone, start }: Pick<CloudOptions, 'monthly' | 'timeZone' | 'start'>,
): Configuration {
  const review = { flows: { [FLOW]: { output: OUTPUTS } } };
  const budgets = { mode, mostStopsPerHour: 1000, monthly: { project: monthly } };
  const relays = { to: { all: { queue: 'arn:aws:sqs:us-east-1:123456789012:all' } } };
  return Configuration.parse({
    subscribers: subscribersAt(start, timeZone),
    budgets,
    labeling: { mode, mostUsd: 100, roles: [ROLE] },
    timeZone,
    logs: 'tail',
    review,
    relays,
  });
}

/** Lambda's record of an event that failed in every try. */
const failureRecord = (functionName: string, event: unknown, failure: string): string =>
  JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { functionArn: functionName, condition: 'RetriesExhausted' },
    requestPayload: event,
    responsePayload: { errorMessage: failure },
  });
