/**
 * What the table stores about labeling jobs: the progress of running ones, and the counts of declined, returned and
 * expired tasks.
 */

import { DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { CountTaskAction } from '../../domain/action.ts';
import { COUNTED_TASKS, type TaskCounts } from '../../domain/labeling/facts.ts';
import type { Standing } from '../../domain/labeling/pace.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { secondsFromNow, withinKey } from './keys.ts';

/** For the labeling function, which counts tasks for its alerts. */
export const READ_TASKS: Grant = {
  name: 'tasks',
  statements: [{ actions: ['dynamodb:Query'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] }],
};

export interface LabelingState {
  /** The progress so far of the job that was created at `generation` (epoch seconds); absent before its first event. */
  readonly standing: (arn: string, generation: number) => Promise<Standing | undefined>;
  /** Stores the progress. */
  readonly note: (arn: string, generation: number, standing: Standing) => Promise<void>;
  /** How many tasks of the job were declined, returned or expired. */
  readonly tasks: (arn: string) => Promise<TaskCounts>;
}

const Item = z.object({
  generation: z.number(),
  changedAt: z.number(),
  samples: z.array(z.object({ at: z.number(), done: z.number() })),
});

const partition = (arn: string) => withinKey(`labeling#${arn.toLowerCase()}`);
const TASK = 'task#';

/** Counts a task. It writes one item per event, so a copy of the event changes nothing. */
export function taskCounterIn(TableName: string, daysKept: number, client: DynamoDBClient) {
  return async ({ jobArn, source, state, eventId }: CountTaskAction): Promise<void> => {
    const sk = withinKey(`${TASK}${source}#${state}#${eventId}`);
    const Item = marshall({ pk: partition(jobArn), sk, expiresAt: secondsFromNow(daysKept) });
    await client.send(new PutItemCommand({ TableName, Item }));
  };
}

/** The state in the table called `TableName`. Items expire after `daysKept` days. */
export function labelingStateIn(
  TableName: string,
  daysKept: number,
  client = new DynamoDBClient(TABLE_SETTINGS),
): LabelingState {
  return {
    async standing(arn, generation) {
      const Key = marshall({ pk: partition(arn), sk: 'standing' });
      const { Item: item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      const read = item === undefined ? undefined : Item.safeParse(unmarshall(item));
      // An unreadable item counts as absent: only warnings depend on it.
      return read?.success === true && read.data.generation === generation ? read.data : undefined;
    },

    async note(arn, generation, { changedAt, samples }) {
      const expiresAt = secondsFromNow(daysKept);
      const item = { pk: partition(arn), sk: 'standing', generation, changedAt, samples, expiresAt };
      await client.send(new PutItemCommand({ TableName, Item: marshall(item) }));
    },

    async tasks(arn) {
      const counts = new Map<string, number>();
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :task)',
          ExpressionAttributeValues: marshall({ ':pk': partition(arn), ':task': TASK }),
          ProjectionExpression: 'sk',
        },
      );
      for await (const { Items = [] } of pages) {
        for (const { sk } of Items) {
          const kind = (sk?.S ?? '').split('#').slice(1, 3).join('#');
          counts.set(kind, (counts.get(kind) ?? 0) + 1);
        }
      }
      // Two kinds of events may report the same task, so the higher of their counts is used, not the sum.
      const most = (state: string) =>
        Math.max(...['labeling-job', 'human-task'].map((source) => counts.get(`${source}#${state}`) ?? 0));
      const [declined, returned, expired] = COUNTED_TASKS.map(most);
      return { Declined: declined ?? 0, Returned: returned ?? 0, Expired: expired ?? 0 };
    },
  };
}
