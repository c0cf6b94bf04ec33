/** Why a job failed, as SageMaker says it now. */
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { describeWith, JOBS } from '../../adapters/sagemaker/describe.ts';
import type { Cause } from '../../domain/alert/causes/cause.ts';
import { explainFailure } from '../../domain/alert/causes/explain.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';

export interface WhyEnded {
  /** SageMaker's words, without secrets. */
  readonly reason: string;
  /** What they mean; absent when they do not tell. */
  readonly cause: Cause | undefined;
}

/**
 * Why the job of `state` failed; undefined when it did not, when it is no job, and when SageMaker gives no reason or does
 * not have it any more.
 */
export async function whyEnded(
  { type, name, arn, outcome }: Pick<Remembered, 'type' | 'name' | 'arn' | 'outcome'>,
  client: SageMakerClient,
): Promise<WhyEnded | undefined> {
  const job = BUDGETED.find((one) => one === type);
  if (job === undefined || arn === undefined || outcome !== 'failed') return undefined;
  const described = await describeWith(JOBS, client)(job, { name, arn });
  if (described === undefined) return undefined;
  const { reason, rawReason, status } = BUDGETED_JOBS[job].parse(described);
  if (reason === undefined) return undefined;
  const cause = explainFailure(rawReason ?? reason, { type, status });
  return { reason, cause: cause?.code === 'unknown' ? undefined : cause };
}
