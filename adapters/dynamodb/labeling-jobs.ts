/** What the table remembers of labeling jobs that run: how they get on, and what became of their tasks. */

import { DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { CountTaskAction } from '../../domain/action.ts';
import { COUNTED_TASKS, type TaskCounts } from '../../domain/labeling/facts.ts';
import type { Standing } from '../../domain/labeling/pace.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { secondsFromNow, withinKey } from './keys.ts';

/** Of the function that counts and tells. */
export const READ_TASKS: Grant = {
  name: 'tasks',
  statements: [{ actions: ['dynamodb:Query'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] }],
};

export interface LabelingState {
  /** How the incarnation `generation` (epoch seconds of its creation) of a job got on until now. */
  readonly standing: (arn: string, generation: number) => Promise<Standing | undefined>;
  readonly note: (arn: string, generation: number, standing: Standing) => Promise<void>;
  /** How many of its tasks came to which state. */
  readonly tasks: (arn: string) => Promise<TaskCounts>;
}

const Item = z.object({
  generation: z.number(),
  changedAt: z.number(),
  samples: z.array(z.object({ at: z.number(), done: z.number() })),
});

const partition = (arn: string) => withinKey(`labeling#${arn.toLowerCase()}`);
const TASK = 'task#';

/** Counts a task: an item an event, so that a copy of it changes nothing. */
export function taskCounterIn(TableName: string, daysKept: number, client: DynamoDBClient) {
  return async ({ jobArn, source, state, eventId }: CountTaskAction): Promise<void> => {
    const sk = withinKey(`${TASK}${source}#${state}#${eventId}`);
    const Item = marshall({ pk: partition(jobArn), sk, expiresAt: secondsFromNow(daysKept) });
    await client.send(new PutItemCommand({ TableName, Item }));
  };
}

export function labelingStateIn(
  TableName: string,
  daysKept: number,
  client = new DynamoDBClient(CLIENT_SETTINGS),
): LabelingState {
  return {
    async standing(arn, generation) {
      const Key = marshall({ pk: partition(arn), sk: 'standing' });
      const { Item: item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      const read = item === undefined ? undefined : Item.safeParse(unmarshall(item));
      // What cannot be read is begun anew: nothing but a warning stands on it.
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
      // Two kinds of events may tell of one task: what the one that told more says.
      const most = (state: string) =>
        Math.max(...['labeling-job', 'human-task'].map((source) => counts.get(`${source}#${state}`) ?? 0));
      const [declined, returned, expired] = COUNTED_TASKS.map(most);
      return { Declined: declined ?? 0, Returned: returned ?? 0, Expired: expired ?? 0 };
    },
  };
}
