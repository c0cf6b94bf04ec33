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
import { KINDS, type Kind, type Project } from './jobs.ts';
import type { Course } from './sagemaker.ts';

const MINUTE = 60;
/** Schedules have the precision of a minute, and times that of a second. */
const PRECISION = MINUTE + 1;
/** The rest of a month has to last this long (`budgets.runwayMinutes`). */
const RUNWAY = 30 * MINUTE;
/** A look may come this late in its minute, and be retried. */
const LOOK_DELAY = 2 * MINUTE;
/** An interruption of spot capacity, or its end, sends no event: a check every 15 minutes sees it after this time. */
const UNSEEN = 18 * MINUTE;
/** A job that ends by itself within this time may end while a throttled call is retried. */
const GRACE = 3 * MINUTE;
/** A lost event is found by reconciliation, 15 minutes later at the latest, and calls may be throttled then. */
const LATEST = 20 * MINUTE;
/** The bill is in floating point. US dollars. */
const EXACT = 0.0001;

/** The rules of which one was broken. */
export const RULES = ['wronglyStopped', 'neverStopped', 'tooLate'] as const;
export type Rule = (typeof RULES)[number];

/** A rule that was broken about a job, and how. */
export interface Offence {
  readonly course: Course;
  readonly rule: Rule;
  readonly text: string;
}

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
interface Due {
  readonly course: Course;
  readonly at: number;
}

/** The result for all jobs. */
export interface Summary {
  readonly jobs: number;
  /** Jobs that should have been stopped. */
  readonly due: number;
  readonly stoppedForCaps: number;
  readonly stoppedForMonths: number;
  readonly wronglyStopped: number;
  readonly neverStopped: number;
  /** Never stopped, and not known to anybody before they ended. */
  readonly neverKnown: number;
  /** Stopped more than 20 minutes late. */
  readonly tooLate: number;
  /** Spot jobs that were stopped while their bill was below their cap, for want of the discount. */
  readonly spotStoppedEarly: number;
  readonly latenessSeconds: Quantiles;
  /** What jobs cost from the time when they should have been stopped until they were, or ended. */
  readonly overspendUsd: Quantiles & { readonly sum: number };
  readonly calls: number;
  /** How often each rule was broken, by what is special about the jobs. */
  readonly broken: Readonly<Record<Kind, Readonly<Record<Rule, number>>>>;
  /** The same, one by one: `Europe/Berlin job-17 (spot): …`. */
  readonly offences: readonly string[];
}

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** One time zone after a policy. */
export interface Judged {
  readonly zone: Zone;
  readonly projects: readonly Project[];
  readonly courses: readonly Course[];
  readonly wrong: readonly Offence[];
  readonly calls: number;
}

export function summarise(all: readonly Judged[]): Summary {
  const broken = emptyCounts();
  const offences: string[] = [];
  const note = (zone: Zone, { course: { job }, rule, text }: Offence) => {
    broken[job.kind][rule]++;
    offences.push(`${zone} ${job.name} (${job.kind}), ${rule}: ${text}`);
  };
  const lateness: number[] = [];
  const overspend: number[] = [];
  let [due, neverKnown, spotStoppedEarly] = [0, 0, 0];
  const stops = { cap: 0, month: 0 };
  for (const { zone, projects, courses, wrong } of all) {
    for (const offence of wrong) note(zone, offence);
    for (const { course, at } of duesOf(zone, projects, courses)) {
      const { stoppedAt, checkedAt } = course;
      if (stoppedAt !== undefined && stoppedAt < at) continue;
      due++;
      overspend.push(usdBetween(course.life, at, Math.min(stoppedAt ?? Number.POSITIVE_INFINITY, endOf(course.life))));
      if (stoppedAt === undefined) {
        if (checkedAt === undefined) neverKnown++;
        else
          note(zone, {
            course,
            rule: 'neverStopped',
            text: `due at ${timeOf(at)}, it ended at ${timeOf(endOf(course.life))}`,
          });
      } else {
        const late = stoppedAt - at;
        lateness.push(late);
        if (late > LATEST) note(zone, { course, rule: 'tooLate', text: `${Math.round(late)} s after ${timeOf(at)}` });
      }
    }
    for (const { job, stoppedAt, stoppedFor } of courses) {
      if (stoppedAt === undefined || stoppedFor === undefined) continue;
      stops[stoppedFor]++;
      if (stoppedFor === 'month' || job.capUsd === undefined) continue;
      const early = (reachedAt(job.life, job.capUsd) ?? Number.POSITIVE_INFINITY) - stoppedAt;
      if (job.life.discount > 0 && early > PRECISION) spotStoppedEarly++;
      // Up to a minute before its cap is on time.
      else if (early > 0) {
        lateness.push(-early);
        overspend.push(0);
        due++;
      }
    }
  }
  const count = (rule: Rule) => KINDS.reduce((sum, kind) => sum + broken[kind][rule], 0);
  return {
    jobs: all.reduce((sum, { courses }) => sum + courses.length, 0),
    due,
    stoppedForCaps: stops.cap,
    stoppedForMonths: stops.month,
    wronglyStopped: count('wronglyStopped'),
    neverStopped: count('neverStopped'),
    neverKnown,
    tooLate: count('tooLate'),
    spotStoppedEarly,
    latenessSeconds: quantiles(lateness),
    overspendUsd: { ...quantiles(overspend), sum: overspend.reduce((sum, usd) => sum + usd, 0) },
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    broken,
    offences,
  };
}

const timeOf = (second: number) => new Date(second * 1000).toISOString();

const emptyCounts = () => {
  const none = () => ({ wronglyStopped: 0, neverStopped: 0, tooLate: 0 });
  return { 'on demand': none(), 'warm pools': none(), spot: none(), 'spot, no caps': none() } satisfies Record<
    Kind,
    Record<Rule, number>
  >;
};

/** The jobs that should have been stopped, each with the earliest time. */
function duesOf(zone: Zone, projects: readonly Project[], courses: readonly Course[]): Due[] {
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

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
