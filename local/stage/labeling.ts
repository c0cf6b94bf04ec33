/** How the running labeling jobs of a stage go on. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { labelingStateIn } from '../../adapters/dynamodb/labeling-jobs.ts';
import { labelingJobsWith } from '../../adapters/sagemaker/labeling-jobs.ts';
import { expiryOf } from '../../domain/labeling/end.ts';
import { linkOf, predecessorOf } from '../../domain/labeling/link.ts';
import { doneAt } from '../../domain/labeling/pace.ts';
import { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';

export interface RunningLabeling {
  readonly name: string;
  /** The number of its link in a chain; 0 for a job that people created. */
  readonly link: number;
  /** The job that it continues. */
  readonly predecessor: string | undefined;
  /** Numbers of objects; absent when SageMaker does not say. */
  readonly labeled: number | undefined;
  readonly left: number | undefined;
  readonly expiresAt: Date;
  /** When it is done at its pace of the last days; absent when it would never be, or when nobody knows. */
  readonly doneAt: Date | undefined;
}

/** The job of `state` as it is now; undefined when SageMaker does not have it. */
export async function labelingOf(
  { name, arn, generation }: Pick<Remembered, 'name' | 'arn' | 'generation'>,
  table: string,
  { dynamoDb, sageMaker }: { readonly dynamoDb: DynamoDBClient; readonly sageMaker: SageMakerClient },
  now: Date,
): Promise<RunningLabeling | undefined> {
  const described = await labelingJobsWith(sageMaker).describe(name);
  if (described === undefined) return undefined;
  const job = LabelingDescription.parse(described);
  const standing = await labelingStateIn(table, 1, dynamoDb).standing(arn ?? '', generation);
  const { TotalLabeled: labeled, Unlabeled: left } = job.LabelCounters;
  return {
    name,
    link: linkOf(job),
    predecessor: predecessorOf(job),
    labeled,
    left,
    expiresAt: expiryOf(job),
    doneAt: standing && doneAt(job, standing, now),
  };
}
