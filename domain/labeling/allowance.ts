/** How many more objects people allowed a labeling job to have labeled. */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import { labeledBefore } from './link.ts';
import type { Progress } from './progress.ts';

/** What its output says, as far as it matters here. */
export type Output = Pick<Progress, 'labeled' | 'untouched' | 'failed'>;

/**
 * What its stopping conditions leave; absent where it has none. A percentage would be taken of what is sent next: it is turned
 * into the objects that are missing from it. A link's counters may or may not include what was labeled before it: the less counts.
 */
export function allowanceOf(job: LabelingDescription, { labeled, untouched, failed }: Output): number | undefined {
  const { MaxHumanLabeledObjectCount: most, MaxPercentageOfInputDatasetLabeled: percent } =
    job.StoppingConditions ?? {};
  const byHand = Math.min(job.LabelCounters.HumanLabeled, labeled - Math.min(labeledBefore(job) ?? 0, labeled));
  const limits = [
    ...(most === undefined ? [] : [most - byHand]),
    ...(percent === undefined ? [] : [Math.ceil((percent * (labeled + untouched + failed)) / 100) - labeled]),
  ];
  return limits.length === 0 ? undefined : Math.max(0, Math.min(...limits));
}

/** How many of `left` objects a job that carries it on would have labeled. */
export const sentOf = (job: LabelingDescription, output: Output, left: number): number =>
  Math.min(left, allowanceOf(job, output) ?? left);
