/** One seed from beginning to end: what is planned happens, goes wrong, is put right, and is checked. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { SimulatedSageMaker } from '../../local/embedded-aws/sagemaker.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { startLocalAws } from '../../local/embedded-aws/start.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { changeOf, nameOf } from './about.ts';
import { namesOf, type Resting, reconcile, redrive, resting } from './aftermath.ts';
import { checkLabeling } from './check-labeling.ts';
import { announcements, check, checkBudgets, checkLedgers, nameIn, overbooked, regressed } from './checks.ts';
import { choose, hasCurse, isCreation } from './faults.ts';
import { Lambda } from './lambda.ts';
import { live } from './life.ts';
import type { FaultKind, PlannedJob } from './lifecycle.ts';
import { monthlyBudgets, plan } from './plan.ts';
import { Queues } from './queues.ts';
import { seeded } from './random.ts';

export type Sabotage = 'idempotency' | 'order' | 'reconciliation' | 'queue' | 'ledger' | 'chain-name';

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
  /** Labeling jobs that were carried on. */
  readonly carriedOn: number;
  readonly calls: number;
  /** What must not be, with the job's history: empty for a good run. */
  readonly wrong: readonly string[];
}

/** Milliseconds after which reconciliation asks about all that was not told. */
const LATER = 10 * 60_000;
/** And what runs, or could not be told, an hour after the last time. */
const AN_HOUR_LATER = 100 * 60_000;

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
  /** What each worker told of last. */
  const telling = new Map<string, string>();
  const history = new Map<string, string[]>();
  const start = Date.now();
  const log = (name: string, line: string) =>
    history.set(name, [...(history.get(name) ?? []), `${Date.now() - start} ms  ${line}`]);
  /** `curses`: until people put right what some jobs cannot be told of for. */
  const trouble = { on: true, kills: true, curses: true, count: 0 };
  let lambda: Lambda | undefined;

  const fault = (call: Call, path: string): Fault | undefined => {
    const worker = /^\/w(\d+)/.exec(path)?.[1];
    if (worker === undefined) return undefined;
    const change = changeOf(call);
    if (change !== undefined) telling.set(worker, change);
    const isCursed = trouble.curses && call.service === 'sns' && faults.has('error') && hasCurse(nameIn(change ?? ''));
    const chosen = isCursed
      ? 'error'
      : trouble.on
        ? choose(random, faults, trouble.kills, isCreation(call))
        : undefined;
    if (chosen === undefined) return undefined;
    trouble.count++;
    const name = change === undefined ? nameOf(call.input) : nameIn(change);
    if (name !== undefined) log(name, `${chosen} at ${call.service}:${call.operation}`);
    if (change !== undefined && chosen !== 'slow') incidents.add(change);
    if (chosen === 'kill') {
      // What it told a moment ago it may not have noted yet.
      incidents.add(telling.get(worker) ?? '');
      lambda?.kill(Number(worker));
      return { kind: random.chance(0.5) ? 'lost' : 'reset' };
    }
    return chosen === 'slow' ? { kind: 'slow', milliseconds: random.between(20, 200) } : { kind: chosen };
  };

  const budgets = monthlyBudgets(count);
  const policy = { mode: 'enforce', warnAt: [], mostStopsPerHour: 1000, monthly: { project: budgets } };
  const aws = await startLocalAws(Configuration.parse({ budgets: policy, labeling: { mode: 'enforce' } }), fault);
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
    const queues = new Queues(aws, running, faults.has('duplicates'));
    await queues.during(Promise.all(jobs.map((job) => live(job, begin, running, aws, log))));
    await queues.settle();
    const wrong = await regressed(
      jobs,
      client,
      aws.publications.map(({ bodies }) => bodies.get('default') ?? ''),
    );

    wrong.push(...(await overbooked(jobs, client, budgets.sharing, Math.ceil((Date.now() - begin) / 1000))));

    trouble.kills = random.chance(0.2);
    const before = announcements(aws.publications).size;
    if (sabotage !== 'reconciliation') {
      await lambda.once('reconciliation', {});
      trouble.on = false;
      await queues.settle();
      for (const later of [0, LATER]) {
        endStopped(jobs, aws.sageMaker);
        wrong.push(...(await reconcile(lambda, later)));
        await queues.settle(later);
      }
      // The minutes pass in which the rest of the money is spent; then those after which a stop is verified.
      trouble.on = true;
      for (const later of [LATER, 2 * LATER]) {
        endStopped(jobs, aws.sageMaker);
        await queues.fire(later);
      }
      trouble.on = false;
      // What was stopped meanwhile, and could not be told of, is told with its end.
      wrong.push(...(await reconcile(lambda, 2 * LATER)));
      await queues.settle(2 * LATER);
    }
    trouble.on = false;
    const found = announcements(aws.publications).size - before;
    trouble.curses = false;
    const queued: Resting[] = [];
    for (let rests = resting(jobs, aws, lambda); rests.length > 0; rests = resting(jobs, aws, lambda)) {
      queued.push(...rests);
      await redrive(rests, lambda);
      await queues.settle(LATER);
    }
    await queues.settle(LATER);
    for (const { event } of lambda.givenUp.filter((one) => !queued.some(({ event }) => event === one.event))) {
      wrong.push(`${nameOf(event)}: its event was given up, and rests in no queue`);
    }
    wrong.push(...checkBudgets(jobs, aws, incidents), ...(await checkLedgers(jobs, client, aws)));
    const stopped = aws.sageMaker.stopped.length;
    if (sabotage !== 'reconciliation') {
      // Who was to tell may not have lived to, and nobody else has been asked since.
      wrong.push(...(await reconcile(lambda, AN_HOUR_LATER)));
      await queues.settle(AN_HOUR_LATER);
    }
    wrong.push(
      ...(await check(jobs, client, aws.publications, incidents)),
      ...(await checkLabeling(jobs, client, aws, incidents, namesOf(queued))),
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
      stopped,
      carriedOn: aws.sageMaker.created.length,
      calls: aws.calls.length,
      wrong: wrong.map((what) => `${what}\n${tale(what, jobs, history)}`),
    };
  } finally {
    lambda.stop();
    client.destroy();
    await aws.stop();
  }
}

/** Those that share a month end soon after they were told to stop, and cost nothing more. */
function endStopped(jobs: readonly PlannedJob[], sageMaker: SimulatedSageMaker): void {
  for (const { arn, budget } of jobs) {
    const job = sageMaker.resources.get(arn);
    if (budget !== 'sharing' || job?.status !== 'Stopping') continue;
    Object.assign(job, { status: 'Stopped', detail: { ...job.detail, TrainingEndTime: Date.now() / 1000 } });
  }
}

/** The history of the one job that shows the fault. */
function tale(what: string, jobs: readonly PlannedJob[], history: ReadonlyMap<string, readonly string[]>): string {
  const name = what.slice(0, what.indexOf(':'));
  const job = jobs.find((one) => one.name === name);
  const kind = job?.labeling === undefined ? '' : ` (${job.labeling})`;
  return [`   ${job?.arn}${kind}`, ...(history.get(name) ?? []).map((line) => `   ${line}`)].join('\n');
}
