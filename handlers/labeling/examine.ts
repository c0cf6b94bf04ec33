/** Finds out what a labeling job that has ended left, and whether it is to be carried on. */

import type { LabelingState } from '../../adapters/dynamodb/labeling-jobs.ts';
import type { Manifests, ReadManifest } from '../../adapters/s3/manifests.ts';
import type { LabelingJobs } from '../../adapters/sagemaker/labeling-jobs.ts';
import {
  type ChainVerdict,
  decideByDescription,
  decideByOutput,
  type LabelingEnd,
  leftOf,
  priceOf,
} from '../../domain/labeling/chain.ts';
import type { EndedLabeling, Successor } from '../../domain/labeling/facts.ts';
import { linkOf, nameOfLink } from '../../domain/labeling/link.ts';
import { isOptedOut } from '../../domain/labeling/opt-out.ts';
import { attributeOf } from '../../domain/labeling/request.ts';
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import type { Tags } from '../../schemas/event/values.ts';

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
  const { progress, unreadable } = await readOutput(job, end, manifests, time);
  const facts = { kind: 'ended', job, progress, unreadable, tasks: await state.tasks(job.LabelingJobArn) } as const;
  // First of all: what somebody created is there, whatever anybody thinks of it now.
  const successor = await successorOf(job, end, jobs);
  if (successor !== undefined) {
    const price = priceOf(job, leftOf(job), policy) ?? 0;
    const verdict: ChainVerdict = successor.isOurs
      ? { kind: 'chain', end, link: linkOf(job) + 1, price }
      : { kind: 'leave', end, why: 'carried-on' };
    return { ...facts, verdict, successor };
  }
  const decided = decideByDescription(job, end, policy, isOptedOut(tags, policy.tags.optOut), now);
  if (decided !== undefined) return { ...facts, verdict: decided };
  if (progress === undefined) return { ...facts, verdict: { kind: 'ask', end, why: 'no-manifest' } };
  return { ...facts, verdict: decideByOutput(job, end, policy, progress) };
}

/** The job that goes on with it: somebody may have been faster, and called it as they liked. */
async function successorOf(
  job: LabelingDescription,
  end: LabelingEnd,
  jobs: Sources['jobs'],
): Promise<Successor | undefined> {
  const uri = outputOf(job, end);
  const name = uri === undefined ? undefined : await jobs.madeFrom(uri, attributeOf(job), job.CreationTime);
  if (name === undefined) return undefined;
  return { name, isOurs: isSame(name, nameOfLink(job, linkOf(job) + 1)) };
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Of what is done every object has its label; what failed at once has no output yet. */
const outputOf = (job: LabelingDescription, end: LabelingEnd): string | undefined =>
  end === 'finished' || end === 'early' ? undefined : job.LabelingJobOutput?.OutputDatasetS3Uri;

async function readOutput(
  job: LabelingDescription,
  end: LabelingEnd,
  manifests: Manifests,
  time: AbortSignal,
): Promise<Partial<ReadManifest>> {
  const uri = outputOf(job, end);
  return uri === undefined ? {} : manifests(uri, attributeOf(job), job.LabelingJobName, time);
}
