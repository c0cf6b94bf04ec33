/** Who contributed to which figure of a team. */
import type { Span } from './period.ts';
import type { Contributors } from './suppression.ts';
import type { Tally } from './tally.ts';
import type { JobWork, WorkerTallies } from './team-work.ts';
import { UNKNOWN_WORKER } from './workers.ts';

/** What a team did, by the ARN of the job. */
export type Jobs = ReadonlyMap<string, JobWork>;

/** What every worker did in all jobs. */
export function byWorker(jobs: Jobs): Map<string, WorkerTallies[]> {
  const all = new Map<string, WorkerTallies[]>();
  for (const { workers } of jobs.values())
    for (const [worker, tallies] of workers) {
      const own = all.get(worker);
      if (own === undefined) all.set(worker, [tallies]);
      else own.push(tallies);
    }
  return all;
}

/** Who contributed to a measure. */
export function contributorsTo(
  workers: Iterable<readonly [string, WorkerTallies | readonly WorkerTallies[]]>,
  span: Span,
  measure: (tally: Tally) => number,
): Contributors {
  const some = [...workers].flatMap(([worker, tallies]) =>
    [tallies].flat().some((one) => measure(one[span]) > 0) ? [worker] : [],
  );
  return {
    workers: new Set(some.filter((worker) => worker !== UNKNOWN_WORKER)),
    hasUnknown: some.includes(UNKNOWN_WORKER),
  };
}

/** What figures are about: how much of it a tally has. */
export const MEASURES = {
  tasks: ({ tasks }: Tally) => tasks,
  wall: ({ wall }: Tally) => wall.total,
  active: ({ active }: Tally) => active.total,
  compared: ({ compared }: Tally) => compared,
  actions: ({ tasks, declined, returned }: Tally) => tasks + declined + returned,
} as const;
export type Measure = keyof typeof MEASURES;
