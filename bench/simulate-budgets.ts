/**
 * `npm run --silent simulate:budgets [-- --seed 1] [--jobs 10000] [--json]`
 *
 * Simulates a month of jobs with caps, with the production meter and policy. Events come late, twice or never,
 * schedules fire anywhere within their minute, spot capacity is interrupted, and APIs throttle. For comparison, the
 * same month is simulated with a program that checks all jobs every five minutes. Time is simulated: nothing waits.
 * Exits with 1 when a job was wrongly stopped, was checked but not stopped at its cap, or overspent beyond its
 * lateness.
 */
import * as z from 'zod';
import { readOptions, runCommand } from '../commands/shared/cli.ts';
import { checkBudget } from '../domain/budget/check.ts';
import { UNCHECKED } from '../domain/budget/checked.ts';
import { limitsOf } from '../domain/budget/limits.ts';
import { judge } from '../domain/change/outcome.ts';
import { type Cost, isPriced, meter } from '../domain/cost/meter.ts';
import { amountOver, type FineUsd, secondsFor } from '../domain/cost/money.ts';
import { pricesIn } from '../domain/cost/prices.ts';
import { SHIPPED_PRICES } from '../domain/cost/shipped-prices.ts';
import { endWithReader } from '../local/play/play-all.ts';
import { Configuration } from '../schemas/configuration/file.ts';
import { TrainingJobStateChange } from '../schemas/event/training-job.ts';
import { type Random, seeded } from '../tests/chaos/plan/random.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MONTH = 30 * 24 * 60 * MINUTE;
const BEGIN = Date.parse('2026-11-01T00:00:00Z');
/** Interval of reconciliation. */
const RECONCILIATION = 15 * MINUTE;
/** After this time without its check, reconciliation takes a schedule for lost. */
const OVERDUE = 5 * MINUTE;
/** Interval of the program that Ground Control is compared with. */
const POLL = 5 * MINUTE;
const JOB = { type: 'training-job', arn: 'arn:aws:sagemaker:us-east-1:123456789012:training-job/j' } as const;
const NO_MONTHS = { monthly: [], timeZone: 'UTC' } as const;
/** The tag that sets a job's cap. */
const CAP_TAG = 'ground-control:max-cost-usd';

const { budgets } = Configuration.parse({ budgets: { mode: 'enforce', mostStopsPerHour: 1000 } });
const prices = pricesIn('us-east-1', {}, () => undefined);
const TYPES = Object.keys(SHIPPED_PRICES['us-east-1']?.prices.Training ?? {});

/** A simulated job. Times are epoch milliseconds. */
interface Job {
  readonly start: number;
  /** When the job would end by itself. */
  readonly end: number;
  readonly type: string;
  readonly count: number;
  readonly capUsd: string;
  readonly isProtected: boolean;
  readonly pauses: readonly { readonly from: number; readonly to: number }[];
  /** When copies of its start event arrive; empty when the event is lost. */
  readonly arrivals: readonly number[];
}

function jobOf(random: Random): Job {
  const start = BEGIN + random.between(0, MONTH);
  // From ten minutes to three days, evenly distributed on a logarithmic scale.
  const length = Math.round(10 * MINUTE * 432 ** (random.between(0, 1000) / 1000));
  const end = start + Math.min(length, 72 * 60 * MINUTE);
  const type = random.pick(TYPES);
  const count = random.pick([1, 1, 1, 2, 4, 8]);
  const pauses: { from: number; to: number }[] = [];
  if (random.chance(0.25)) {
    let at = start;
    while (pauses.length < 3) {
      at += random.between(5 * MINUTE, 10 * 60 * MINUTE);
      const to = at + random.between(MINUTE, 60 * MINUTE);
      if (to > end) break;
      pauses.push({ from: at, to });
      at = to;
    }
  }
  const rate = rateOf(type, count);
  const whole = amountOver(rate, Math.round((end - start) / SECOND)) / 1_000_000;
  const capUsd = Math.max(0.05, whole * (random.between(10, 200) / 100)).toFixed(2);
  const delay = () => (random.chance(0.99) ? random.between(500, 5 * SECOND) : random.between(5 * SECOND, 10 * MINUTE));
  const copies = random.chance(0.02) ? 0 : random.chance(0.1) ? 2 : 1;
  const arrivals = Array.from({ length: copies }, () => start + delay());
  return { start, end, type, count, capUsd, isProtected: random.chance(0.05), pauses, arrivals };
}

