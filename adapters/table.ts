/** What the table remembers of resources between events, and where reconciliation goes on. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { Remembered } from '../schemas/remembered.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';

/** Of a function that handles events. */
export const TABLE_PERMISSIONS = [
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
] as const;

/** Of reconciliation, besides. */
export const SCAN_PERMISSIONS = ['dynamodb:BatchGetItem', 'dynamodb:Query'] as const;

/** Index of resources that reconciliation asks about, by type and by when it shall. */
const BY_RUNNING = 'byRunning';

const MINUTE = 60_000;
/**
 * Milliseconds after which reconciliation asks about a resource that nobody told of since. An alert that was decided on
 * takes all of Lambda's tries in less than five minutes: what has not been told by then is told by reconciliation.
 */
const ASK_AFTER = { running: 60 * MINUTE, untold: 5 * MINUTE } as const;

const StatusItem = z.object({ pk: z.string(), status: z.optional(z.string()), since: z.optional(z.number()) });

export interface KnownStatus {
  readonly status: string;
  /** Epoch milliseconds; 0 where no event said. */
  readonly since: number;
}

/** Where reconciliation goes on: list number `list`, from `nextToken`, of what was modified since `since` (epoch milliseconds). */
const Cursor = z.object({
  since: z.number(),
  started: z.number(),
  list: z.number(),
  nextToken: z.optional(z.string()),
});
export type Cursor = z.output<typeof Cursor>;

export interface Table {
  /** What is known of the resource `key`. Throws where the item cannot be read. */
  readonly recall: (key: string) => Promise<Remembered | undefined>;
  /**
   * Writes what is now known; false where somebody else wrote since `now` was decided. With `toTell` reconciliation soon
   * asks about it, ended or not, unless it was told.
   */
  readonly remember: (key: string, now: Remembered, toTell: boolean) => Promise<boolean>;
  /** Notes that the change `change` of resource `key` has been told. */
  readonly announced: (key: string, change: string) => Promise<void>;
  /** Last statuses of resources; those that are not known are left out. */
  readonly statuses: (keys: readonly string[]) => Promise<ReadonlyMap<string, KnownStatus>>;
  /** Keys of resources of `type` to ask about at `now` (epoch milliseconds): that run or were not told, the longest waiting first. */
  readonly toAsk: (type: string, now: number, most: number) => Promise<string[]>;
  /** Notes that a resource was asked about. */
  readonly asked: (key: string) => Promise<void>;
  /** Notes that a resource is not there any more, though nobody told how it ended. */
  readonly gone: (key: string) => Promise<void>;
  readonly cursor: () => Promise<Cursor | undefined>;
  readonly setCursor: (cursor: Cursor) => Promise<void>;
}

/** Epoch seconds in `days` days, as DynamoDB's time to live wants them. */
export const secondsFromNow = (days: number): number => Math.floor(Date.now() / 1000) + days * 86_400;

/** The most that one BatchGetItem takes (DynamoDB API reference). */
const MOST_KEYS = 100;

/** Key of a resource's item. */
const keyOf = (key: string) => marshall({ pk: `resource#${key}`, sk: 'state' });

const CURSOR = { pk: 'cursor#reconciliation', sk: 'state' };

/** The table called `name`. Items are kept for `daysKept` days since they were last written. */
export function tableNamed(name: string, daysKept: number, client = new DynamoDBClient(CLIENT_SETTINGS)): Table {
  const expiresAt = () => secondsFromNow(daysKept);

  /** Changes a resource's item where `condition` holds, and says whether it did. */
  const change = async (
    key: string,
    update: string,
    condition: string,
    values: Record<string, unknown>,
  ): Promise<boolean> => {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: name,
          Key: keyOf(key),
          UpdateExpression: update,
          ConditionExpression: condition,
          ExpressionAttributeValues: marshall(values),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    async recall(key) {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: name,
          Key: keyOf(key),
          ConsistentRead: true,
        }),
      );
      if (Item === undefined) return undefined;
      const read = Remembered.safeParse(unmarshall(Item));
      if (read.success) return read.data;
      const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      throw new Error(`the item resource#${key} of table ${name} cannot be read (${wrong}); correct or delete it`);
    },

    async remember(key, now, toTell) {
      const item = {
        ...now,
        pk: `resource#${key}`,
        sk: 'state',
        expiresAt: expiresAt(),
        ...(now.ended && !toTell
          ? {}
          : { running: now.type, askAt: Date.now() + (toTell ? ASK_AFTER.untold : ASK_AFTER.running) }),
      };
      const first = now.revision === 1;
      try {
        await client.send(
          new PutItemCommand({
            TableName: name,
            Item: marshall(item, { removeUndefinedValues: true }),
            ConditionExpression: first ? 'attribute_not_exists(pk)' : '#revision = :before',
            ...(first
              ? {}
              : {
                  ExpressionAttributeNames: { '#revision': 'revision' },
                  ExpressionAttributeValues: marshall({ ':before': now.revision - 1 }),
                }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async announced(key, told) {
      const mark = 'ADD announced :change, revision :one';
      const values = { ':change': new Set([told]), ':one': 1 };
      // What has ended and was told, nobody has to ask about any more.
      const ended = await change(key, `${mark} REMOVE running, askAt`, 'ended = :true', { ...values, ':true': true });
      if (!ended) {
        const later = { ':later': Date.now() + ASK_AFTER.running };
        await change(key, `${mark} SET askAt = :later`, 'attribute_exists(pk)', { ...values, ...later });
      }
    },

    async statuses(keys) {
      const found = new Map<string, KnownStatus>();
      let wanted: Record<string, AttributeValue>[] = keys.map((key) => keyOf(key));
      while (wanted.length > 0) {
        const Keys = wanted.slice(0, MOST_KEYS);
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [name]: { Keys, ConsistentRead: true } } }),
        );
        for (const item of Responses?.[name] ?? []) {
          const { pk, status, since } = StatusItem.parse(unmarshall(item));
          if (status !== undefined) found.set(pk.replace('resource#', ''), { status, since: since ?? 0 });
        }
        wanted = [...wanted.slice(MOST_KEYS), ...(UnprocessedKeys?.[name]?.Keys ?? [])];
      }
      return found;
    },

    async toAsk(type, now, most) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: BY_RUNNING,
          KeyConditionExpression: 'running = :type AND askAt < :now',
          ExpressionAttributeValues: marshall({ ':type': type, ':now': now }),
          Limit: most,
        }),
      );
      return Items.map((item) => StatusItem.parse(unmarshall(item)).pk.replace('resource#', ''));
    },

    async asked(key) {
      const later = { ':later': Date.now() + ASK_AFTER.running };
      await change(key, 'SET askAt = :later', 'attribute_exists(running)', later);
    },

    async gone(key) {
      await change(
        key,
        'SET outcome = :deleted, ended = :true ADD revision :one REMOVE running, askAt',
        'attribute_exists(pk)',
        {
          ':deleted': 'deleted',
          ':true': true,
          ':one': 1,
        },
      );
    },

    async cursor() {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: marshall(CURSOR), ConsistentRead: true }),
      );
      return Item === undefined ? undefined : Cursor.parse(unmarshall(Item));
    },

    async setCursor(cursor) {
      await client.send(
        new PutItemCommand({
          TableName: name,
          Item: marshall({ ...cursor, ...CURSOR }, { removeUndefinedValues: true }),
        }),
      );
    },
  };
}
