/**
 * Collects the facts about a labeling job that has ended: its labels, its tasks, and whether another job continues it.
 */
import type { LabelingState } from '../../adapters/dynamodb/labeling-jobs.ts';
import type { Manifests } from '../../adapters/s3/manifests.ts';
import type { LabelingJobs } from '../../adapters/sagemaker/labeling-jobs.ts';
import type { LabelingEnd } from '../../domain/labeling/end.ts';
import type { LabelingEndFacts } from '../../domain/labeling/facts.ts';
import { attributeOf } from '../../domain/labeling/request.ts';
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';

/** Where the facts come from. */
export interface Sources {
  readonly jobs: Pick<LabelingJobs, 'madeFrom'>;
  readonly manifests: Manifests;
  readonly state: Pick<LabelingState, 'tasks'>;
}

/**
 * The facts about `job`, which ended as `end`, at `now`. Reading its output manifest stops when `time` aborts; the
 * facts then say that the manifest is unreadable. Decides nothing: `domain/labeling/verdict.ts` does.
 */
export async function examine(
  job: LabelingDescription,
  end: LabelingEnd,
  { manifests, jobs, state }: Sources,
  now: Date,
  time: AbortSignal,
): Promise<LabelingEndFacts> {
  const uri = outputOf(job, end);
  const attribute = attributeOf(job);
  const { progress, unreadable } = uri === undefined ? {} : await manifests(uri, attribute, job.LabelingJobName, time);
  const tasks = await state.tasks(job.LabelingJobArn);
  const successor = uri === undefined ? undefined : await jobs.madeFrom(uri, attribute, job.CreationTime);
  return { kind: 'ended', job, end, now, progress, unreadable, tasks, successor };
}

/**
 * Where the output is, if it must be read. A finished job has labels for all objects. A job that failed early may have
 * labels, which a chained job keeps, unless it counts none.
 */
function outputOf(job: LabelingDescription, end: LabelingEnd): string | undefined {
  const hasNoLabels = end === 'early' && job.LabelCounters.TotalLabeled === 0;
  return end === 'finished' || hasNoLabels ? undefined : job.LabelingJobOutput?.OutputDatasetS3Uri;
}
