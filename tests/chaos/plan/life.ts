/** The plan of one life: a resource, its changes, and when copies of their events arrive. */
import type { SimulatedResource } from '../../../local/embedded-aws/resource.ts';
import type { Random } from './random.ts';

export const FAULTS = [
  'duplicates',
  'reorder',
  'drop',
  'throttle',
  'error',
  'reset',
  'lost',
  'slow',
  'partial',
  'conflict',
  'kill',
  'deploy',
] as const;
/**
 * `duplicates`, `reorder` and `drop` concern events and schedules. `partial`: DynamoDB reads only part of a batch.
 * `conflict`: another transaction is writing the same item. `deploy`: the configuration changes its modes in the middle
 * of the story. The others are faults of single calls, and `throttle` also brings half an hour in which every call to
 * the table is throttled.
 */
export type FaultKind = (typeof FAULTS)[number];

/** Parts of a deployment that a story can do without, to show that the checks notice. */
export const PROTECTIONS = ['reconciliation', 'queue'] as const;
export type Protection = (typeof PROTECTIONS)[number];

/**
 * One change of a resource. `at` and `deliveries` are milliseconds from the start. `deliveries` has one entry per copy
 * of the event, and none when the event is dropped.
 */
export interface Change {
  readonly status: string;
  /** Training jobs only. */
  readonly secondaryStatus?: string;
  /** The endpoint is in service because SageMaker took back a failed update. */
  readonly isRolledBack?: true;
  readonly at: number;
  readonly deliveries: readonly number[];
}

/**
 * `spent`: its first event arrives when its cap is spent. `spending`: its cap is spent some minutes later, when a
 * schedule fires. `protected`: like `spent`, but its tag forbids stopping it. `modest`: it costs far less than its cap.
 * These have no cap, but a month that counts them. `counted`: it ends by itself, and its month is large enough. `moved`:
 * the same, and its tag names another project when it ends. `dry`: its month runs out in the story. `shielded`: it is in
 * such a month, and its tag forbids stopping it. `gone`: its month is spent when its first event arrives.
 */
export type PlannedBudget =
  | 'spent'
  | 'spending'
  | 'protected'
  | 'modest'
  | 'counted'
  | 'moved'
  | 'dry'
  | 'shielded'
  | 'gone';

/**
 * `expired`: it expired with objects left and is continued. All others are not continued. `finished`: no object is
 * left. `early`: it failed before it could expire. `stopped`: people stopped it. `opted-out`: it expired, but a tag
 * forbids continuing it. `stalled`: no object was labeled. `made-on`: somebody has already continued it. `taken`:
 * another job has the name of the next job. `refused`: SageMaker refuses to create the next job.
 * `unlisted`: `ground-control.yml` does not list its role.
 */
export type PlannedLabeling = 'expired' | (typeof NOT_CONTINUED)[number];
export const NOT_CONTINUED = [
  'opted-out',
  'stalled',
  'taken',
  'finished',
  'made-on',
  'refused',
  'unlisted',
  'early',
  'stopped',
] as const;

/** The answer of one person about one label that the model gave, and the object in S3 that says so. */
export interface PlannedReview {
  readonly isConfirmed: boolean;
  /** The day of the answer, in UTC. */
  readonly day: string;
  readonly uri: string;
  readonly output: string;
}

/** When a resource works, in epoch milliseconds, and what that costs. */
export interface Work {
  readonly from: number;
  /** Absent when it works until somebody stops it. */
  readonly to: number | undefined;
  /** USD; absent when it is not charged by the hour. */
  readonly usdPerHour: number | undefined;
}

export interface Life {
  /** `job-` and a number. No name is the beginning of another one in a list: names are compared whole. */
  readonly name: string;
  /** The type, as alerts name it. */
  readonly type: string;
  readonly arn: string;
  /** The function that EventBridge invokes with its events. */
  readonly functionName: string;
  readonly createdAt: number;
  /** The team that its tag names; absent when it has no such tag. */
  readonly team: string | undefined;
  /** When it worked; absent when its events do not say. */
  readonly work?: Work;
  /** SageMaker's reasons, by the status that has one. */
  readonly reasons?: Readonly<{ [status: string]: string }>;
  /** The job's kind of budget; absent when it has none. */
  readonly budget?: PlannedBudget;
  /** The project whose month counts the job in the end; absent when no month counts it. */
  readonly project?: string;
  /** What people answered in the human loop; absent for other resources, and for loops that do not complete. */
  readonly review?: PlannedReview;
  /** How the labeling job ends; absent for other resources. */
  readonly labeling?: PlannedLabeling;
  /** SageMaker's lists have it, so that reconciliation finds what no event told. */
  readonly isListed: boolean;
  /** Its last change happens during the half hour of throttling. */
  readonly isHeldBack?: boolean;
  readonly changes: readonly [Change, ...Change[]];
  /** The event of a change. Each copy has an id of its own. */
  readonly event: (change: Change, copy: number) => Readonly<Record<string, unknown>>;
  /** How SageMaker shows it after a change; absent when SageMaker does not have it (any more). */
  readonly resource: (change: Change) => SimulatedResource | undefined;
}

/** What every kind of life is planned from. `number` names the life; times are epoch milliseconds. */
export interface Planning {
  readonly random: Random;
  readonly number: number;
  /** The beginning of the story. */
  readonly start: number;
  /** Milliseconds within which lives begin. */
  readonly span: number;
  readonly faults: ReadonlySet<FaultKind>;
}

export const lastOf = ({ changes }: Pick<Life, 'changes'>): Change => changes.at(-1) ?? changes[0];

/** A change at `at` with its deliveries. `ahead`: by how many milliseconds its events may precede it. */
export function changeAt(
  { random, faults }: Planning,
  at: number,
  status: string,
  secondaryStatus?: string,
  ahead = 0,
): Change {
  return {
    status,
    ...(secondaryStatus !== undefined && { secondaryStatus }),
    at,
    deliveries: deliveries(random, at - ahead, faults),
  };
}

/** When copies of the event of a change at `at` arrive, in milliseconds from the start. */
function deliveries(random: Random, at: number, faults: ReadonlySet<FaultKind>): number[] {
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

/** The envelope of an event, as EventBridge delivers it. */
export function envelope(
  life: Pick<Life, 'name' | 'arn'>,
  detailType: string,
  at: number,
  id: string,
  detail: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const [, , , region = '', account = ''] = life.arn.split(':');
  return {
    version: '0',
    id: `${life.name}-${id}`,
    'detail-type': detailType,
    source: 'aws.sagemaker',
    account,
    time: new Date(at).toISOString(),
    region,
    resources: [life.arn],
    detail,
  };
}
