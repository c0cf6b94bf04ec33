/**
 * What must happen to a month of a budget. All its jobs cost the same an hour.
 *
 * When the rest lasts less than the runway, the fewest newest jobs are stopped after which it lasts that long again. When
 * nothing is left, all are. Protected jobs go on.
 */
import { RUNWAY, USD_PER_HOUR } from '../plan/budgets.ts';
import type { Mode, Reading } from './reading.ts';
import { inWords, MONTHS } from './statuses.ts';

/** A job of a month. Times are epoch milliseconds by the clocks of functions. */
export interface MonthJob {
  readonly name: string;
  readonly isProtected: boolean;
  readonly from: number;
  /** When Ground Control decided to stop it; absent when it never did. */
  readonly stoppingAt: number | undefined;
  /** When SageMaker agreed to stop it. */
  readonly stoppedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Its month counted it when all faults had been repaired for the first time. */
  readonly isKnown: boolean;
}

export interface Month {
  readonly project: string;
  readonly usd: number;
  readonly jobs: readonly MonthJob[];
}

const MINUTE = 60_000;
/** From its decision to its stop, a function needs less than this. Milliseconds. */
const DELAY = 10_000;
/** Minutes: Ground Control counts whole seconds. */
const PRECISION = 0.1;
/** A look whose schedule got lost is requested again after five minutes, and was due at a whole minute. */
const FOUND_AFTER = 7 * MINUTE;

/** What the month has spent by `at`, in USD. */
const spentBy = ({ jobs }: Month, at: number): number =>
  jobs.reduce((sum, { from, endedAt = at }) => sum + costOf(Math.max(0, Math.min(at, endedAt) - from)), 0);

const costOf = (milliseconds: number) => (USD_PER_HOUR * milliseconds) / (60 * MINUTE);

/** Minutes that the rest of the month lasts at `at`, when so many jobs go on. */
const lasts = (month: Month, at: number, jobs: number): number =>
  (60 * (month.usd - spentBy(month, at))) / (USD_PER_HOUR * jobs);

/** The jobs that nobody has stopped at `at`. */
const activeAt = ({ jobs }: Month, at: number): MonthJob[] =>
  jobs.filter(({ stoppedAt = Infinity }) => stoppedAt >= at);

/** Jobs that had to go on and were stopped. `knownFrom`: from then on the month counts the jobs that it knows. */
export function wrongStops(month: Month, knownFrom: number): string[] {
  return month.jobs.flatMap((job) => {
    const { name, stoppedAt, from } = job;
    if (stoppedAt === undefined || lasts(month, stoppedAt, 1) <= 0) return [];
    const active = activeAt(month, stoppedAt);
    const left = lasts(month, stoppedAt, active.length);
    if (left >= RUNWAY + PRECISION)
      return [`${name}: it was stopped, and the rest of ${month.project} lasted ${left} minutes`];
    // Before that, the month may not have known the other jobs.
    if (stoppedAt < knownFrom) return [];
    const newer = active.filter(
      (other) =>
        !other.isProtected &&
        other.isKnown &&
        other.from > from &&
        // A function that died before it stopped the job leaves it for five minutes.
        (other.stoppingAt === undefined || other.stoppingAt > stoppedAt),
    );
    const inVain = 1 + active.filter(({ isProtected }) => isProtected).length;
    const isInVain = month.jobs.every(({ isKnown }) => isKnown) && lasts(month, stoppedAt - DELAY, inVain) < RUNWAY;
    return [
      ...newer.map((other) => `${name}: it was stopped, and ${other.name}, which is newer, went on`),
      ...(isInVain ? [`${name}: it was stopped, and not even the oldest job could go on for the runway`] : []),
    ];
  });
}

/** Jobs that go on although their month is spent, or its rest does not last; `until` is the last run of reconciliation. */
export function wrongAtEnd(month: Month, until: number): string[] {
  const at = until - FOUND_AFTER;
  const active = activeAt(month, Infinity);
  const free = active.filter(({ isProtected }) => !isProtected);
  if (free.length === 0) return [];
  const isShort = lasts(month, at, active.length) < RUNWAY && free.length > 1;
  const couldHelp = lasts(month, until, active.length - free.length + 1) >= RUNWAY;
  if (lasts(month, at, 1) > 0 && !(isShort && couldHelp)) return [];
  return [`${month.project}: its month runs out, and nobody stops ${free.map(({ name }) => name).join(', ')}`];
}

