/** The simulated SageMaker: describes jobs as the API does, and stops them. Times are whole seconds since 1970. */
import type { DescribedEvent } from '../../adapters/sagemaker/describe.ts';
import { chargedSeconds, endOf, type Life, startOf, stopped } from './bill.ts';
import type { Job } from './jobs.ts';

/** A job under a policy. */
export interface Course {
  readonly job: Job;
  /** What happens to the job, with its stop. */
  life: Life;
  /** When somebody stopped it, with fractions of a second. */
  stoppedAt: number | undefined;
  /** For what it was stopped: its own cap, or its month. */
  stoppedFor: 'cap' | 'month' | undefined;
  /** When somebody first checked it. */
  checkedAt: number | undefined;
  /** When its end can be known: its event, or reconciliation. */
  endKnownAt: number;
}

export const courseOf = (job: Job): Course => ({
  job,
  life: job.life,
  stoppedAt: undefined,
  stoppedFor: undefined,
  checkedAt: undefined,
  endKnownAt: Number.POSITIVE_INFINITY,
});

/** Stops the job at `now`; false when it is no longer running. */
export function stopJob(course: Course, now: number, why: 'cap' | 'month'): boolean {
  if (course.stoppedAt !== undefined || now >= endOf(course.life)) return false;
  course.stoppedAt = now;
  course.stoppedFor = why;
  course.life = stopped(course.life, Math.ceil(now), course.job);
  return true;
}

const ARN = 'arn:aws:sagemaker:us-east-1:123456789012:training-job/';
export const arnOf = ({ name }: Job): string => `${ARN}${name}`;
export const nameIn = (arn: string): string => arn.slice(ARN.length);

/** The job as SageMaker describes it at `now`. The billed time is known at the end, that of a warm pool at its end. */
export function describeAt({ job, life, stoppedAt }: Course, now: number): DescribedEvent {
  const phases = life.phases.filter(({ from, status }) => from <= now && status !== 'Warm');
  const [begun, end] = [startOf(life), endOf(life)];
  const isOver = now >= end;
  const last = phases.at(-1);
  const ran = chargedSeconds({ ...life, phases }, 0, end);
  const [first, ...others] = job.life.groups;
  return {
    'detail-type': 'SageMaker Training Job State Change',
    source: 'aws.sagemaker',
    resources: [arnOf(job)],
    time: new Date(now * 1000).toISOString(),
    hasTags: true,
    detail: {
      TrainingJobName: job.name,
      TrainingJobArn: arnOf(job),
      TrainingJobStatus: isOver
        ? stoppedAt === undefined
          ? 'Completed'
          : 'Stopped'
        : stoppedAt === undefined
          ? 'InProgress'
          : 'Stopping',
      SecondaryStatus: isOver ? (stoppedAt === undefined ? 'Completed' : 'Stopped') : (last?.status ?? 'Starting'),
      CreationTime: job.createdAt,
      LastModifiedTime: last?.from ?? job.createdAt,
      ...(begun <= now && { TrainingStartTime: begun }),
      ...(isOver && {
        TrainingEndTime: end,
        TrainingTimeInSeconds: ran,
        BillableTimeInSeconds: Math.round(ran * (1 - life.discount)),
      }),
      ResourceConfig: {
        VolumeSizeInGB: life.volumeGb,
        ...(others.length === 0
          ? { InstanceType: first?.type, InstanceCount: first?.count }
          : { InstanceGroups: life.groups.map(({ type, count }, at) => groupOf(type, count, at)) }),
        ...(job.warmSeconds > 0 && { KeepAlivePeriodInSeconds: 3600 }),
      },
      ...(job.warmSeconds > 0 && { WarmPoolStatus: poolAt(life, now) }),
      EnableManagedSpotTraining: life.discount > 0,
      SecondaryStatusTransitions: phases.map(({ status, from, to }) => ({
        Status: status,
        StartTime: from,
        ...(to <= now && { EndTime: to }),
      })),
      Tags: {
        ...(job.capUsd !== undefined && { 'ground-control:max-cost-usd': job.capUsd.toFixed(2) }),
        ...(job.isProtected && { 'ground-control:protected': 'true' }),
        ...(job.project !== undefined && { project: job.project.name }),
      },
    },
  };
}

const groupOf = (InstanceType: string, InstanceCount: number, at: number) => ({
  InstanceGroupName: `group-${at}`,
  InstanceType,
  InstanceCount,
});

function poolAt({ phases }: Life, now: number): object {
  const pool = phases.find(({ status }) => status === 'Warm');
  if (pool === undefined || now < pool.from) return { Status: 'InUse' };
  if (now < pool.to) return { Status: 'Available' };
  return { Status: 'Terminated', ResourceRetainedBillableTimeInSeconds: pool.to - pool.from };
}
