/** What reconciliation reads from the table: statuses, resources that are due for an inspection, and its own cursor. */
import { setTimeout } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { RECONCILED } from '../../domain/kinds.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { isWritten } from './conditional-write.ts';
import { BY_RUNNING, resourceItem, resourceOf } from './keys.ts';
import { CHECK_AFTER } from './resource-table.ts';

/** Reads the items that reconciliation compares with SageMaker's lists. */
export const COMPARE_STATE: Grant = {
  name: 'compare',
  statements: [
    { actions: ['dynamodb:BatchGetItem'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] },
    { actions: ['dynamodb:Query'], on: [{ 'Fn::Sub': '${StateTable.Arn}/index/byRunning' }] },
  ],
};

const StatusItem = z.object({ pk: z.string(), status: z.string(), since: z.number(), generation: z.number() });

/** A resource's status, since when it has it, and its creation time, as `schemas/stored/resource.ts` defines them. */
export type KnownStatus = Omit<z.output<typeof StatusItem>, 'pk'>;

/** A due item. Wrong fields are tolerated, so that one bad item does not block the others. */
const DueItem = z.object({ pk: z.string(), name: z.catch(z.string(), ''), arn: z.catch(z.string(), '') });

/** A due resource: its key in the table, and its name and ARN. */
export interface DueResource {
  readonly key: string;
  readonly name: string;
  readonly arn: string;
}

const Ref = z.object({
  type: z.enum(RECONCILED),
  name: z.string(),
  arn: z.string(),
  since: z.number(),
  pendingSince: z.optional(z.number()),
});
/**
 * A resource that could not be described. Changes since `since` are announced once it can be. Both times are epoch
 * milliseconds.
 */
export type Ref = z.output<typeof Ref>;

/**
 * Where the next run continues: in list number `list`, at `nextToken`, among resources modified since `since`.
 * `started` is when this round through all lists began. Times are epoch milliseconds.
 */
const Cursor = z.object({
  since: z.number(),
  started: z.number(),
  list: z.number(),
  nextToken: z.optional(z.string()),
  /** Resources that could not be described when their turn came. */
  pending: z.catch(z.array(Ref), []),
  /** Some resources of this round are not pending, because there were too many: the next round lists them again. */
  isOverwhelmed: z.optional(z.boolean()),
});
export type Cursor = z.output<typeof Cursor>;

/** A number of due resources. */
export interface DueSince {
  readonly count: number;
  /** When the first of them became due, epoch milliseconds; absent when there is none. */
  readonly since: number | undefined;
}

export interface ReconciliationTable {
  /** The statuses of resources by key. Keys that are not in the table are left out. */
  readonly statuses: (keys: readonly string[]) => Promise<ReadonlyMap<string, KnownStatus>>;
  /** At most `most` resources of `type` that are due at `now` (epoch milliseconds), the most overdue first. */
  readonly due: (type: string, now: number, most: number) => Promise<DueResource[]>;
  /** All resources that are due at `now` (epoch milliseconds): how many, and when the first became due. */
  readonly allDue: (now: number) => Promise<DueSince>;
  /** Stores that a resource was checked; it is due again in an hour. */
  readonly checked: (key: string) => Promise<void>;
  /** Stores that SageMaker no longer has the resource: it is checked no more. A late event can still report its end. */
  readonly gone: (key: string) => Promise<void>;
  readonly cursor: () => Promise<Cursor | undefined>;
  /** Stores the first cursor, unless there is one. */
  readonly begin: (first: Cursor) => Promise<void>;
  readonly setCursor: (cursor: Cursor) => Promise<void>;
}

/** The most that one BatchGetItem takes (DynamoDB API reference). */
const MOST_KEYS = 100;

const CURSOR = { pk: 'cursor#reconciliation', sk: 'state' };

