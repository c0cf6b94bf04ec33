/** Finds out what a labeling job that has ended left, and whether it is to be carried on. */
import { decideByDescription, decideByOutput, type LabelingEnd } from '../domain/labeling/chain.ts';
import type { EndedLabeling } from '../domain/labeling/facts.ts';
import { nameOfLink } from '../domain/labeling/link.ts';
import { isOptedOut } from '../domain/labeling/opt-out.ts';
import type { LabelingDescription } from '../schemas/labeling-description.ts';
import type { LabelingPolicy } from '../schemas/labeling-policy.ts';
import type { Tags } from '../schemas/values.ts';
import type { LabelingJobs } from './labeling-jobs.ts';
import type { LabelingState } from './labeling-state.ts';
import type { Manifests, ReadManifest } from './manifest-objects.ts';

/** Who is asked. */
export interface Sources {
  readonly jobs: Pick<LabelingJobs, 'madeFrom'>;
  readonly manifests: Manifests;
  readonly state: Pick<LabelingState, 'tasks'>;
}

/** What is known of `job`, which came to `end`, at `now`; its output is not read on when `time` is up. */
export async function examine(
  job: LabelingDescription,
  end: LabelingEnd,
  tags: Tags,
  policy: LabelingPolicy,
  { manifests, jobs, state }: Sources,
  now: Date,
  time: AbortSignal,
): Promise<EndedLabeling> {
  const decided = decideByDescription(job, end, policy, isOptedOut(tags, policy.tags.optOut), now);
  const { progress, unreadable } = await readOutput(job, end, manifests, time);
  const tasks = await state.tasks(job.LabelingJobArn);
  const facts = { kind: 'ended', job, progress, unreadable, tasks } as const;
  if (decided !== undefined) return { ...facts, verdict: decided };
  if (progress === undefined) return { ...facts, verdict: { kind: 'ask', end, why: 'no-manifest' } };
  const verdict = decideByOutput(job, end, policy, progress);
  const uri = job.LabelingJobOutput?.OutputDatasetS3Uri;
  if (verdict.kind !== 'chain' || uri === undefined) return { ...facts, verdict };
  // Somebody may have been faster, and called it as they liked.
  const successor = await jobs.madeFrom(uri, job.CreationTime);
  const isOurs = successor?.toLowerCase() === nameOfLink(job.LabelingJobName, verdict.link).toLowerCase();
  if (successor === undefined || isOurs) return { ...facts, verdict };
  return { ...facts, verdict: { kind: 'leave', end, why: 'carried-on' }, successor };
}

async function readOutput(
  job: LabelingDescription,
  end: LabelingEnd,
  manifests: Manifests,
  time: AbortSignal,
): Promise<Partial<ReadManifest>> {
  const uri = job.LabelingJobOutput?.OutputDatasetS3Uri;
  // Of what is done every object has its label; what failed at once has no output yet.
  if (uri === undefined || end === 'finished' || end === 'early') return {};
  return manifests(uri, job.LabelAttributeName ?? job.LabelingJobName, job.LabelingJobName, time);
}
