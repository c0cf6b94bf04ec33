/** What is to happen: lifecycles of jobs, and what becomes of their events on the way. */
import type { SimulatedResource } from '../../local/embedded-aws/sagemaker.ts';
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

export interface PlannedJob {
  readonly type: SimulatedResource['type'];
  readonly name: string;
  readonly arn: string;
  readonly functionName: string;
  readonly detailType: string;
  /** Prefix of the event's fields. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly changes: readonly [PlannedChange, ...PlannedChange[]];
}

const FAMILIES = [
  ['training-job', 'training-job', 'trainingJob', 'SageMaker Training Job State Change', 'TrainingJob'],
  ['processing-job', 'processing-job', 'processingJob', 'SageMaker Processing Job State Change', 'ProcessingJob'],
  ['transform-job', 'transform-job', 'transformJob', 'SageMaker Transform Job State Change', 'TransformJob'],
  [
    'tuning-job',
    'hyper-parameter-tuning-job',
    'tuningJob',
    'SageMaker HyperParameter Tuning Job State Change',
    'HyperParameterTuningJob',
  ],
] as const;
const ENDS = [
  ['Completed', 'Completed'],
  ['Failed', 'Failed'],
  ['Stopped', 'Stopped'],
  ['Stopped', 'MaxRuntimeExceeded'],
] as const;

/** `jobs` lifecycles that begin within `span` milliseconds of `start` (epoch milliseconds). */
export function plan(
  random: Random,
  jobs: number,
  span: number,
  start: number,
  faults: ReadonlySet<FaultKind>,
): PlannedJob[] {
  return Array.from({ length: jobs }, (_, at) => planJob(random, at, span, start, faults));
}

function planJob(random: Random, at: number, span: number, start: number, faults: ReadonlySet<FaultKind>): PlannedJob {
  const [type, word, functionName, detailType, prefix] = random.pick(FAMILIES);
  const [status, secondaryStatus] = random.pick(ENDS);
  const begin = random.between(0, span);
  const end = begin + random.between(5, 300);
  const running = {
    status: 'InProgress',
    secondaryStatus: 'Training',
    at: begin,
    deliveries: deliveries(random, begin, faults),
  };
  const ended = {
    status,
    secondaryStatus: type === 'training-job' ? secondaryStatus : status,
    at: end,
    deliveries: deliveries(random, end, faults),
  };
  const name = `job-${at}`;
  return {
    type,
    name,
    arn: `arn:aws:sagemaker:eu-west-1:123456789012:${word}/${name}`,
    functionName,
    detailType,
    prefix,
    createdAt: start + begin,
    changes: [running, ended],
  };
}

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

/** The event of a change. */
export function eventOf(job: PlannedJob, change: PlannedChange, start: number, copy: number): Record<string, unknown> {
  return {
    version: '0',
    id: `${job.name}-${change.status}-${copy}`,
    'detail-type': job.detailType,
    source: 'aws.sagemaker',
    account: '123456789012',
    time: new Date(start + change.at).toISOString(),
    region: 'eu-west-1',
    resources: [job.arn],
    detail: {
      [`${job.prefix}Name`]: job.name,
      [`${job.prefix}Arn`]: job.arn,
      [`${job.prefix}Status`]: change.status,
      ...(job.type === 'training-job' ? { SecondaryStatus: change.secondaryStatus } : {}),
      CreationTime: job.createdAt,
      LastModifiedTime: start + change.at,
    },
  };
}
