/** What is counted of one worker in one job and period, and of sums of these. */
import { Histogram } from './histogram.ts';

export class Tally {
  /** Tasks submitted, returned and declined, by the log. */
  tasks = 0;
  returned = 0;
  declined = 0;
  /** Whole seconds from accepting to submitting, by the log. */
  readonly wall = new Histogram();
  /** Active milliseconds, by the worker-response files. */
  readonly active = new Histogram();

  /** Answers that were compared with the consolidated label, and those that equal it. */
  compared = 0;
  equal = 0;

  merge(other: Tally): void {
    this.tasks += other.tasks;
    this.returned += other.returned;
    this.declined += other.declined;
    this.compared += other.compared;
    this.equal += other.equal;
    this.wall.merge(other.wall);
    this.active.merge(other.active);
  }
}

/** The sum of `tallies`. */
export function sumOf(tallies: Iterable<Tally>): Tally {
  const sum = new Tally();
  for (const tally of tallies) sum.merge(tally);
  return sum;
}
