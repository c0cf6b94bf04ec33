/**
 * What only a description tells of the training jobs of a tuning job, as the table keeps it: on which instances one runs, and
 * for how long one on spot capacity is charged. Neither changes, so each is described once for it.
 */
import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { secondsFromNow, withinKey } from './keys.ts';

const amount = z.optional(z.number());
const group = z.object({ InstanceType: z.optional(z.string()), InstanceCount: amount });

/** In the words of `DescribeTrainingJob`. */
export const KnownTrainingJob = z.object({
  ResourceConfig: z.extend(group, { VolumeSizeInGB: amount, InstanceGroups: z.optional(z.array(group)) }),
  BillableTimeInSeconds: amount,
  TrainingTimeInSeconds: amount,
  /** It had ended long before: what is not in it SageMaker does not tell. */
  isFinal: z.optional(z.boolean()),
});
export type KnownTrainingJob = z.output<typeof KnownTrainingJob>;

export interface TunedJobCache {
  /** Of the tuning job `tuningJob`, by name. */
  readonly recall: (tuningJob: string) => Promise<ReadonlyMap<string, KnownTrainingJob>>;
  readonly keep: (tuningJob: string, name: string, known: KnownTrainingJob) => Promise<void>;
}

/** A tuning job takes 30 days at most, and its end may be told late (SageMaker quotas). */
const DAYS_KEPT = 45;

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
          // What cannot be read is described again.
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
