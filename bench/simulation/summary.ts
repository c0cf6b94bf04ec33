/** Adds up what a policy did to simulated jobs: which rules it broke, how late it was, and what that cost. */
import { endOf, reachedAt, usdBetween, type Zone } from './bill.ts';
import { KINDS, type Kind, type Project } from './jobs.ts';
import { duesOf, LATEST, PRECISION } from './judge.ts';
import type { Course } from './sagemaker.ts';

/**
 * The rules (`judge.ts`). A job is stopped too late when that takes more than 20 minutes. A spot job is not: until its end
 * it is metered at what others paid, and nobody knows its bill.
 */
export const RULES = ['wronglyStopped', 'neverStopped', 'tooLate'] as const;
export type Rule = (typeof RULES)[number];

/** A rule that was broken about a job, and how. */
export interface Offence {
  readonly course: Course;
  readonly rule: Rule;
  readonly text: string;
}

/** What happened to some jobs: how often each rule was broken, and more. */
export interface Figures extends Readonly<Record<Rule, number>> {
  /** Jobs that should have been stopped. */
  readonly due: number;
  readonly latenessSeconds: Quantiles;
  /** What jobs cost from the time when they should have been stopped until they were, or ended. */
  readonly overspendUsd: Quantiles & { readonly sum: number };
}

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The result for all jobs. */
export interface Summary {
  readonly jobs: number;
  readonly stoppedForCaps: number;
  readonly stoppedForMonths: number;
  /** Never stopped, and not known to anybody before they ended. */
  readonly neverKnown: number;
  /** Spot jobs that were stopped while their bill was below their cap, for want of the discount. */
  readonly spotStoppedEarly: number;
  readonly calls: number;
  readonly all: Figures;
  readonly kinds: Readonly<Record<Kind, Figures>>;
  /** The broken rules, one by one: `Europe/Berlin job-17 (spot), neverStopped: …`. */
  readonly offences: readonly string[];
}

/** One time zone after a policy. */
export interface Judged {
  readonly zone: Zone;
  readonly projects: readonly Project[];
  readonly courses: readonly Course[];
  /** Stops that were wrong when they were made. */
  readonly wrong: readonly Offence[];
  readonly calls: number;
}

/** One job that should have been stopped: seconds of lateness, unless it never was, and USD. */
interface Settled {
  readonly kind: Kind;
  readonly late: number | undefined;
  readonly usd: number;
}

export function summarise(all: readonly Judged[]): Summary {
  const settled: Settled[] = [];
  const offences: (Offence & { readonly zone: Zone })[] = [];
  let neverKnown = 0;
  for (const { zone, projects, courses, wrong } of all) {
    const note = (offence: Offence) => offences.push({ ...offence, zone });
    wrong.forEach(note);
    for (const { course, at } of duesOf(zone, projects, courses)) {
      const { stoppedAt, checkedAt, life, job } = course;
      // It was stopped in time, for its cap or another month.
      if (stoppedAt !== undefined && stoppedAt < at) continue;
      const late = stoppedAt === undefined ? undefined : stoppedAt - at;
      settled.push({ kind: job.kind, late, usd: usdBetween(life, at, stoppedAt ?? endOf(life)) });
      const text = `due at ${timeOf(at)}, it was stopped ${late?.toFixed(0)} s later`;
      const isKnown = !job.kind.startsWith('spot');
      if (isKnown && late !== undefined && late > LATEST) note({ course, rule: 'tooLate', text });
      if (late !== undefined) continue;
      const missed = `due at ${timeOf(at)}, it ended at ${timeOf(endOf(life))}`;
      if (checkedAt === undefined) neverKnown++;
      else note({ course, rule: 'neverStopped', text: missed });
    }
    settled.push(...courses.flatMap(stoppedOnTime));
  }
  const figuresOf = (kinds: readonly Kind[]): Figures => {
    const count = (rule: Rule) =>
      offences.filter((one) => one.rule === rule && kinds.includes(one.course.job.kind)).length;
    const own = settled.filter(({ kind }) => kinds.includes(kind));
    const usd = own.map((one) => one.usd);
    return {
      wronglyStopped: count('wronglyStopped'),
      neverStopped: count('neverStopped'),
      tooLate: count('tooLate'),
      due: own.length,
      latenessSeconds: quantiles(own.flatMap(({ late }) => late ?? [])),
      overspendUsd: { ...quantiles(usd), sum: usd.reduce((sum, one) => sum + one, 0) },
    };
  };
  const courses = all.flatMap((one) => one.courses);
  return {
    jobs: courses.length,
    stoppedForCaps: courses.filter(({ stoppedFor }) => stoppedFor === 'cap').length,
    stoppedForMonths: courses.filter(({ stoppedFor }) => stoppedFor === 'month').length,
    neverKnown,
    spotStoppedEarly: courses.filter((course) => course.life.discount > 0 && secondsBeforeCap(course) > PRECISION)
      .length,
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    all: figuresOf(KINDS),
    kinds: {
      'on demand': figuresOf(['on demand']),
      'warm pools': figuresOf(['warm pools']),
      spot: figuresOf(['spot']),
      'spot, no caps': figuresOf(['spot, no caps']),
    },
    offences: offences.map(
      ({ zone, course: { job }, rule, text }) => `${zone} ${job.name} (${job.kind}), ${rule}: ${text}`,
    ),
  };
}

/** How long before its bill reached its cap a job was stopped for it; 0 for other jobs. Seconds. */
function secondsBeforeCap({ job, stoppedAt, stoppedFor }: Course): number {
  if (stoppedFor !== 'cap' || stoppedAt === undefined || job.capUsd === undefined) return 0;
  return Math.max(0, (reachedAt(job.life, job.capUsd) ?? Number.POSITIVE_INFINITY) - stoppedAt);
}

/** A job that was stopped within the minute before its cap counts as stopped early by these seconds. */
function stoppedOnTime(course: Course): Settled[] {
  const early = secondsBeforeCap(course);
  return early > 0 && early <= PRECISION ? [{ kind: course.job.kind, late: -early, usd: 0 }] : [];
}

const timeOf = (second: number) => new Date(second * 1000).toISOString();

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
