/** One seed from beginning to end: what is planned happens, goes wrong, is put right, and is checked. */
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { SimulatedSageMaker } from '../../local/embedded-aws/sagemaker.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { type LocalAws, startLocalAws } from '../../local/environment.ts';
import { unpack } from '../../local/unpack.ts';
import { AlertMessage } from '../../schemas/alert-message.ts';
import { Configuration } from '../../schemas/configuration.ts';
import { announcements, check, checkBudgets, checkLedgers, nameIn, overbooked, regressed } from './checks.ts';
import { Lambda } from './lambda.ts';
import { detailOf, eventOf, type FaultKind, monthlyBudgets, type PlannedJob, plan, tagsOf } from './plan.ts';
import { type Random, seeded } from './random.ts';

export type Sabotage = 'idempotency' | 'order' | 'reconciliation' | 'queue' | 'ledger';

export interface StoryOptions {
  readonly seed: number;
  readonly jobs: number;
  readonly faults: ReadonlySet<FaultKind>;
  readonly sabotage: Sabotage | undefined;
  readonly bundle: string;
  readonly workers: number;
}

export interface StoryResult {
  readonly seed: number;
  readonly lifecycles: number;
  readonly deliveries: number;
  readonly faults: number;
  readonly killed: number;
  readonly dropped: number;
  readonly found: number;
  /** Ends that were told twice because an answer was lost or a worker died while telling. */
  readonly twiceInWindow: number;
  readonly queued: number;
  /** Jobs that were stopped at their budget. */
  readonly stopped: number;
  readonly calls: number;
  /** What must not be, with the job's history: empty for a good run. */
  readonly wrong: readonly string[];
}

const RECONCILIATION_TIME = 120_000;
/** Milliseconds after which reconciliation asks about all that was not told. */
const LATER = 10 * 60_000;
const MOST_ROUNDS = 40;

