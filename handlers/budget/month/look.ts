/**
 * Looks at one month of a budget: tells people what share is spent, and stops jobs when the rest does not last.
 *
 * Jobs are stopped one by one. Each is described again before its stop, and the stop counts only if the month has not
 * changed since it was read; then the month is read again.
 */
import { LONGEST_LOOK } from '../../../adapters/dynamodb/months.ts';
import { stopKeyOf } from '../../../domain/budget/decide.ts';
import type { JobRef } from '../../../domain/budget/job.ts';
import { monthOf } from '../../../domain/budget/month/calendar.ts';
import type { LineId } from '../../../domain/budget/month/line.ts';
import {
  budgetOf,
  nameOf,
  nextLook,
  reachedShare,
  shortageOf,
  standingOf,
} from '../../../domain/budget/month/month.ts';
import { candidatesOf } from './candidates.ts';
import type { LookMeans } from './means.ts';
import { newsAbout } from './news.ts';
import { scheduleLook } from './schedule-look.ts';

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
  const { tell, faults } = newsAbout(id, means, asker);
  const { wouldStop: stoppable, nextToStop } = candidatesOf(id, means);
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

  if (budget === undefined) return end('ground-control.yml has no such budget');
  const started = clock();
  let isStopping = false;
  let before: string | undefined;
  try {
    for (;;) {
      const done = await step();
      if (done !== undefined) return done;
    }
  } finally {
    if (isStopping) await months.end(id);
  }

  /** One step; undefined when the month has to be looked at again. */
  async function step(): Promise<MonthRecord | undefined> {
    const { line, standing } = await read();
    const now = clock();
    if (id.month !== monthOf(now, timeZone)) return end('the month is over');
    const shortage = shortageOf(standing, runway, now, timeZone);
    const next = nextLook(standing, budgets.warnAt, runway, now, timeZone);
    const wouldStop = budgets.mode === 'observe' ? await stoppable(shortage, standing, now) : [];
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
}

/** The first moment of the next clock hour, when the limit of stops allows more. */
const nextHour = (now: Date): Date => new Date((Math.floor(now.getTime() / HOUR) + 1) * HOUR);
