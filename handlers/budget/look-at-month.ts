/**
 * Looks at one month of a budget: tells people what share is spent, and stops jobs when the rest does not last.
 *
 * Jobs are stopped one by one. Each is described again before its stop, and the stop counts only if the month has not
 * changed since it was read; then the month is read again.
 */
import { type CountedJob, LONGEST_LOOK } from '../../adapters/dynamodb/months.ts';
import type { Deadlines } from '../../adapters/scheduler/deadlines.ts';
import type { NotifyAction } from '../../domain/action.ts';
import { stopKeyOf } from '../../domain/budget/decide.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import { monthOf } from '../../domain/budget/month/calendar.ts';
import { type LineId, ROLES } from '../../domain/budget/month/line.ts';
import {
  budgetOf,
  fewestNewest,
  type MonthLine,
  type MonthStanding,
  nameOf,
  nextLook,
  oldestCouldGoOn,
  reachedShare,
  type Shortage,
  shortageOf,
  standingOf,
} from '../../domain/budget/month/month.ts';
import { type MonthEvent, type MonthNews, monthNotice } from '../../domain/budget/month/month-alert.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { BudgetServices } from './services.ts';

/** A look as it is logged and returned. */
export interface MonthRecord {
  readonly month: LineId;
  readonly reason: string;
  /** The jobs that were told to stop. */
  readonly stopped: readonly string[];
  readonly nextLookAt: string | undefined;
}

/** Milliseconds that a stop may take. Without them, the next look goes on. */
const RESERVE = 10_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Looks that happen at the same time collide; more attempts than this mean another fault. */
const MOST_ATTEMPTS = 10;
/** The most jobs that are read for their names. */
const MOST_NAMED = 100;

/** What a look uses. */
export interface LookMeans extends Pick<BudgetServices, 'months' | 'clock' | 'mayStop'> {
  readonly deadlines: Pick<Deadlines, 'arm'>;
  readonly configuration: FunctionConfiguration;
  /** Sends a notice to people. Returns `false` when another look is about to send it, and may die before that. */
  readonly tell: (notice: NotifyAction) => Promise<boolean>;
  /** Checks a job, which is to be stopped for `month`. */
  readonly check: (job: JobRef, month: MonthStanding) => Promise<{ readonly isStopped: boolean }>;
  /** Milliseconds that are left. */
  readonly timeLeft: () => number;
}

