/** How many more objects the stopping conditions of a labeling job allow to be labeled. */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import { labeledBefore } from './link.ts';
import type { Progress } from './progress.ts';

/** Counts of the job's output manifest. */
export type Output = Pick<Progress, 'labeled' | 'untouched' | 'failed'>;

/**
 * The number of objects that may still be labeled; absent without stopping conditions.
 *
 * A percentage cannot be copied to the next job, which sends fewer objects: it becomes a number of objects. SageMaker's
 * counters of a link may or may not include earlier labels, so the lower count is taken. Without a counter, all labels
 * of this job count as labeled by hand.
 */
export function allowanceOf(job: LabelingDescription, { labeled, untouched, failed }: Output): number | undefined {
  const { MaxHumanLabeledObjectCount: most, MaxPercentageOfInputDatasetLabeled: percent } =
    job.StoppingConditions ?? {};
  const ofThisJob = labeled - Math.min(labeledBefore(job) ?? 0, labeled);
  const byHand = Math.min(job.LabelCounters.HumanLabeled ?? ofThisJob, ofThisJob);
  const limits = [
    ...(most === undefined ? [] : [most - byHand]),
    ...(percent === undefined ? [] : [Math.ceil((percent * (labeled + untouched + failed)) / 100) - labeled]),
  ];
  return limits.length === 0 ? undefined : Math.max(0, Math.min(...limits));
}

/** How many of `left` objects a job that continues `job` would send to workers. */
export const sentOf = (job: LabelingDescription, output: Output, left: number): number =>
  Math.min(left, allowanceOf(job, output) ?? left);
