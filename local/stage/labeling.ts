/** How the running labeling jobs of a stage go on. */
import { resourcesIn } from '../../adapters/dynamodb/browse/resources.ts';
import { labelingStateIn } from '../../adapters/dynamodb/labeling-jobs.ts';
import { labelingJobsWith } from '../../adapters/sagemaker/labeling-jobs.ts';
import { expiryOf } from '../../domain/labeling/end.ts';
import { linkOf, predecessorOf } from '../../domain/labeling/link.ts';
import { doneAt } from '../../domain/labeling/pace.ts';
import { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { type Attempt, attempt } from './attempt.ts';
import type { Stage } from './stage.ts';

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

/** A labeling job that runs as far as the table knows. */
export interface LabelingRow {
  readonly key: string;
  readonly name: string;
  /** Undefined: SageMaker does not have it any more. */
  readonly job: Attempt<RunningLabeling | undefined>;
}

/** At most `most` running labeling jobs, as they stand at `now`, and where the next page begins. */
export async function runningLabeling(
  stage: Stage,
  { most, from, now }: { readonly most: number; readonly from: string | undefined; readonly now: Date },
): Promise<{ readonly rows: readonly LabelingRow[]; readonly next: string | undefined }> {
  const { found, next } = await resourcesIn(stage.table, stage.dynamoDb).running('labeling-job', most, from);
  const rows = found.map(async ({ key, state }): Promise<LabelingRow[]> => {
    // It has ended, and an alert about it is still to be sent.
    if (state === undefined || state.ended) return [];
    const job = await attempt('its progress', () => labelingOf(state, stage, now));
    return [{ key, name: state.name, job }];
  });
  return { rows: (await Promise.all(rows)).flat(), next };
}

/** The job of `state` as it is now; undefined when SageMaker does not have it. */
async function labelingOf(
  { name, arn, generation }: Pick<Remembered, 'name' | 'arn' | 'generation'>,
  { table, dynamoDb, sageMaker }: Pick<Stage, 'table' | 'dynamoDb' | 'sageMaker'>,
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
