/**
 * Parents and their parts, as every function writes them. A parent has one partition: an item for each part that has
 * ended, an item about the parent itself, and the doors at which alerts ask that are to wait for its end.
 */
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { Parent, type Part } from '../../../schemas/stored/part.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import { secondsFromNow, withinKey } from '../keys.ts';
import { familyOf } from './waiting.ts';

/** What is known about a parent itself. */
export interface ParentState {
  /** Alerts about its parts no longer wait for its end. */
  readonly isClosed: boolean;
  /** People have been warned of its parts. */
  readonly isWarned: boolean;
  /** The ids of the groups for which alerts have waited. */
  readonly groups: readonly string[];
}

export interface Parts {
  /** Notes that a part has ended. A step that runs a job is one part with the job, and the job tells more. */
  readonly note: (part: Part) => Promise<void>;
  /** Notes that a step of `parent` runs the job `arn`. */
  readonly link: (arn: string, parent: Parent) => Promise<void>;
  /** The parent of the job `arn`; undefined when `link` has not noted one. */
  readonly parentOf: (arn: string) => Promise<Parent | undefined>;
  readonly state: (parent: string) => Promise<ParentState>;
  /** Notes that alerts for a group are about to wait. */
  readonly join: (parent: string, group: string) => Promise<unknown>;
}

/** The key of the item about a parent itself. */
const parentItem = (parent: string) => marshall({ pk: familyOf(parent), sk: 'state' });

/** Changes the item about a parent, and returns it; `:value` in the expression is `value`. */
export async function updateParent(
  client: DynamoDBClient,
  TableName: string,
  parent: string,
  UpdateExpression: string,
  value: unknown,
): Promise<Record<string, unknown>> {
  const { Attributes = {} } = await client.send(
    new UpdateItemCommand({
      TableName,
      Key: parentItem(parent),
      UpdateExpression,
      ExpressionAttributeValues: marshall({ ':value': value, ':expiresAt': secondsFromNow(PARTS_KEPT) }),
      ReturnValues: 'ALL_NEW',
    }),
  );
  return unmarshall(Attributes);
}

/** Days after the last write. A tuning job takes 30 days at most (SageMaker quotas), an execution 28 days. */
export const PARTS_KEPT = 45;

const State = z.object({
  closedAt: z.optional(z.string()),
  warnedAt: z.optional(z.string()),
  groups: z.optional(z.set(z.string())),
});
const Link = z.object({ parent: Parent });

/** The parts in the table called `TableName`. */
export function partsIn(TableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): Parts {
  const linkItem = (arn: string) => marshall({ pk: withinKey(`step-job#${arn.toLowerCase()}`), sk: 'state' });
  const get = async (Key: ReturnType<typeof parentItem>) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    return Item === undefined ? undefined : unmarshall(Item);
  };
  return {
    async note(part) {
      const { parent, id, type } = part;
      // A job is read before its step. The step is kept, since it tells the name of the pipeline.
      const told = type === 'pipeline-step' ? 'step' : 'part';
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: marshall({ pk: familyOf(parent.id), sk: withinKey(`part#${id}`) }),
          UpdateExpression: `SET ${told} = :part, expiresAt = :expiresAt`,
          ExpressionAttributeValues: marshall(
            { ':part': part, ':expiresAt': secondsFromNow(PARTS_KEPT) },
            { removeUndefinedValues: true },
          ),
        }),
      );
    },

    async link(arn, parent) {
      const Item = {
        ...linkItem(arn),
        ...marshall({ parent, expiresAt: secondsFromNow(PARTS_KEPT) }, { removeUndefinedValues: true }),
      };
      await client.send(new PutItemCommand({ TableName, Item }));
    },

    async parentOf(arn) {
      const item = await get(linkItem(arn));
      return item && Link.parse(item).parent;
    },

    async state(parent) {
      const { closedAt, warnedAt, groups = new Set() } = State.parse((await get(parentItem(parent))) ?? {});
      return { isClosed: closedAt !== undefined, isWarned: warnedAt !== undefined, groups: [...groups].sort() };
    },

    join: (parent, group) =>
      updateParent(client, TableName, parent, 'SET expiresAt = :expiresAt ADD groups :value', new Set([group])),
  };
}