/** The table called `name`. */
export function reconciliationTableIn(name: string, client = new DynamoDBClient(TABLE_SETTINGS)): ReconciliationTable {
  const update = (key: string, UpdateExpression: string, condition: string, values: Record<string, unknown>) =>
    isWritten(() =>
      client.send(
        new UpdateItemCommand({
          TableName: name,
          Key: resourceItem(key),
          UpdateExpression,
          ConditionExpression: condition,
          ExpressionAttributeValues: marshall(values),
        }),
      ),
    );

  const put = (cursor: Cursor, ConditionExpression?: string) => {
    const Item = marshall({ ...cursor, ...CURSOR }, { removeUndefinedValues: true });
    return new PutItemCommand({ TableName: name, Item, ConditionExpression });
  };

  return {
    statuses: (keys) => readStatuses(client, name, keys),

    async due(type, now, most) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: BY_RUNNING,
          KeyConditionExpression: 'running = :type AND askAt < :now',
          ExpressionAttributeValues: marshall({ ':type': type, ':now': now }),
          Limit: most,
        }),
      );
      return Items.map((item) => {
        const { pk, name: called, arn } = DueItem.parse(unmarshall(item));
        const key = resourceOf(pk);
        const spelled = arn || key.slice(type.length + 1);
        return { key, arn: spelled, name: called || spelled.slice(spelled.indexOf('/') + 1) };
      });
    },

    async allDue(now) {
      const types = await Promise.all(RECONCILED.map((type) => dueTimes(client, name, type, now)));
      const firsts = types.flatMap(([first]) => first ?? []);
      return { count: types.flat().length, since: firsts.length === 0 ? undefined : Math.min(...firsts) };
    },

    async checked(key) {
      const later = { ':later': Date.now() + CHECK_AFTER.running };
      await update(key, 'SET askAt = :later', 'attribute_exists(running)', later);
    },

    async gone(key) {
      await update(key, 'ADD revision :one REMOVE running, askAt', 'attribute_exists(pk)', { ':one': 1 });
    },

    async cursor() {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: marshall(CURSOR), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const read = Cursor.safeParse(unmarshall(Item));
      if (read.success) return read.data;
      throw new Error(
        `the item ${CURSOR.pk} of table ${name} cannot be read; delete it: reconciliation then starts from now, and does not find changes whose events were lost before`,
      );
    },

    async begin(first) {
      const onlyOnce = 'attribute_not_exists(pk)';
      await isWritten(() => client.send(put(first, onlyOnce)));
    },

    async setCursor(cursor) {
      await client.send(put(cursor));
    },
  };
}

const DueTime = z.object({ askAt: z.number() });

/** When the due resources of `type` became due, the first one first. */
async function dueTimes(client: DynamoDBClient, name: string, type: string, now: number): Promise<number[]> {
  const times: number[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName: name,
      IndexName: BY_RUNNING,
      KeyConditionExpression: 'running = :type AND askAt < :now',
      ExpressionAttributeValues: marshall({ ':type': type, ':now': now }),
      ProjectionExpression: 'askAt',
    },
  );
  for await (const { Items = [] } of pages) times.push(...Items.map((item) => DueTime.parse(unmarshall(item)).askAt));
  return times;
}

async function readStatuses(
  client: DynamoDBClient,
  name: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, KnownStatus>> {
  const found = new Map<string, KnownStatus>();
  for await (const item of itemsOf(client, name, keys, true)) {
    // An unreadable item counts as unknown: the resource is then described, and the error of `recall` names the item.
    const { data } = StatusItem.safeParse(item);
    if (data !== undefined) found.set(resourceOf(data.pk), data);
  }
  return found;
}

/** The items of the resources with these keys, in any order. Keys that are not in the table are left out. */
export async function* itemsOf(
  client: DynamoDBClient,
  name: string,
  keys: readonly string[],
  ConsistentRead: boolean,
): AsyncGenerator<Record<string, unknown>> {
  let wanted = [...new Set(keys)].map((key): Record<string, AttributeValue> => resourceItem(key));
  for (let attempt = 0; wanted.length > 0; attempt++) {
    const Keys = wanted.slice(0, MOST_KEYS);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [name]: { Keys, ConsistentRead } } }),
    );
    yield* (Responses?.[name] ?? []).map((item) => unmarshall(item));
    const left = UnprocessedKeys?.[name]?.Keys ?? [];
    // DynamoDB left keys unread, for size or capacity: back off before the next call.
    if (left.length > 0) await setTimeout(Math.min(1000, 50 * 2 ** Math.min(attempt, 10)));
    wanted = [...wanted.slice(MOST_KEYS), ...left];
  }
}
