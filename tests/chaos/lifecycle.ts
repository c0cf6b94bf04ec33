/** The plan of a job's life: its changes, and when copies of their events arrive. */
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { Random } from './random.ts';

export const FAULTS = ['duplicates', 'reorder', 'drop', 'throttle', 'error', 'reset', 'lost', 'slow', 'kill'] as const;
export type FaultKind = (typeof FAULTS)[number];

/**
 * One change of a job. `at` and `deliveries` are milliseconds from the start. `deliveries` has one entry per copy of
 * the event, and none when the event is dropped.
 */
export interface PlannedChange {
  readonly status: string;
  readonly secondaryStatus: string;
  readonly at: number;
  readonly deliveries: readonly number[];
}

/**
 * `spent`: its first event arrives when its cap is spent. `spending`: its cap is spent some minutes later, when a
 * schedule fires. `protected`: like `spent`, but its tag forbids stopping it. `modest`: it costs far less than its cap.
 * `sharing`: it shares a monthly budget that is enough for half of such jobs, and reserves more than it spends in the
 * story. `counted`: it ends by itself and is counted in a monthly budget that is large enough.
 */
export type PlannedBudget = 'spent' | 'spending' | 'protected' | 'modest' | 'sharing' | 'counted';

/**
 * `expired`: it expired with objects left and is continued. All others are not continued. `finished`: no object is
 * left. `early`: it failed before it could expire. `stopped`: people stopped it. `opted-out`: it expired, but a tag
 * forbids continuing it. `stalled`: no object was labeled. `made-on`: somebody has already continued it. `taken`:
 * another job has the name of the next job. `refused`: SageMaker refuses to create the next job.
 */
export type PlannedLabeling = 'expired' | (typeof NOT_CARRIED_ON)[number];
export const NOT_CARRIED_ON = [
  'finished',
  'early',
  'stopped',
  'opted-out',
  'stalled',
  'made-on',
  'taken',
  'refused',
] as const;

export interface PlannedJob {
  readonly type: SimulatedResource['type'];
  readonly name: string;
  readonly arn: string;
  readonly functionName: string;
  readonly detailType: string;
  /** Prefix of the event's fields: `TrainingJob` in `TrainingJobName`. */
  readonly prefix: string;
  readonly createdAt: number;
  /** The job's kind of budget; absent when it has none. */
  readonly budget?: PlannedBudget;
  /** How the labeling job ends; absent for other jobs. */
  readonly labeling?: PlannedLabeling;
  readonly changes: readonly [PlannedChange, ...PlannedChange[]];
}

/** When copies of the event of a change at `at` arrive, in milliseconds from the start. */
export function deliveries(random: Random, at: number, faults: ReadonlySet<FaultKind>): number[] {
  if (faults.has('drop') && random.chance(0.1)) return [];
  const copies = faults.has('duplicates') && random.chance(0.3) ? random.between(2, 5) : 1;
  const together = random.chance(0.5);
  return Array.from(
    { length: copies },
    () =>
      at +
      (together ? 0 : random.between(0, 200)) +
      (faults.has('reorder') && random.chance(0.2) ? random.between(100, 800) : 0),
  );
}
