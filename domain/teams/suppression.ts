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

const membersOf = (jobs: readonly (readonly [string, Contributors])[]): Set<string> =>
  new Set(jobs.flatMap(([, { workers }]) => [...workers]));

/**
 * Whether a figure of a whole team may be shown: it is about at least five workers, or about all workers of a smaller
 * team. Active times of one worker of six are not the team's.
 */
export const isOfTeam = (contributors: ReadonlySet<string>, workers: ReadonlySet<string>): boolean =>
  peopleAmong(contributors) >= LEAST_WORKERS || [...workers].every((worker) => contributors.has(worker));
