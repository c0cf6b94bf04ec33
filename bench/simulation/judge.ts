/**
 * Judges what a policy did to simulated jobs, by the bill.
 *
 * - A stop for a cap is wrong when the price of the seconds in which instances ran, a minute later, is below the cap. The
 *   discount of spot capacity is unknown until a job has ended, so it does not count.
 * - A stop for a month is wrong when the rest, at the cost of the jobs that ran and were not stopped, lasts for the
 *   runway and two minutes. What nobody can know counts as spent: spot discounts before the end, ends whose event has not
 *   arrived, and the first 18 minutes of an interruption, which sends no event.
 * - A stop of a protected job is wrong.
 * - A job was never stopped when it ran for more than three minutes after the bill had reached its cap or the budget of
 *   its month; 18 more minutes on spot capacity, whose return sends no event. A job that saves its results is left alone,
 *   as the policy says. Jobs that nobody knew of before they ended are counted separately.
 */
import {
  endOf,
  isCharged,
  type Life,
  monthAround,
  onDemandUsdPerSecond,
  reachedAt,
  startOf,
  usdBetween,
  type Zone,
} from './bill.ts';
import type { Project } from './jobs.ts';
import type { Course } from './sagemaker.ts';

const MINUTE = 60;
/** Schedules have the precision of a minute, and times that of a second. */
export const PRECISION = MINUTE + 1;
/** The rest of a month has to last this long (`budgets.runwayMinutes`). */
const RUNWAY = 30 * MINUTE;
/** A look may come this late in its minute, and be retried. */
const LOOK_DELAY = 2 * MINUTE;
/** An interruption of spot capacity, or its end, sends no event: a check every 15 minutes sees it after this time. */
const UNSEEN = 18 * MINUTE;
/** A job that ends by itself within this time may end while a throttled call is retried. */
const GRACE = 3 * MINUTE;
/** A lost event is found by reconciliation, 15 minutes later at the latest, and calls may be throttled then. */
export const LATEST = 20 * MINUTE;
/** The bill is in floating point. US dollars. */
const EXACT = 0.0001;

const withoutDiscount = (life: Life): Life => ({ ...life, discount: 0 });

/** Why the stop of `course` at `now` would be wrong; absent when it is right. */
export function wrongStop(
  course: Course,
  now: number,
  why: 'cap' | 'month',
  zone: Zone,
  courses: readonly Course[],
): string | undefined {
  const { job } = course;
  if (job.isProtected) return 'it is protected';
  if (why === 'month') return wrongForMonth(job.project, now, zone, courses);
  const isRunning = course.life.phases.some((phase) => isCharged(phase) && phase.from <= now && now < phase.to);
  // Nobody knows that it would end within this minute.
  const soon = isRunning ? PRECISION * onDemandUsdPerSecond(course.life) : 0;
  const most = usdBetween(withoutDiscount(course.life), 0, now) + soon;
  return most + EXACT < (job.capUsd ?? Number.POSITIVE_INFINITY)
    ? `at most ${most.toFixed(4)} of ${job.capUsd} USD a minute later`
    : undefined;
}

function wrongForMonth(
  project: Project | undefined,
  now: number,
  zone: Zone,
  courses: readonly Course[],
): string | undefined {
  if (project === undefined) return 'it has no month';
  const { from, to } = monthAround(zone, now);
  const until = Math.min(now + RUNWAY + LOOK_DELAY, to);
  let usd = 0;
  for (const course of courses) {
    if (course.job.project !== project || course.job.createdAt > now) continue;
    // What was told to stop runs on until it ends, which is on the bill but not in the rate.
    const goesOn = course.stoppedAt === undefined && now < endOf(course.life) + UNSEEN;
    usd += believedUsd(course, from, goesOn ? until : now, now);
  }
  return usd + EXACT < project.budgetUsd
    ? `${usd.toFixed(4)} of ${project.budgetUsd} USD in ${(until - now) / MINUTE} minutes`
    : undefined;
}

