/**
 * How a labeling job ended.
 *
 * SageMaker has no status for an expired job and does not document its failure reason. Ground Control recognises it by
 * its age: it failed after the 30 days that a job may take. A job that failed earlier has a fault in its configuration,
 * and would fail again.
 * Source: developer guide, "Monitor labeling job status"; API reference, LabelingJobStoppingConditions.
 */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import { labeledBefore } from './link.ts';

/**
 * How a labeling job ended. `finished`: every object has a label. `unfinished`: it completed with objects left.
 * `limited`: its own stopping conditions ended it. `early`: it failed before it could expire. `unclear`: it failed with
 * failed objects after the lifetime of its tasks; it may have expired or not.
 */
export type LabelingEnd = 'finished' | 'unfinished' | 'expired' | 'early' | 'unclear' | 'stopped' | 'limited';

const DAY = 86_400_000;
/** A job expires after 30 days. The times of the service are not exact, so half a day less is enough. */
const EXPIRES_AFTER = 29.5 * DAY;

/** When a job expires: 30 days after it was created. */
export const expiryOf = ({ CreationTime }: LabelingDescription): Date => new Date(CreationTime.getTime() + 30 * DAY);

/** How the job ended; absent while it runs. */
export function endOf(job: LabelingDescription): LabelingEnd | undefined {
  switch (job.LabelingJobStatus) {
    case 'Completed':
      return leftOf(job) === 0 ? 'finished' : isLimited(job) ? 'limited' : 'unfinished';
    case 'Failed':
      return failureOf(job);
    case 'Stopped':
      return isLimited(job) ? 'limited' : 'stopped';
    default:
      return undefined;
  }
}

function failureOf({
  CreationTime,
  LastModifiedTime,
  LabelCounters,
  HumanTaskConfig,
}: LabelingDescription): LabelingEnd {
  const age = LastModifiedTime.getTime() - CreationTime.getTime();
  if (age >= EXPIRES_AFTER) return 'expired';
  const { TaskAvailabilityLifetimeInSeconds: lifetime } = HumanTaskConfig;
  const tasksAreOver = lifetime !== undefined && age >= lifetime * 1000 && LabelCounters.FailedNonRetryableError > 0;
  return tasksAreOver ? 'unclear' : 'early';
}

/** The number of objects without a label, by the counters of the job. */
export const leftOf = ({ LabelCounters: { Unlabeled, FailedNonRetryableError } }: LabelingDescription): number =>
  Unlabeled + FailedNonRetryableError;

function isLimited(job: LabelingDescription): boolean {
  const { StoppingConditions, LabelCounters } = job;
  const { MaxHumanLabeledObjectCount: most, MaxPercentageOfInputDatasetLabeled: percent } = StoppingConditions ?? {};
  const { HumanLabeled, TotalLabeled, Unlabeled, FailedNonRetryableError } = LabelCounters;
  // The counters of a link may include earlier labels, so only the output manifest can tell.
  if (most !== undefined && labeledBefore(job) === undefined && HumanLabeled >= most) return true;
  const all = TotalLabeled + Unlabeled + FailedNonRetryableError;
  return percent !== undefined && all > 0 && (100 * TotalLabeled) / all >= percent;
}
