/**
 * The example of `docs/budgets.md`: three jobs share a month, and its budget runs out. The product's own functions decide
 * when the month is looked at and which job is stopped.
 */
import { fixed, frozen, type Line, NOTHING, plusSums, rising, sumsOf } from '../../domain/budget/month/line.ts';
import {
  type Candidate,
  fewestNewest,
  type MonthStanding,
  nextLook,
  oldestCouldGoOn,
  shareOf,
  shortageOf,
  standingOf,
} from '../../domain/budget/month/month.ts';
import { amountOver, type FineUsd, fineUsd, type MicroUsd, toMicroUsd } from '../../domain/cost/money.ts';
import { Configuration } from '../../schemas/configuration/file.ts';

const MINUTE = 60_000;
const ID = { tag: 'project', value: 'churn', month: '2026-11' };
/** A stopped container has this time to end (API reference, StopTrainingJob). Milliseconds. */
const ENDING = 2 * MINUTE;
const { budgets, timeZone } = Configuration.parse({});
const runway = budgets.runwayMinutes * 60;

export const BUDGET: MicroUsd = toMicroUsd(100);
/** The shares of the budget at which people are warned. */
export const WARNED = budgets.warnAt.map((percent) => ({ percent, amount: shareOf(BUDGET, percent) }));
export const RUNWAY_MINUTES = budgets.runwayMinutes;

const at = (time: string): Date => new Date(`2026-11-24T${time}:00Z`);
const job = (name: string, usd: string, start: string) => ({
  name,
  perHour: fineUsd(usd) ?? 0n,
  startedAt: at(start),
});
const JOBS = [job('A', '4', '08:00'), job('B', '8', '10:00'), job('C', '20', '12:00')];
/** What jobs have cost that ended before. */
const BEFORE: Line = fixed(toMicroUsd(20));

/** One job of the example. */
export interface ToldJob {
  readonly name: string;
  readonly perHour: FineUsd;
  readonly startedAt: Date;
  /** When Ground Control stops it. */
  readonly stoppedAt: Date;
  readonly endedAt: Date;
}

/** The month from `at` on, until the next moment. */
export interface Moment {
  readonly at: Date;
  readonly spent: MicroUsd;
  /** From this amount on, the rest lasts less than the runway. */
  readonly runwayFrom: MicroUsd;
}

export interface MonthStory {
  readonly jobs: readonly ToldJob[];
  readonly moments: readonly Moment[];
}

/** Tells the example from the start of the first job to the end of the last one. */
export async function tellMonth(): Promise<MonthStory> {
  const stops = new Map<string, Date>();
  const moments: Moment[] = [];
  const endOf = (name: string): Date | undefined => {
    const stoppedAt = stops.get(name);
    return stoppedAt && new Date(stoppedAt.getTime() + ENDING);
  };
  const standingAt = (now: Date): MonthStanding => {
    const shares = JOBS.filter(({ startedAt }) => startedAt <= now).map(({ name, perHour, startedAt }) => {
      const line = rising(perHour, startedAt);
      const end = endOf(name);
      if (end !== undefined && end <= now) return sumsOf({ ...frozen(line, end), role: 'ended' });
      return sumsOf({ ...line, role: stops.has(name) ? 'stopping' : 'running' });
    });
    const sums = shares.reduce(plusSums, plusSums(NOTHING, sumsOf({ ...BEFORE, role: 'ended' })));
    return standingOf(ID, BUDGET, { ...sums, revision: 0 }, now, timeZone);
  };
  for (let now: Date | undefined = at('08:00'); now !== undefined; ) {
    const time: Date = now;
    for (const name of await toStop(standingAt(time), time)) stops.set(name, time);
    const standing = standingAt(time);
    const active = standing.perHour - standing.stoppingPerHour;
    moments.push({ at: time, spent: standing.spent, runwayFrom: BUDGET - amountOver(active, runway) });
    const changes = JOBS.flatMap(({ name, startedAt }) => [startedAt, endOf(name)]);
    const coming = [...changes, nextLook(standing, budgets.warnAt, runway, time, timeZone)];
    const times = coming.flatMap((one) => (one !== undefined && one > time ? one.getTime() : []));
    now = times.length === 0 ? undefined : new Date(Math.min(...times));
  }
  const jobs = JOBS.flatMap((one) => {
    const [stoppedAt, endedAt] = [stops.get(one.name), endOf(one.name)];
    return stoppedAt === undefined || endedAt === undefined ? [] : [{ ...one, stoppedAt, endedAt }];
  });
  return { jobs, moments };

  /** The names of the jobs that a look at `now` stops. */
  async function toStop(standing: MonthStanding, now: Date): Promise<string[]> {
    const running = JOBS.filter(({ name, startedAt }) => startedAt <= now && !stops.has(name));
    const candidates = running.map(
      ({ name, perHour }): Candidate => ({ perHour, job: { type: 'training-job', arn: name } }),
    );
    const shortage = shortageOf(standing, runway, now, timeZone);
    const [oldest] = candidates;
    if (shortage === 'none' || oldest === undefined) return [];
    if (shortage === 'spent') return running.map(({ name }) => name);
    if (!oldestCouldGoOn(standing, oldest, runway, now, timeZone)) return [];
    const fewest = await fewestNewest(standing, candidates.toReversed(), runway, now, timeZone);
    return fewest.map(({ job: { arn } }) => arn);
  }
}