function rateOf(type: string, count: number): FineUsd {
  const price = prices.instance('Training', type);
  if (price === undefined) throw new Error(`no price for ${type}`);
  return price.perHour * BigInt(count);
}

/** The job as SageMaker would describe it at `now`. */
function describe(job: Job, now: number, stoppedAt: number | undefined) {
  const status = now >= job.end ? 'Completed' : stoppedAt === undefined ? 'InProgress' : 'Stopping';
  return TrainingJobStateChange.parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: [JOB.arn],
    detail: {
      TrainingJobName: 'j',
      TrainingJobStatus: status,
      CreationTime: job.start - MINUTE,
      TrainingStartTime: job.start,
      ...(now >= job.end && { TrainingEndTime: job.end }),
      ResourceConfig: { InstanceType: job.type, InstanceCount: job.count },
      EnableManagedSpotTraining: job.pauses.length > 0,
      SecondaryStatusTransitions: job.pauses
        .filter(({ from }) => from <= now)
        .map(({ from, to }) => ({ Status: 'Interrupted', StartTime: from, ...(to <= now && { EndTime: to }) })),
      Tags: { [CAP_TAG]: job.capUsd, ...(job.isProtected && { 'ground-control:protected': 'true' }) },
    },
  });
}

function costAt(job: Job, now: number): Cost {
  const cost = meter(describe(job, Math.min(now, job.end - 1), undefined), prices, new Date(now));
  if (!isPriced(cost)) throw new Error(cost.notPriced);
  return cost;
}

/** When the job has spent its cap; absent when it ends before that. */
function spentAt(job: Job): number | undefined {
  const seconds = secondsFor(Math.round(Number(job.capUsd) * 1_000_000), rateOf(job.type, job.count)) ?? Infinity;
  let at = job.start + seconds * SECOND;
  for (const { from, to } of job.pauses) if (at > from) at += to - from;
  return at < job.end ? at : undefined;
}

/** What happened to one job. */
interface Outcome {
  readonly stoppedAt: number | undefined;
  readonly calls: number;
  /** Somebody checked the job before it ended. */
  readonly known: boolean;
}

