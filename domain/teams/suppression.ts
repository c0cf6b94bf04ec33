/**
 * Which figures are hidden because they would be about too few people.
 *
 * A figure is about the people who contributed to it, so each measure is judged by its own contributors: the wall times
 * of a job may come from ten workers, and its active times from one.
 */
import { peopleAmong } from './workers.ts';

/** Fewer workers than this are never told apart, and their times are not shown for a part of the team's work. */
export const LEAST_WORKERS = 5;

/** Who contributed to the figure of one job. */
export interface Contributors {
  /** Final keys (`Workers`). Those that may be the same person count as one. */
  readonly workers: ReadonlySet<string>;
  /** Whether someone contributed whose entry does not say who. */
  readonly hasUnknown: boolean;
}

/**
 * The jobs of a team whose figure may be shown. Each has at least five contributors. So has everything that is hidden
 * together, or nothing is hidden: otherwise a reader could take the shown jobs away from the figure of the team, and
 * what is left would be about the hidden few. To ensure this, further jobs are hidden, those with the fewest
 * contributors first (statisticians call this secondary suppression).
 */
export function shownJobs(jobs: ReadonlyMap<string, Contributors>): ReadonlySet<string> {
  const contributed = [...jobs].filter(([, { workers, hasUnknown }]) => workers.size > 0 || hasUnknown);
  const isLarge = ([, { workers }]: readonly [string, Contributors]) => peopleAmong(workers) >= LEAST_WORKERS;
  const shown = contributed
    .filter(isLarge)
    .toSorted(([one, a], [other, b]) => peopleAmong(b.workers) - peopleAmong(a.workers) || (one < other ? -1 : 1));
  const hidden = contributed.filter((job) => !isLarge(job));
  while (hidden.length > 0 && shown.length > 0 && peopleAmong(membersOf(hidden)) < LEAST_WORKERS) {
    const last = shown.pop();
    if (last !== undefined) hidden.push(last);
  }
  return new Set(shown.map(([job]) => job));
}

/** What one worker contributed to a figure. */
export interface Contribution {
  /** The jobs that the figure of this worker is about. */
  readonly jobs: readonly string[];
  /** How many tasks the worker submitted. */
  readonly tasks: number;
}

/**
 * The workers of a team whose own figure may be shown: at least five people worked for the jobs that it is about.
 * Otherwise it would be the figure of a job that is hidden, and whoever knows who worked for that job would know whose
 * figure it is. At least five workers are hidden, or none, as with jobs: further ones are hidden, those with the fewest
 * tasks first. `members`: who submitted tasks, by job.
 */
export function shownWorkers(
  workers: ReadonlyMap<string, Contribution>,
  members: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  // One large job is enough. Its members are not gathered again for each of them.
  const large = new Set([...members].flatMap(([job, people]) => (peopleAmong(people) >= LEAST_WORKERS ? [job] : [])));
  const isLarge = ([, { jobs }]: readonly [string, Contribution]) =>
    jobs.some((job) => large.has(job)) ||
    peopleAmong(new Set(jobs.flatMap((job) => [...(members.get(job) ?? [])]))) >= LEAST_WORKERS;
  const all = [...workers].toSorted(([one, a], [other, b]) => b.tasks - a.tasks || (one < other ? -1 : 1));
  const shown = all.filter(isLarge);
  const hidden = all.length - shown.length;
  const further = hidden === 0 ? 0 : Math.max(0, LEAST_WORKERS - hidden);
  return new Set(shown.slice(0, Math.max(0, shown.length - further)).map(([worker]) => worker));
}

const membersOf = (jobs: readonly (readonly [string, Contributors])[]): Set<string> =>
  new Set(jobs.flatMap(([, { workers }]) => [...workers]));

/**
 * Whether a figure of a whole team may be shown: it is about at least five workers, or about all workers of a smaller
 * team. Active times of one worker of six are not the team's.
 */
export const isOfTeam = (contributors: ReadonlySet<string>, workers: ReadonlySet<string>): boolean =>
  peopleAmong(contributors) >= LEAST_WORKERS || [...workers].every((worker) => contributors.has(worker));
