/** What the table remembers of resources between events, and where reconciliation goes on. */

import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
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
import { RECONCILED } from '../../domain/kinds.ts';
import { Remembered } from '../../schemas/stored/resource.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';

/** Reads and writes single items: what the service remembers, and what it keeps from happening twice. */
export const USE_STATE: Grant = {
  name: 'state',
  statements: [
    {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }],
    },
  ],
};

/** Reads many items at once: what reconciliation compares with SageMaker's lists. */
export const COMPARE_STATE: Grant = {
  name: 'compare',
  statements: [
    {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:Query'],
      on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }, { 'Fn::Sub': '${StateTable.Arn}/index/byRunning' }],
    },
  ],
};

/** Index of resources that reconciliation asks about, by type and by when it shall. */
export const BY_RUNNING = 'byRunning';

const MINUTE = 60_000;
/**
 * Milliseconds after which reconciliation asks about a resource that nobody told of since. An alert that was decided on
 * takes all of Lambda's tries in less than five minutes: what has not been told by then is told by reconciliation.
 */
const ASK_AFTER = { running: 60 * MINUTE, untold: 5 * MINUTE } as const;

const StatusItem = z.object({ pk: z.string(), status: z.string(), since: z.number(), generation: z.number() });

/** What is known of a resource's status, with its incarnation and since when, as `schemas/stored/resource.ts` says. */
export type KnownStatus = Omit<z.output<typeof StatusItem>, 'pk'>;

/** An item to ask about; whatever else is in it must not keep the others from being asked about. */
const AskedItem = z.object({ pk: z.string(), name: z.catch(z.string(), ''), arn: z.catch(z.string(), '') });

/** A resource, by its key and by what SageMaker calls it. */
export interface ToAsk {
  readonly key: string;
  readonly name: string;
  readonly arn: string;
}

const Ref = z.object({ type: z.enum(RECONCILED), name: z.string(), arn: z.string(), since: z.number() });
/** A resource that could not be asked about, and the time from which nothing about it may be missed (epoch milliseconds). */
export type Ref = z.output<typeof Ref>;

/** Where reconciliation goes on: list number `list`, from `nextToken`, of what was modified since `since` (epoch milliseconds). */
const Cursor = z.object({
  since: z.number(),
  started: z.number(),
  list: z.number(),
  nextToken: z.optional(z.string()),
  /** What could not be asked about when its turn came. */
  pending: z.catch(z.array(Ref), []),
});
export type Cursor = z.output<typeof Cursor>;

export interface Table {
  /** What is known of the resource `key`. Throws where the item cannot be read. */
  readonly recall: (key: string) => Promise<Remembered | undefined>;
  /**
   * Writes what is now known; false where somebody else wrote since `now` was decided. What is not told reconciliation soon
   * asks about, ended or not.
   */
  readonly remember: (key: string, now: Remembered) => Promise<boolean>;
  /** Notes that the change `change` of resource `key` has been told. */
  readonly announced: (key: string, change: string) => Promise<void>;
  /** Notes that we stopped a resource, and for what. */
  readonly stoppedFor: (key: string, cause: NonNullable<Remembered['stoppedFor']>) => Promise<void>;
  /** Last statuses of resources; those that are not known are left out. */
  readonly statuses: (keys: readonly string[]) => Promise<ReadonlyMap<string, KnownStatus>>;
  /** Resources of `type` to ask about at `now` (epoch milliseconds): that run or were not told, the longest waiting first. */
  readonly toAsk: (type: string, now: number, most: number) => Promise<ToAsk[]>;
  /** Notes that a resource was asked about. */
  readonly asked: (key: string) => Promise<void>;
  /** Notes that nobody has to ask about a resource any more: it is not there. How it ended, an event may still tell. */
  readonly gone: (key: string) => Promise<void>;
  readonly cursor: () => Promise<Cursor | undefined>;
  readonly setCursor: (cursor: Cursor) => Promise<void>;
}