/** The job under Ground Control: events, schedules and reconciliation trigger checks. */
function guard(job: Job, random: Random): Outcome {
  const owner = { owner: 'unknown', team: 'unknown', project: 'unknown' };
  const checks = [...job.arrivals];
  let calls = 0;
  let stoppedAt: number | undefined;
  let due: number | undefined;
  let known = false;
  for (let round = 0; round < 10_000; round++) {
    // Reconciliation triggers a check when the start event was lost or a schedule did not fire.
    const missedAt = !known ? job.start : due === undefined ? undefined : due + OVERDUE;
    const next = Math.min(...checks, Infinity);
    const reconciled =
      missedAt === undefined ? Infinity : BEGIN + Math.ceil((missedAt - BEGIN) / RECONCILIATION) * RECONCILIATION;
    let now = Math.min(next, reconciled);
    if (now >= job.end || now === Infinity) return { stoppedAt, calls, known };
    if (now === next) checks.splice(checks.indexOf(next), 1);
    // Adds the time for the queue, a cold start and retries of throttled calls.
    now += random.between(50, 2 * SECOND);
    calls += 2;
    if (random.chance(0.03)) {
      now += random.between(SECOND, 4 * SECOND);
      calls++;
    }
    if (random.chance(0.003)) {
      checks.push(now + 90 * SECOND);
      continue;
    }
    known ||= now < job.end;
    const change = describe(job, now, stoppedAt);
    const { stop, nextAt } = checkBudget({
      change,
      verdict: judge(change),
      metered: meter(change, prices, new Date(now)),
      limits: limitsOf('training-job', change.tags, owner, budgets),
      checked: UNCHECKED,
      now: new Date(now),
      ...NO_MONTHS,
      budgets,
    });
    if (stop !== undefined) {
      calls++;
      stoppedAt ??= now;
      return { stoppedAt, calls, known };
    }
    due = nextAt?.getTime();
    if (due !== undefined) {
      calls++;
      const minute = Math.max(Math.floor(due / MINUTE) * MINUTE, Math.floor(now / MINUTE) * MINUTE + MINUTE);
      // Schedules fire at least once, so now and then twice (EventBridge Scheduler user guide).
      for (let copy = random.chance(0.01) ? 2 : 1; copy > 0; copy--)
        checks.push(minute + random.between(0, MINUTE - 1));
    }
  }
  throw new Error('a job was checked ten thousand times');
}

/** The job under a program that lists and describes all running jobs every five minutes. */
function poll(job: Job): Outcome {
  const spent = spentAt(job);
  const first = Math.ceil((job.start - BEGIN) / POLL);
  const last = Math.floor(((job.isProtected ? job.end : Math.min(job.end, (spent ?? job.end) + POLL)) - BEGIN) / POLL);
  const stop = spent === undefined || job.isProtected ? undefined : BEGIN + Math.ceil((spent - BEGIN) / POLL) * POLL;
  return {
    stoppedAt: stop !== undefined && stop < job.end ? stop : undefined,
    calls: Math.max(0, last - first + 1),
    known: true,
  };
}

/** The result for all jobs of the month. */
interface Summary {
  readonly overBudget: number;
  readonly stopped: number;
  readonly wronglyStopped: number;
  readonly neverStopped: number;
  /**
   * How many of `neverStopped` nobody checked: their event was lost or late, and they ended before reconciliation ran.
   */
  readonly neverKnown: number;
  readonly latenessSeconds: Quantiles;
  readonly overspendUsd: Quantiles & { readonly sum: number };
  /**
   * Jobs that spent more than the price of the seconds by which they were stopped late; 0 unless the meter is wrong.
   */
  readonly overspendBeyondLateness: number;
  readonly calls: number;
}

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

function summarise(jobs: readonly Job[], outcomes: readonly Outcome[]): Summary {
  const lateness: number[] = [];
  const overspend: number[] = [];
  let [overBudget, wronglyStopped, neverStopped, neverKnown, beyond] = [0, 0, 0, 0, 0];
  for (const [at, job] of jobs.entries()) {
    const spent = spentAt(job);
    const { stoppedAt, known } = outcomes[at] ?? { stoppedAt: undefined, known: false };
    // A job that ends by itself within three minutes of its cap does not count: it may end while a throttled call is
    // retried.
    const isOver = spent !== undefined && !job.isProtected && job.end - spent > 3 * MINUTE;
    if (isOver) overBudget++;
    if (isOver && stoppedAt === undefined) {
      neverStopped++;
      if (!known) neverKnown++;
    }
    if (stoppedAt === undefined) continue;
    const cap = Math.round(Number(job.capUsd) * 1_000_000);
    const cost = costAt(job, stoppedAt);
    const early = cap - cost.amount;
    if (job.isProtected || early > amountOver(rateOf(job.type, job.count), 60) + 1) wronglyStopped++;
    lateness.push(spent === undefined ? 0 : (stoppedAt - spent) / SECOND);
    const over = Math.max(0, cost.amount - cap);
    overspend.push(over / 1_000_000);
    const price = amountOver(
      rateOf(job.type, job.count),
      Math.max(0, Math.ceil((stoppedAt - (spent ?? stoppedAt)) / SECOND) + 1),
    );
    if (over > price) beyond++;
  }
  return {
    overBudget,
    stopped: lateness.length,
    wronglyStopped,
    neverStopped,
    neverKnown,
    latenessSeconds: quantiles(lateness),
    overspendUsd: { ...quantiles(overspend), sum: overspend.reduce((sum, usd) => sum + usd, 0) },
    overspendBeyondLateness: beyond,
    calls: outcomes.reduce((sum, { calls }) => sum + calls, 0),
  };
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

const USAGE = 'usage: npm run --silent simulate:budgets -- [--seed 1] [--jobs 10000] [--json]';
const whole = (most: number) => z.coerce.number().int().min(1).max(most);
const Options = z.object({ seed: whole(2 ** 31), jobs: whole(1_000_000), json: z.boolean() });

const DEFAULTS = {
  seed: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '10000' },
  json: { type: 'boolean', default: false },
} as const;

