/**
 * Parents and their parts. A parent has one partition: an item for each part that has ended, an item about the parent
 * itself, and the doors at which alerts ask that are to wait for its end.
 */
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { Parent, Part } from '../../../schemas/stored/part.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import type { Grant } from '../../grant.ts';
import { isWritten } from '../conditional-write.ts';
import { secondsFromNow, withinKey } from '../keys.ts';
import { closeDoors, familyOf } from './waiting.ts';

/** Reads all parts of a parent, for the functions that tell of them. */
export const READ_PARTS: Grant = {
  name: 'read-parts',
  statements: [{ actions: ['dynamodb:Query'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] }],
};

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
  /** The parent of the job `arn`; undefined when no step has told of it. */
  readonly parentOf: (arn: string) => Promise<Parent | undefined>;
  readonly state: (parent: string) => Promise<ParentState>;
  /** Notes that alerts for a group are about to wait. */
  readonly join: (parent: string, group: string) => Promise<void>;
  /** From now on, no alert waits for the end of the parent. */
  readonly close: (parent: string) => Promise<void>;
  /** Notes that people have been warned. */
  readonly warned: (parent: string) => Promise<void>;
  /** All parts that have ended, in no order. */
  readonly endedOf: (parent: string) => Promise<Part[]>;
}

/** Days after the last write. A tuning job takes 30 days at most (SageMaker quotas), an execution 28 days. */
const DAYS_KEPT = 45;

const State = z.object({
  closedAt: z.optional(z.string()),
  warnedAt: z.optional(z.string()),
  groups: z.optional(z.set(z.string())),
});
const Link = z.object({ parent: Parent });

/** The parts in the table called `TableName`. */
export function partsIn(TableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): Parts {
  const stateItem = (parent: string) => marshall({ pk: familyOf(parent), sk: 'state' });
  const linkItem = (arn: string) => marshall({ pk: withinKey(`step-job#${arn.toLowerCase()}`), sk: 'state' });
  const get = async (Key: ReturnType<typeof stateItem>) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    return Item === undefined ? undefined : unmarshall(Item);
  };
  const update = async (parent: string, change: string, value: unknown): Promise<void> => {
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: stateItem(parent),
        UpdateExpression: change,
        ExpressionAttributeValues: marshall({ ':value': value, ':expiresAt': secondsFromNow(DAYS_KEPT) }),
      }),
    );
  };

  return {
    async note(part) {
      const { parent, id, type } = part;
      const keys = { pk: familyOf(parent.id), sk: withinKey(`part#${id}`), expiresAt: secondsFromNow(DAYS_KEPT) };
      await isWritten(() =>
        client.send(
          new PutItemCommand({
            TableName,
            Item: marshall({ ...keys, part }, { removeUndefinedValues: true }),
            ...(type === 'pipeline-step' && {
              ConditionExpression: 'attribute_not_exists(pk) OR part.#type = :step',
              ExpressionAttributeNames: { '#type': 'type' },
              ExpressionAttributeValues: marshall({ ':step': type }),
            }),
          }),
        ),
      );
    },

    async link(arn, parent) {
      const Item = {
        ...linkItem(arn),
        ...marshall({ parent, expiresAt: secondsFromNow(DAYS_KEPT) }, { removeUndefinedValues: true }),
      };
      await client.send(new PutItemCommand({ TableName, Item }));
    },

    async parentOf(arn) {
      const item = await get(linkItem(arn));
      return item && Link.parse(item).parent;
    },

    async state(parent) {
      const { closedAt, warnedAt, groups = new Set() } = State.parse((await get(stateItem(parent))) ?? {});
      return { isClosed: closedAt !== undefined, isWarned: warnedAt !== undefined, groups: [...groups].sort() };
    },

    join: (parent, group) => update(parent, 'SET expiresAt = :expiresAt ADD groups :value', new Set([group])),

    async close(parent) {
      const now = new Date().toISOString();
      await update(parent, 'SET closedAt = if_not_exists(closedAt, :value), expiresAt = :expiresAt', now);
      await closeDoors(client, TableName, familyOf(parent), DAYS_KEPT);
    },

    warned: (parent) =>
      update(
        parent,
        'SET warnedAt = if_not_exists(warnedAt, :value), expiresAt = :expiresAt',
        new Date().toISOString(),
      ),

    async endedOf(parent) {
      const ended: Part[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :part)',
          ExpressionAttributeValues: marshall({ ':pk': familyOf(parent), ':part': 'part#' }),
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          // A part that another version wrote is left out of the counts. Its alert waits all the same.
          const { data } = Part.safeParse(unmarshall(item)['part']);
          if (data !== undefined) ended.push(data);
        }
      }
      return ended;
    },
  };
}