export async function tell({
  seed,
  jobs: count,
  faults,
  sabotage,
  bundle,
  workers,
}: StoryOptions): Promise<StoryResult> {
  const random = seeded(seed);
  /** Changes whose telling may have been cut, and jobs of whose events a function ran out of time. */
  const incidents = new Set<string>();
  const history = new Map<string, string[]>();
  const start = Date.now();
  const log = (name: string, line: string) =>
    history.set(name, [...(history.get(name) ?? []), `${Date.now() - start} ms  ${line}`]);
  const trouble = { on: true, kills: true, count: 0 };
  let lambda: Lambda | undefined;

  const fault = (call: Call, path: string): Fault | undefined => {
    const worker = /^\/w(\d+)/.exec(path)?.[1];
    if (!trouble.on || worker === undefined) return undefined;
    // A few jobs can never be told of while there is trouble: their events end in the queue.
    const cursed = call.service === 'sns' && faults.has('error') && isCursed(nameIn(changeOf(call) ?? ''));
    const chosen = cursed ? 'error' : choose(random, faults, trouble.kills);
    if (chosen === undefined) return undefined;
    trouble.count++;
    const change = changeOf(call);
    if (change !== undefined) {
      log(nameIn(change), `${chosen} at ${call.service}:${call.operation}`);
      if (chosen !== 'slow') incidents.add(change);
    }
    if (chosen === 'kill') {
      lambda?.kill(Number(worker));
      return { kind: random.chance(0.5) ? 'lost' : 'reset' };
    }
    return chosen === 'slow' ? { kind: 'slow', milliseconds: random.between(20, 200) } : { kind: chosen };
  };

  const budgets = monthlyBudgets(count);
  const policy = { mode: 'enforce', warnAt: [], mostStopsPerHour: 1000, monthly: { project: budgets } };
  const aws = await startLocalAws(Configuration.parse({ budgets: policy }), fault);
  const environment = {
    ...process.env,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    ...(sabotage && { CHAOS_SABOTAGE: sabotage }),
  };
  const logOf = (event: unknown, line: string) => {
    const name = nameOf(event);
    if (name !== undefined) log(name, line);
  };
  lambda = new Lambda(
    bundle,
    aws.endpoint,
    environment,
    logOf,
    (event, isTimeout) => {
      if (isTimeout) logOf(event, 'its time is up: killed');
      // What it was about to note it may do again.
      incidents.add(nameOf(event) ?? '');
    },
    sabotage !== 'queue',
  );
  const client = new DynamoDBClient({ endpoint: `${aws.endpoint}/harness` });
  try {
    await lambda.start(workers);
    const begin = Date.now();
    const jobs = plan(random, count, count * 12, begin, faults);
    const running = lambda;
    const questions = new BudgetQueue(aws, running);
    await Promise.all(jobs.map((job) => live(job, begin, running, aws.sageMaker, log)));
    await questions.settle();
    const wrong = await regressed(
      jobs,
      client,
      aws.publications.map(({ bodies }) => bodies.get('default') ?? ''),
    );

    wrong.push(...(await overbooked(jobs, client, budgets.sharing, Math.ceil((Date.now() - begin) / 1000))));

    trouble.kills = random.chance(0.2);
    const before = announcements(aws.publications).size;
    if (sabotage !== 'reconciliation') {
      await lambda.once('reconciliation', {}, RECONCILIATION_TIME);
      trouble.on = false;
      await questions.settle();
      for (const later of [0, LATER]) {
        endStopped(jobs, aws.sageMaker);
        let left: string | undefined = 'not begun';
        for (let round = 0; round < MOST_ROUNDS && left !== undefined; round++) {
          left = await lambda.once('reconciliation', {}, RECONCILIATION_TIME, later);
        }
        if (left !== undefined) wrong.push(`reconciliation: ${left}`);
        await questions.settle(later);
      }
      // The minutes pass in which the rest of the money is spent; then those after which a stop is verified.
      trouble.on = true;
      for (const later of [LATER, 2 * LATER]) {
        endStopped(jobs, aws.sageMaker);
        await questions.fire(later);
      }
      trouble.on = false;
    }
    trouble.on = false;
    const found = announcements(aws.publications).size - before;
    const queued = [
      ...lambda.failed,
      ...aws
        .take('quarantine')
        .concat(aws.take('failed'))
        .flatMap((body) => unpack(JSON.parse(body)).map((event) => ({ functionName: functionOf(jobs, event), event }))),
    ];
    for (const { event } of lambda.givenUp.filter((one) => !queued.some(({ event }) => event === one.event))) {
      wrong.push(`${nameOf(event)}: its event was given up, and rests in no queue`);
    }
    for (const { functionName, event } of queued) {
      for (let round = 0; round < MOST_ROUNDS && !(await lambda.invoke(functionName, event, false)); round++)
        await delay(200);
    }
    await questions.settle(LATER);
    wrong.push(
      ...(await check(jobs, client, aws.publications, incidents)),
      ...checkBudgets(jobs, aws, incidents),
      ...(await checkLedgers(jobs, client, aws)),
    );
    return {
      seed,
      lifecycles: jobs.length,
      deliveries: jobs.reduce(
        (sum, { changes }) => sum + changes.reduce((n, { deliveries }) => n + deliveries.length, 0),
        0,
      ),
      faults: trouble.count,
      killed: lambda.killed,
      dropped: jobs.reduce(
        (sum, { changes }) => sum + changes.filter(({ deliveries }) => deliveries.length === 0).length,
        0,
      ),
      found,
      twiceInWindow: [...announcements(aws.publications).values()].filter((times) => times > 1).length,
      queued: queued.length,
      stopped: aws.sageMaker.stopped.length,
      calls: aws.calls.length,
      wrong: wrong.map((what) => `${what}\n${tale(what, jobs, history)}`),
    };
  } finally {
    lambda.stop();
    client.destroy();
    await aws.stop();
  }
}

/** The job that an event is about. */
const nameOf = (event: unknown) => /job-\d+/.exec(JSON.stringify(event).slice(0, 300))?.[0];

const isCursed = (name: string) => Number(name.slice('job-'.length)) % 97 === 5;

/** Faults by what they do; kills are the rarest. */
function choose(
  random: Random,
  faults: ReadonlySet<FaultKind>,
  kills: boolean,
): 'throttle' | 'error' | 'reset' | 'lost' | 'slow' | 'kill' | undefined {
  const wire = (['throttle', 'error', 'reset', 'lost', 'slow'] as const).filter((kind) => faults.has(kind));
  if (kills && faults.has('kill') && random.chance(0.002)) return 'kill';
  return wire.length > 0 && random.chance(0.03) ? random.pick(wire) : undefined;
}

