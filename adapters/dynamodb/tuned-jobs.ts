/**
 * Facts about the training jobs of a tuning job that only their descriptions give: the instances of each, and the
 * billed seconds on spot capacity. They do not change once final, so the table keeps them and each job is described
 * only once.
 */
import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { secondsFromNow, withinKey } from './keys.ts';

const amount = z.optional(z.number());
const group = z.object({ InstanceType: z.optional(z.string()), InstanceCount: amount });

/** The stored part of a description, with the field names of `DescribeTrainingJob`. */
export const KnownTrainingJob = z.object({
  ResourceConfig: z.extend(group, { VolumeSizeInGB: amount, InstanceGroups: z.optional(z.array(group)) }),
  BillableTimeInSeconds: amount,
  TrainingTimeInSeconds: amount,
  /** The description will not change: it has billed seconds, or the job ended long before it was described. */
  isFinal: z.optional(z.boolean()),
});
export type KnownTrainingJob = z.output<typeof KnownTrainingJob>;

export interface TunedJobCache {
  /** The known training jobs of the tuning job `tuningJob` (ARN), by name. */
  readonly recall: (tuningJob: string) => Promise<ReadonlyMap<string, KnownTrainingJob>>;
  /** Stores one training job. */
  readonly keep: (tuningJob: string, name: string, known: KnownTrainingJob) => Promise<void>;
}

/** A tuning job takes 30 days at most (SageMaker quotas), and its last budget check may come later. */
const DAYS_KEPT = 45;

/** The training jobs in the table called `TableName`. */
export function tunedJobCacheIn(TableName: string, client: DynamoDBClient): TunedJobCache {
  const pk = (tuningJob: string) => withinKey(`training-jobs#${tuningJob}`);
  return {
    async recall(tuningJob) {
      const known = new Map<string, KnownTrainingJob>();
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': pk(tuningJob) }),
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          // An unreadable item is skipped: its training job is described again.
          const { data } = KnownTrainingJob.safeParse(unmarshall(item));
          if (data !== undefined) known.set(item['sk']?.S ?? '', data);
        }
      }
      return known;
    },

    async keep(tuningJob, name, known) {
      const item = { ...known, pk: pk(tuningJob), sk: name, expiresAt: secondsFromNow(DAYS_KEPT) };
      await client.send(new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }));
    },
  };
}
