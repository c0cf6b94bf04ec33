/** A job's life as it is planned: its changes, and what becomes of their events on the way. */
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { Random } from './random.ts';

export const FAULTS = ['duplicates', 'reorder', 'drop', 'throttle', 'error', 'reset', 'lost', 'slow', 'kill'] as const;
export type FaultKind = (typeof FAULTS)[number];

/** One change of a job, and when (milliseconds from the start) copies of its event are delivered: none when it is dropped. */
export interface PlannedChange {
  readonly status: string;
  readonly secondaryStatus: string;
  readonly at: number;
  readonly deliveries: readonly number[];
}

/**
 * `spent`: its cap is spent when it begins. `spending`: it is minutes later, by a schedule. `protected`: spent, and must not
 * be stopped. `modest`: it costs far less than it may. `sharing`: it shares a month that has enough for half of
 * them, and holds more than it spends in the story. `counted`: it ends by itself, and is counted in a month that has enough.
 */
export type PlannedBudget = 'spent' | 'spending' | 'protected' | 'modest' | 'sharing' | 'counted';

/**
 * `expired`: with objects left, and is carried on. All others are not: `finished`: nothing is left. `early`: it failed before it
 * could expire. `stopped`: by people. `opted-out`: it expired, and a tag says no. `stalled`: nothing was labeled in it.
 * `made-on`: somebody carried it on before. `taken`: the next link's name is another job's. `refused`: SageMaker refuses it.
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
  /** Prefix of the event's fields. */
  readonly prefix: string;
  readonly createdAt: number;
  /** What becomes of its budget; absent where it has none. */
  readonly budget?: PlannedBudget;
  /** What becomes of it; absent where it is no labeling job. */
  readonly labeling?: PlannedLabeling;
  readonly changes: readonly [PlannedChange, ...PlannedChange[]];
}

/** When copies of the event of a change at `at` come. */
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