/** Those that share a month end soon after they were told to stop, and cost nothing more. */
function endStopped(jobs: readonly PlannedJob[], sageMaker: SimulatedSageMaker): void {
  for (const { arn, budget } of jobs) {
    const job = sageMaker.resources.get(arn);
    if (budget !== 'sharing' || job?.status !== 'Stopping') continue;
    Object.assign(job, { status: 'Stopped', detail: { ...job.detail, TrainingEndTime: Date.now() / 1000 } });
  }
}

/** The budget function's queue and its schedules, as Lambda and Scheduler would serve them. */
class BudgetQueue {
  readonly #aws: LocalAws;
  readonly #lambda: Lambda;

  constructor(aws: LocalAws, lambda: Lambda) {
    this.#aws = aws;
    this.#lambda = lambda;
  }

  /** Gives the function everything that waits, and what that leads to. */
  async settle(later = 0): Promise<void> {
    for (let bodies = this.#aws.take('budget'); bodies.length > 0; bodies = this.#aws.take('budget')) {
      await Promise.all(bodies.map((body) => this.#lambda.consume('budget', body, later)));
    }
  }

  /** Lets `later` milliseconds pass: schedules fire, some of them twice. */
  async fire(later: number): Promise<void> {
    const due = this.#aws.scheduler.take(new Date(Date.now() + later));
    const twice = due.filter((_, at) => at % 5 === 0);
    await Promise.all([...due, ...twice].map(({ input }) => this.#lambda.consume('budget', input, later)));
    await this.settle(later);
  }
}

/** A job's life: SageMaker knows of each change at once; events come as planned. */
async function live(
  job: PlannedJob,
  begin: number,
  lambda: Lambda,
  sageMaker: SimulatedSageMaker,
  log: (name: string, line: string) => void,
): Promise<void> {
  await Promise.all(
    job.changes.map(async (change) => {
      await delay(Math.max(0, begin + change.at - Date.now()));
      sageMaker.put({
        type: job.type,
        name: job.name,
        arn: job.arn,
        status: change.status,
        ...(job.type === 'training-job' ? { secondaryStatus: change.secondaryStatus } : {}),
        createdAt: new Date(job.createdAt),
        modifiedAt: new Date(begin + change.at),
        ...(job.budget !== undefined && { tags: tagsOf(job.budget), detail: detailOf(job, change, begin) }),
      });
      if (change.deliveries.length === 0) log(job.name, `the event of ${change.status} never comes`);
      await Promise.all(
        change.deliveries.map(async (at, copy) => {
          await delay(Math.max(0, begin + at - Date.now()));
          log(job.name, `${change.status}, copy ${copy + 1}, comes`);
          await lambda.invoke(job.functionName, eventOf(job, change, begin, copy));
        }),
      );
    }),
  );
}

/** The change a call is about, where its effect hangs on the answer: telling, and recording that it was told. */
function changeOf({ service, operation, input }: Call): string | undefined {
  if (service === 'sns' && operation === 'Publish')
    return AlertMessage.parse(JSON.parse(JSON.parse(String(input['Message'])).default)).id;
  const { pk } = Object(input['Key'] ?? input['Item']);
  const key = typeof pk?.S === 'string' ? pk.S : '';
  return key.startsWith('effect#notify|') && operation !== 'PutItem' ? key.slice('effect#notify|'.length) : undefined;
}

function functionOf(jobs: readonly PlannedJob[], event: unknown): string {
  const text = JSON.stringify(event);
  return jobs.find(({ detailType }) => text.includes(`"${detailType}"`))?.functionName ?? '';
}

/** The history of the one job that shows the fault. */
function tale(what: string, jobs: readonly PlannedJob[], history: ReadonlyMap<string, readonly string[]>): string {
  const name = what.slice(0, what.indexOf(':'));
  const job = jobs.find((one) => one.name === name);
  return [`   ${job?.arn}`, ...(history.get(name) ?? []).map((line) => `   ${line}`)].join('\n');
}
