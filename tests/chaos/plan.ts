/** Plans a story: the changes of each job, and when copies of their events arrive. */
import { labelingEvent, planLabeling } from './labeling.ts';
import { deliveries, type FaultKind, type PlannedBudget, type PlannedChange, type PlannedJob } from './lifecycle.ts';
import type { Random } from './random.ts';

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

const ALONE: readonly PlannedBudget[] = ['spent', 'spending', 'protected', 'modest'];
const MINUTE = 60_000;
/** Milliseconds that a job with a budget has already run when its first event arrives. */
const RAN = 60 * MINUTE;
/** Caps in USD. After `RAN`, 2 `ml.g5.2xlarge` at 1.515 USD an hour each have cost 3.03 USD. */
const CAP: Readonly<Partial<Record<PlannedBudget, string>>> = {
  spent: '2.50',
  spending: '3.28', // some five minutes more
  protected: '2.50',
  modest: '5000',
  sharing: '2', // 40 minutes
};

/** Tags of a job with a budget. */
export const tagsOf = (budget: PlannedBudget): Record<string, string> => ({
  ...((budget === 'sharing' || budget === 'counted') && { project: budget }),
  ...(CAP[budget] !== undefined && { 'ground-control:max-cost-usd': CAP[budget] }),
  ...(budget === 'protected' && { 'ground-control:protected': 'true' }),
});

const SHARING = 33;
const COUNTED = 13;
const EVERY = 40;
/** One in eight is a labeling job. */
const LABELING = 6;

/** Monthly budgets in USD, by project, for a plan of `jobs` jobs. */
export function monthlyBudgets(jobs: number): Readonly<Record<'sharing' | 'counted', number>> {
  const sharing = Math.floor((jobs - 1 - SHARING) / EVERY) + 1;
  return { sharing: Math.ceil(sharing / 2) * Number(CAP.sharing), counted: 1_000_000 };
}

/** When a job with a budget started to be charged, in epoch milliseconds. */
export const startOf = ({ createdAt, budget }: PlannedJob): number => createdAt - (budget === 'sharing' ? 0 : RAN);

/** The other fields of the `Describe` answer for a job with a budget. */
export function detailOf(job: PlannedJob, change: PlannedChange, begin: number): Record<string, unknown> {
  return {
    TrainingStartTime: startOf(job) / 1000,
    ...(change.status !== 'InProgress' && { TrainingEndTime: (begin + change.at) / 1000 }),
    ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 2, VolumeSizeInGB: 0 },
  };
}

/** A job with a budget that runs until it is stopped. */
function planSpender(
  random: Random,
  budget: PlannedBudget,
  at: number,
  span: number,
  start: number,
  faults: ReadonlySet<FaultKind>,
  begin = random.between(0, span),
): PlannedJob {
  const name = `job-${at}`;
  const running = {
    status: 'InProgress',
    secondaryStatus: 'Training',
    at: begin,
    deliveries: deliveries(random, begin, faults),
  };
  return {
    type: 'training-job',
    name,
    arn: `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`,
    functionName: 'trainingJob',
    detailType: 'SageMaker Training Job State Change',
    prefix: 'TrainingJob',
    createdAt: start + begin,
    budget,
    changes: [running],
  };
}

/** `jobs` lifecycles that begin within `span` milliseconds of `start` (epoch milliseconds). */
export function plan(
  random: Random,
  jobs: number,
  span: number,
  start: number,
  faults: ReadonlySet<FaultKind>,
): PlannedJob[] {
  return Array.from({ length: jobs }, (_, at) => {
    if (at % 20 === 7) return planSpender(random, random.pick(ALONE), at, span, start, faults);
    // All start at the same moment, so that they compete for the same money.
    if (at % EVERY === SHARING) return planSpender(random, 'sharing', at, span, start, faults, span / 2);
    if (at % EVERY === COUNTED) return planCounted(random, at, span, start, faults);
    if (at % 8 === LABELING) return planLabeling(random, at, span, start, faults);
    return planJob(random, at, span, start, faults);
  });
}

/** A training job that ends by itself. */
function planCounted(
  random: Random,
  at: number,
  span: number,
  start: number,
  faults: ReadonlySet<FaultKind>,
): PlannedJob {
  const spender = planSpender(random, 'counted', at, span, start, faults);
  const end = spender.changes[0].at + random.between(5, 300);
  const ended = {
    status: 'Completed',
    secondaryStatus: 'Completed',
    at: end,
    deliveries: deliveries(random, end, faults),
  };
  return { ...spender, changes: [...spender.changes, ended] };
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

/** The event of a change. */
export function eventOf(job: PlannedJob, change: PlannedChange, start: number, copy: number): Record<string, unknown> {
  if (job.labeling !== undefined) return labelingEvent(job, change, start, copy);
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
      ...(job.budget !== undefined && {
        TrainingStartTime: startOf(job),
        ...(change.status !== 'InProgress' && { TrainingEndTime: start + change.at }),
        Tags: tagsOf(job.budget),
      }),
      // Some events have no tags.
      ...(job.budget === undefined && !job.name.endsWith('0') && { Tags: { team: 'vision' } }),
    },
  };
}