/** What happened in a run that the plan alone cannot tell. */
export interface MonthCourse {
  /** When the story began, and when it ended by the clock of the functions, epoch milliseconds. */
  readonly begin: number;
  readonly until: number;
  /** When reconciliation had found all jobs, epoch milliseconds. */
  readonly knownFrom: number;
  /** No call failed, and no event or schedule was lost. */
  readonly isCalm: boolean;
  /** The mode when the rest of months no longer lasted. */
  readonly modeAtRunway: Mode;
}

/** What people must, or may, read about a month. */
export function monthReadings(month: Month, course: MonthCourse): Reading[] {
  const { begin, until, knownFrom, isCalm, modeAtRunway } = course;
  const { project, usd, jobs } = month;
  const about = (said: (typeof MONTHS)[keyof typeof MONTHS], need: Reading['need'], more = {}): Reading => ({
    ...inWords(said),
    resource: project,
    about: `its month: ${said[2]}`,
    need,
    status: null,
    team: 'unknown',
    says: [`$${usd.toFixed(2)}`],
    ...more,
  });
  const share = spentBy(month, begin) / usd;
  const free = jobs.filter(({ isProtected }) => !isProtected).toSorted((a, b) => b.from - a.from);
  const isShort = jobs.some(({ stoppedAt }) => stoppedAt !== undefined && lasts(month, stoppedAt, 1) > 0);
  const isObserved = modeAtRunway === 'observe' && free.length > 1 && share > 0.5 && share < 0.7;
  // A look that comes before reconciliation does not know all jobs.
  const isKnown = lasts(month, knownFrom, jobs.length) >= RUNWAY;
  const wouldStop = isKnown ? [`In mode enforce, it would stop now: ${free[0]?.name}`] : [];
  const words = modeAtRunway === 'observe' ? wouldStop : ['Ground Control stops the newest jobs'];
  const isSpent = lasts(month, until - FOUND_AFTER, 1) <= 0;
  return [
    // A look that comes late tells only the highest share.
    about(MONTHS.half, isCalm && share > 0.5 && share < 0.7 ? 'must' : 'may'),
    about(MONTHS.most, 'may'),
    // When SNS takes no alert, jobs are stopped all the same, and the rest lasts again.
    about(MONTHS.short, isCalm && (isShort || isObserved) ? 'must' : 'may', {
      mode: modeAtRunway,
      says: [`$${usd.toFixed(2)}`, ...words],
    }),
    about(MONTHS.spent, isSpent ? 'must' : 'may'),
  ];
}

/** A month in which a whole story fits. */
export interface Calendar {
  readonly timeZone: string;
  /** Such as `2026-11`. */
  readonly month: string;
  readonly next: string;
  /** When the next month begins, epoch seconds. */
  readonly nextBegins: number;
}

const HOUR = 60 * MINUTE;
/** The farthest time zone: there a month begins, and ends, 14 hours before it does in UTC. */
const ZONES = { UTC: 0, 'Pacific/Kiritimati': 14 * HOUR } as const;

/** Finds a time zone in which no month ends from three hours before `begin` (epoch milliseconds) to four hours after. */
export function calendarAt(begin: number): Calendar {
  const monthIn = (zone: keyof typeof ZONES, at: number) => new Date(at + ZONES[zone]).toISOString().slice(0, 7);
  const timeZone = monthIn('UTC', begin - 3 * HOUR) === monthIn('UTC', begin + 4 * HOUR) ? 'UTC' : 'Pacific/Kiritimati';
  const month = monthIn(timeZone, begin);
  const [year = 0, number = 1] = month.split('-').map(Number);
  const nextBegins = Date.UTC(year, number, 1);
  const next = new Date(nextBegins).toISOString().slice(0, 7);
  return { timeZone, month, next, nextBegins: (nextBegins - ZONES[timeZone]) / 1000 };
}