async function simulate(): Promise<number> {
  const options = readOptions(USAGE, DEFAULTS, Options);
  const random = seeded(options.seed);
  const jobs = Array.from({ length: options.jobs }, () => jobOf(random));
  const guarded = summarise(
    jobs,
    jobs.map((job) => guard(job, random)),
  );
  const polled = summarise(jobs, jobs.map(poll));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ seed: options.seed, jobs: options.jobs, guarded, polled }, null, 2)}\n`);
  } else {
    const lost = jobs.filter(({ arrivals }) => arrivals.length === 0).length;
    process.stdout.write(
      `${options.jobs} jobs in 30 days, seed ${options.seed}; the start events of ${lost} were lost\n\n`,
    );
    const rows: [string, (summary: Summary) => string][] = [
      ['over their budget', ({ overBudget }) => String(overBudget)],
      ['stopped', ({ stopped }) => String(stopped)],
      ['wrongly stopped', ({ wronglyStopped }) => String(wronglyStopped)],
      ['over budget, never stopped', ({ neverStopped }) => String(neverStopped)],
      ['  of those, never checked', ({ neverKnown }) => String(neverKnown)],
      ['lateness p50', ({ latenessSeconds }) => `${latenessSeconds.p50.toFixed(1)} s`],
      ['lateness p99', ({ latenessSeconds }) => `${latenessSeconds.p99.toFixed(1)} s`],
      ['lateness max', ({ latenessSeconds }) => `${latenessSeconds.max.toFixed(1)} s`],
      ['overspend p50', ({ overspendUsd }) => `$${overspendUsd.p50.toFixed(4)}`],
      ['overspend p99', ({ overspendUsd }) => `$${overspendUsd.p99.toFixed(4)}`],
      ['overspend max', ({ overspendUsd }) => `$${overspendUsd.max.toFixed(4)}`],
      ['overspend in all', ({ overspendUsd }) => `$${overspendUsd.sum.toFixed(2)}`],
      ['beyond the price of those seconds', ({ overspendBeyondLateness }) => String(overspendBeyondLateness)],
      ['API calls about jobs', ({ calls }) => String(calls)],
    ];
    const line = (...cells: readonly string[]) =>
      `${cells[0]?.padEnd(36)}${cells
        .slice(1)
        .map((cell) => cell.padStart(18))
        .join('')}\n`;
    process.stdout.write(line('', 'Ground Control', '5-minute poller'));
    for (const [name, show] of rows) process.stdout.write(line(name, show(guarded), show(polled)));
  }
  const missed = guarded.neverStopped - guarded.neverKnown;
  return guarded.wronglyStopped + guarded.overspendBeyondLateness + missed === 0 ? 0 : 1;
}

endWithReader();
await runCommand('simulate:budgets', USAGE, simulate);
