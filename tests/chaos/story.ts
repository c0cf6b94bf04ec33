/**
 * Plays one story, planned from one seed: jobs change, faults happen, reconciliation and people repair, and checks
 * follow.
 */
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
  /** Alerts that were sent more than once, because an answer was lost or a worker died while sending. */
  readonly twiceInWindow: number;
  readonly queued: number;
  /** Stop requests for jobs at their budget. */
  readonly stopped: number;
  /** Labeling jobs that were continued. */
  readonly carriedOn: number;
  readonly calls: number;
  /** Failed checks, each with the history of its job; empty for a good run. */
  readonly wrong: readonly string[];
}

/** Milliseconds after which reconciliation checks every resource with an unsent alert. */
const LATER = 10 * 60_000;
/**
 * Milliseconds after which reconciliation also checks running resources, an hour after the last check, and failed
 * alerts.
 */
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
  /**
   * Changes whose alert may have been cut off by a fault, and jobs on whose events a function died or ran out of time.
   */
  const incidents = new Set<string>();
  /** The change that each worker announced last. */
  const telling = new Map<string, string>();
  const history = new Map<string, string[]>();
  const start = Date.now();
  const log = (name: string, line: string) =>
    history.set(name, [...(history.get(name) ?? []), `${Date.now() - start} ms  ${line}`]);
  /** Which faults are on. `curses`: publishing alerts about some jobs fails until people repair the cause. */
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
      // The worker may have sent its last alert without recording it.
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
      // The function may repeat what it had done but not recorded.
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
      // First the minutes in which jobs spend the rest of their money, then those after which Ground Control verifies
      // stops.
      trouble.on = true;
      for (const later of [LATER, 2 * LATER]) {
        endStopped(jobs, aws.sageMaker);
        await queues.fire(later);
      }
      trouble.on = false;
      // When a job was stopped meanwhile and its alert failed, the alert about the end mentions the stop.
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
      // A worker may have died before it sent an alert, and nothing has checked that resource since.
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

/** Ends the `sharing` jobs that are stopping, so that they cost nothing more. */
function endStopped(jobs: readonly PlannedJob[], sageMaker: SimulatedSageMaker): void {
  for (const { arn, budget } of jobs) {
    const job = sageMaker.resources.get(arn);
    if (budget !== 'sharing' || job?.status !== 'Stopping') continue;
    Object.assign(job, { status: 'Stopped', detail: { ...job.detail, TrainingEndTime: Date.now() / 1000 } });
  }
}

/** The history of the job that a failed check names. */
function tale(what: string, jobs: readonly PlannedJob[], history: ReadonlyMap<string, readonly string[]>): string {
  const name = what.slice(0, what.indexOf(':'));
  const job = jobs.find((one) => one.name === name);
  const kind = job?.labeling === undefined ? '' : ` (${job.labeling})`;
  return [`   ${job?.arn}${kind}`, ...(history.get(name) ?? []).map((line) => `   ${line}`)].join('\n');
}