/** Epoch seconds in `days` days, as DynamoDB's time to live wants them. */
export const secondsFromNow = (days: number): number => Math.floor(Date.now() / 1000) + days * 86_400;

/** The most that one BatchGetItem takes (DynamoDB API reference). */
const MOST_KEYS = 100;

/** Bytes of a sort key (DynamoDB quotas); partition keys may have twice as many. */
const LONGEST_KEY = 1024;

/** `text` as a key: what is too long keeps its beginning and gets a hash for the rest. */
export function withinKey(text: string): string {
  if (Buffer.byteLength(text) <= LONGEST_KEY) return text;
  return `${text.slice(0, 200)}#${createHash('sha256').update(text).digest('hex')}`;
}

/** Key of a resource's item. */
const keyOf = (key: string) => ({ pk: { S: withinKey(`resource#${key}`) }, sk: { S: 'state' } });

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

    async remember(key, now) {
      const toTell = (now.untold?.size ?? 0) > 0;
      // What has no ARN cannot be asked about.
      const asked = now.arn !== undefined && (toTell || !now.ended);
      const item = {
        ...now,
        pk: keyOf(key).pk.S,
        sk: 'state',
        expiresAt: expiresAt(),
        ...(asked && {
          running: now.type,
          askAt: Date.now() + (toTell ? ASK_AFTER.untold : ASK_AFTER.running),
        }),
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
      // What has ended and was told, nobody has to ask about any more; another change may still have to be told.
      const all = '(attribute_not_exists(untold) OR (size(untold) = :one AND contains(untold, :told)))';
      const ended = await change(key, `${mark} REMOVE running, askAt, untold`, `ended = :true AND ${all}`, {
        ...values,
        ':told': told,
        ':true': true,
      });
      if (!ended) await change(key, `${mark} DELETE untold :change`, 'attribute_exists(pk)', values);
    },

    async stoppedFor(key, cause) {
      const set = 'SET stoppedFor = :cause ADD revision :one';
      await change(key, set, 'attribute_exists(pk)', { ':cause': cause, ':one': 1 });
    },

    async statuses(keys) {
      const found = new Map<string, KnownStatus>();
      let wanted = [...new Set(keys)].map((key): Record<string, AttributeValue> => keyOf(key));
      for (let attempt = 0; wanted.length > 0; attempt++) {
        const Keys = wanted.slice(0, MOST_KEYS);
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [name]: { Keys, ConsistentRead: true } } }),
        );
        for (const item of Responses?.[name] ?? []) {
          // What cannot be read is not known: the resource is described, and the item named where it is recalled.
          const { data } = StatusItem.safeParse(unmarshall(item));
          if (data !== undefined) found.set(data.pk.replace('resource#', ''), data);
        }
        const left = UnprocessedKeys?.[name]?.Keys ?? [];
        // The table has no capacity for the moment.
        if (left.length > 0) await setTimeout(Math.min(1000, 50 * 2 ** Math.min(attempt, 10)));
        wanted = [...wanted.slice(MOST_KEYS), ...left];
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
      return Items.map((item) => {
        const { pk, name: called, arn } = AskedItem.parse(unmarshall(item));
        const key = pk.replace('resource#', '');
        const spelled = arn || key.slice(type.length + 1);
        return { key, arn: spelled, name: called || spelled.slice(spelled.indexOf('/') + 1) };
      });
    },

    async asked(key) {
      const later = { ':later': Date.now() + ASK_AFTER.running };
      await change(key, 'SET askAt = :later', 'attribute_exists(running)', later);
    },

    async gone(key) {
      await change(key, 'ADD revision :one REMOVE running, askAt', 'attribute_exists(pk)', { ':one': 1 });
    },

    async cursor() {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: marshall(CURSOR), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const read = Cursor.safeParse(unmarshall(Item));
      if (read.success) return read.data;
      throw new Error(
        `the item ${CURSOR.pk} of table ${name} cannot be read; delete it, and what was not told of before is left alone`,
      );
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
