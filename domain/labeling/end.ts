/**
 * How a labeling job ended.
 *
 * SageMaker has no status for an expired job and does not document its failure reason. Ground Control recognises it by
 * its age: it failed after the 30 days that a job may take. A job that failed earlier has a fault in its configuration,
 * and a copy of it would fail again. So would a copy of a job that failed in its last hours because of its
 * configuration: its reason names it.
 * Source: developer guide, "Monitor labeling job status"; API reference, LabelingJobStoppingConditions.
 */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import { faultIn, isAboutTime } from './failure.ts';
import { labeledBefore } from './link.ts';

/**
 * How a labeling job ended. `finished`: every object has a label. `unfinished`: it completed with objects left.
 * `limited`: its own stopping conditions ended it. `early`: it failed before it could expire. `unclear`: it failed with
 * failed objects after the lifetime of its tasks, or hours before it would have expired; it may have expired or not.
 * `misconfigured`: it failed about when it would have expired, but its reason names its configuration. `uncounted`: it
 * completed, and SageMaker does not say how many objects are left.
 */
export type LabelingEnd =
  | 'finished'
  | 'unfinished'
  | 'uncounted'
  | 'expired'
  | 'early'
  | 'misconfigured'
  | 'unclear'
  | 'stopped'
  | 'limited';

const DAY = 86_400_000;
const LIFETIME = 30 * DAY;
/** The times of the service are not exact, so an hour less than 30 days is enough. */
const EXPIRES_AFTER = LIFETIME - 3_600_000;
/** From here on, a job that fails may have expired: its reason decides. */
const MAY_EXPIRE_AFTER = 29.5 * DAY;

/** When a job expires: 30 days after it was created. */
export const expiryOf = ({ CreationTime }: LabelingDescription): Date => new Date(CreationTime.getTime() + LIFETIME);

/** How the job ended; absent while it runs. */
export function endOf(job: LabelingDescription): LabelingEnd | undefined {
  switch (job.LabelingJobStatus) {
    case 'Completed':
      return completionOf(job);
    case 'Failed':
      return failureOf(job);
    case 'Stopped':
      return isLimited(job) ? 'limited' : 'stopped';
    default:
      return undefined;
  }
}

function completionOf(job: LabelingDescription): LabelingEnd {
  if (leftOf(job) === 0) return 'finished';
  if (isLimited(job)) return 'limited';
  return leftOf(job) === undefined ? 'uncounted' : 'unfinished';
}

/** How old the job was when SageMaker last changed it: when it ended. Milliseconds. */
export const ageOf = ({ CreationTime, LastModifiedTime }: LabelingDescription): number =>
  LastModifiedTime.getTime() - CreationTime.getTime();

/** Whether the job, which failed, is so old that it may have expired. */
export const mayHaveExpired = (job: LabelingDescription): boolean => ageOf(job) >= MAY_EXPIRE_AFTER;

function failureOf(job: LabelingDescription): LabelingEnd {
  const { LabelCounters, HumanTaskConfig, FailureReason } = job;
  const age = ageOf(job);
  if (mayHaveExpired(job)) {
    if (faultIn(FailureReason) !== undefined) return 'misconfigured';
    return age >= EXPIRES_AFTER || isAboutTime(FailureReason) ? 'expired' : 'unclear';
  }
  const { TaskAvailabilityLifetimeInSeconds: lifetime } = HumanTaskConfig;
  const tasksAreOver = lifetime !== undefined && age >= lifetime * 1000 && LabelCounters.FailedNonRetryableError !== 0;
  return tasksAreOver ? 'unclear' : 'early';
}

/** The number of objects without a label, by the counters of the job; absent when SageMaker does not report them. */
export const leftOf = ({ LabelCounters: { Unlabeled, FailedNonRetryableError } }: LabelingDescription) =>
  sum(Unlabeled, FailedNonRetryableError);

/** The number of all objects, by the counters of the job; absent when SageMaker does not report one of them. */
export const allOf = (job: LabelingDescription) => sum(job.LabelCounters.TotalLabeled, leftOf(job));

/** The sum of counts; absent when one is. */
export const sum = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one + other;

/** The counters that a decision on the job needs, and SageMaker does not report. */
export function missingCounters({ LabelCounters, StoppingConditions }: LabelingDescription): string[] {
  const { TotalLabeled, Unlabeled, FailedNonRetryableError, HumanLabeled } = LabelCounters;
  const isHumanLimited = StoppingConditions?.MaxHumanLabeledObjectCount !== undefined;
  const needed = { TotalLabeled, Unlabeled, FailedNonRetryableError, ...(isHumanLimited && { HumanLabeled }) };
  return Object.entries(needed).flatMap(([name, count]) => (count === undefined ? [name] : []));
}

function isLimited(job: LabelingDescription): boolean {
  const { StoppingConditions, LabelCounters } = job;
  const { MaxHumanLabeledObjectCount: most, MaxPercentageOfInputDatasetLabeled: percent } = StoppingConditions ?? {};
  const { HumanLabeled, TotalLabeled } = LabelCounters;
  // The counters of a link may include earlier labels, so only the output manifest can tell.
  if (most !== undefined && labeledBefore(job) === undefined && (HumanLabeled ?? 0) >= most) return true;
  const all = allOf(job) ?? 0;
  return percent !== undefined && all > 0 && (100 * (TotalLabeled ?? 0)) / all >= percent;
}