/** The most that an honest observer at `now` may take for the cost of a job from `from` to `until`. */
function believedUsd({ job, life, endKnownAt }: Course, from: number, until: number, now: number): number {
  if (endKnownAt <= now) return usdBetween(life, from, Math.min(until, now));
  const perSecond = onDemandUsdPerSecond(life);
  let seconds = 0;
  let upTo = from;
  const add = (begin: number, end: number) => {
    seconds += Math.max(0, Math.min(end, until) - Math.max(begin, upTo));
    upTo = Math.max(upTo, Math.min(end, until));
  };
  const last = job.life.phases.length - 1;
  for (const [at, phase] of life.phases.entries()) {
    // A phase that goes on has no end that anybody knows.
    const isPresent = phase.from <= now && now < phase.to;
    if (phase.from > now) break;
    if (isCharged(phase)) add(phase.from, isPresent || at === last ? until : phase.to + UNSEEN);
  }
  return seconds * perSecond;
}

/** When a job should have been stopped, and when it was. */
export interface Due {
  readonly course: Course;
  readonly at: number;
}

/** The jobs that should have been stopped, each with the earliest time. */
export function duesOf(zone: Zone, projects: readonly Project[], courses: readonly Course[]): Due[] {
  const dues = new Map<Course, number>();
  const add = (course: Course, at: number, until: number) => {
    if (course.job.isProtected || at >= (dues.get(course) ?? Number.POSITIVE_INFINITY)) return;
    const working = course.job.life.phases.find(({ status }) => status === 'Uploading')?.from ?? 0;
    const grace = GRACE + (course.job.life.discount > 0 ? UNSEEN : 0);
    if (Math.min(working, until) - at > grace) dues.set(course, at);
  };
  for (const course of courses) {
    const { life, capUsd } = course.job;
    const at = capUsd === undefined ? undefined : reachedAt(life, capUsd);
    if (at !== undefined) add(course, at, Number.POSITIVE_INFINITY);
  }
  for (const project of projects) {
    const own = courses.filter(({ job }) => job.project === project);
    for (const { from, to } of monthsOf(zone, own)) {
      const spentAt = spentIn(own, project.budgetUsd, from, to);
      if (spentAt === undefined) continue;
      for (const course of own) {
        // A job that waits for capacity costs nothing until it runs again.
        const at = course.job.life.phases.find((phase) => isCharged(phase) && phase.to > spentAt)?.from;
        if (at !== undefined && at < to) add(course, Math.max(at, spentAt), to);
      }
    }
  }
  return [...dues].map(([course, at]) => ({ course, at }));
}

function monthsOf(zone: Zone, courses: readonly Course[]) {
  const months = new Map<number, { readonly from: number; readonly to: number }>();
  for (const { life } of courses) {
    for (const second of [startOf(life), life.phases.at(-1)?.to ?? 0]) {
      if (!Number.isFinite(second)) continue;
      const month = monthAround(zone, second);
      months.set(month.from, month);
    }
  }
  return months.values();
}

/** The second in which the jobs have spent `usd` between `from` and `to`; absent when they do not. */
function spentIn(courses: readonly Course[], usd: number, from: number, to: number): number | undefined {
  const changes = courses.flatMap(({ life }) => {
    const perSecond = onDemandUsdPerSecond(life) * (1 - life.discount);
    return life.phases.flatMap((phase) => {
      const [begin, end] = [Math.max(phase.from, from), Math.min(phase.to, to)];
      return !isCharged(phase) || begin >= end
        ? []
        : [
            { at: begin, rate: perSecond },
            { at: end, rate: -perSecond },
          ];
    });
  });
  changes.sort((one, other) => one.at - other.at);
  let [spent, rate, since] = [0, 0, from];
  for (const change of changes) {
    const cost = rate * (change.at - since);
    if (spent + cost >= usd) return since + (usd - spent) / rate;
    spent += cost;
    rate += change.rate;
    since = change.at;
  }
  return undefined;
}