/** Looks at a month. `asker` is the job whose check leads to this look. */
export async function lookAtMonth(
  { tag, value, month }: LineId,
  means: LookMeans,
  asker?: JobRef,
): Promise<MonthRecord> {
  const id = { tag, value, month };
  const { months, clock, mayStop, configuration } = means;
  const { budgets, timeZone } = configuration;
  const runway = budgets.runwayMinutes * 60;
  const stopped: string[] = [];
  const faults: unknown[] = [];
  const budget = budgetOf(id, configuration);
  const read = async () => {
    const line = await months.read(id);
    return { line, standing: standingOf(id, budget ?? 0, line, clock(), timeZone) };
  };
  const end = (reason: string, nextAt?: Date): MonthRecord => {
    if (faults.length > 0) throw new AggregateError(faults, `a notice about ${nameOf(id)} failed: ${faults[0]}`);
    return { month: id, reason, stopped, nextLookAt: nextAt?.toISOString() };
  };
  const until = async (reason: string, at: Date | undefined): Promise<MonthRecord> => {
    await scheduleLook(id, at, means);
    return end(reason, at);
  };
  /** Tells people once. A notice that fails keeps no job from being stopped. */
  const tell = async (line: MonthLine, what: MonthEvent, news: Omit<MonthNews, 'what' | 'job'>): Promise<void> => {
    const name = `${news.standing.budget}|${what}`;
    if (what !== 'held-back' && line.told.has(name)) return;
    const job = asker ?? (await months.oldest(id))?.job ?? (await take(months.jobs(id, ROLES), 1))[0]?.job;
    if (job === undefined) return;
    try {
      const notPriced = news.standing.unpriced === 0 ? [] : await take(months.jobs(id, ['unpriced']), MOST_NAMED);
      const notice = monthNotice(
        { ...news, what, job, notPriced: notPriced.map((one) => one.job) },
        clock(),
        configuration,
      );
      const isTold = await means.tell(notice);
      if (isTold) await months.told(id, name);
    } catch (error) {
      faults.push(error);
    }
  };

  if (budget === undefined) return end('ground-control.yml has no such budget');
  const started = clock();
  let isStopping = false;
  let before: string | undefined;
  try {
    return await look();
  } finally {
    if (isStopping) await months.end(id);
  }

  async function look(): Promise<MonthRecord> {
    for (;;) {
      const done = await step();
      if (done !== undefined) return done;
    }
  }

  /** One step; undefined when the month has to be looked at again. */
  async function step(): Promise<MonthRecord | undefined> {
    const { line, standing } = await read();
    const now = clock();
    if (id.month !== monthOf(now, timeZone)) return end('the month is over');
    const shortage = shortageOf(standing, runway, now, timeZone);
    const next = nextLook(standing, budgets.warnAt, runway, now, timeZone);
    const wouldStop = budgets.mode === 'observe' ? await stoppable(shortage, standing) : [];
    const share = reachedShare(standing, budgets.warnAt);
    if (share !== undefined) await tell(line, share, { standing, isLast: share === budgets.warnAt.at(-1), wouldStop });
    if (shortage === 'none') return until('the rest lasts', next);
    const isObserved = budgets.mode === 'observe';
    const candidate = isObserved ? undefined : await nextToStop(shortage, standing, now);
    if (shortage === 'short' && (candidate !== undefined || wouldStop.length > 0))
      await tell(line, 'short', { standing, wouldStop });
    if (candidate === undefined) {
      // The job of this check is told what holds for it: it is protected, or nothing is stopped in mode observe.
      if (shortage === 'spent' && asker !== undefined) await means.check(asker, standing);
      if (!isObserved) return until('no job is to be stopped', next);
      // No event says that people have changed the mode.
      const again = wouldStop.length === 0 ? undefined : new Date(now.getTime() + HOUR);
      return until('nothing is stopped in mode observe', next ?? again);
    }
    const soon = new Date(now.getTime() + MINUTE);
    const attempt = `${candidate.key} at ${line.revision}`;
    const isLate = means.timeLeft() < RESERVE || now.getTime() - started.getTime() > LONGEST_LOOK - RESERVE;
    if (isLate || attempt === before) return until('more jobs are to be stopped', soon);
    before = attempt;
    // Looks that come together would all choose the same job.
    isStopping ||= await months.begin(id, now);
    if (!isStopping) return until('another look stops jobs', soon);
    if (
      !(await mayStop(
        stopKeyOf(candidate.key, { amount: 0, from: '', month: standing }),
        { scope: 'policy', most: budgets.mostStopsPerHour },
        now,
      ))
    ) {
      const againAt = budgets.mostStopsPerHour === 0 ? undefined : nextHour(now);
      await tell(line, 'held-back', { standing, againAt });
      return until('the limit of stops per hour is reached', againAt);
    }
    const { isStopped } = await means.check(candidate.job, standing);
    if (isStopped) stopped.push(candidate.job.arn);
    return undefined;
  }

  /** The jobs that would be stopped. */
  async function stoppable(shortage: Shortage, standing: MonthStanding): Promise<JobRef[]> {
    const now = clock();
    if (shortage === 'none') return [];
    if (shortage === 'spent') return (await take(months.newestFirst(id), MOST_NAMED)).map(({ job }) => job);
    const oldest = await months.oldest(id);
    if (oldest === undefined || !oldestCouldGoOn(standing, oldest, runway, now, timeZone)) return [];
    const fewest = await fewestNewest(standing, months.newestFirst(id), runway, now, timeZone);
    return fewest.map(({ job }) => job);
  }

  /** The newest of the jobs that have to be stopped. */
  async function nextToStop(shortage: Shortage, standing: MonthStanding, now: Date): Promise<CountedJob | undefined> {
    if (shortage === 'short') {
      const oldest = await months.oldest(id);
      if (oldest === undefined || !oldestCouldGoOn(standing, oldest, runway, now, timeZone)) return undefined;
    }
    const [newest] = await take(months.newestFirst(id), 1);
    return newest;
  }
}

/** Schedules the next look for `at`, unless an earlier one is scheduled. A look that has come counts no more. */
async function scheduleLook(id: LineId, at: Date | undefined, { months, deadlines, clock }: LookMeans) {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const { lookAt: due } = await months.read(id);
    const isPast = due !== undefined && due <= clock();
    if (at === undefined) return isPast ? months.looked(id, due) : undefined;
    if (due !== undefined && !isPast && due.getTime() <= at.getTime() + MINUTE) return;
    if (await months.lookAt(id, at, due)) return deadlines.arm(id, at, due);
  }
  throw new Error(`the time of the next look at ${nameOf(id)} changed ${MOST_ATTEMPTS} times; the message is retried`);
}

/** The first `most` of `items`. */
async function take<T>(items: AsyncIterable<T>, most: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length >= most) break;
  }
  return taken;
}

/** The first moment of the next clock hour, when the limit of stops allows more. */
const nextHour = (now: Date): Date => new Date((Math.floor(now.getTime() / HOUR) + 1) * HOUR);
