/**
 * What Ground Control did, until the event bus for other systems has it. Changes wait in the items of their resources;
 * actions have items of their own, because no retry may come: a job that was stopped is not stopped again.
 */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { RelayAction } from '../../domain/action.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import { secondsFromNow, withinKey } from './keys.ts';
import { CHECK_AFTER, OTHERS } from './resource-table.ts';

/** Without `content` once it is published. */
const Stored = z.object({ resource: z.string(), settles: z.string(), content: z.optional(z.string()) });

export interface RelayOutbox {
  /**
   * Stores `action`, unless it was stored before. Returns what is to be published, with the content of the first time;
   * undefined when it is published already.
   */
  readonly keep: (action: RelayAction) => Promise<RelayAction | undefined>;
  /** The action at `key` of the index; undefined when it is published already. */
  readonly read: (key: string) => Promise<RelayAction | undefined>;
  /** Stores that the bus has the action. */
  readonly published: (action: RelayAction) => Promise<void>;
}

const BEGINNING = 'outbox#';

/** Whether a key of the index is that of an action. */
export const isInOutbox = (key: string): boolean => key.startsWith(BEGINNING);

const keyOf = ({ settles }: RelayAction): string => withinKey(`${BEGINNING}${settles}`);
const itemAt = (key: string) => marshall({ pk: key, sk: 'state' });

/** The outbox in the table called `name`. Items expire after `daysKept` days. */
export function relayOutboxIn(
  name: string,
  daysKept: number,
  client = new DynamoDBClient(TABLE_SETTINGS),
): RelayOutbox {
  const actionIn = (item: Parameters<typeof unmarshall>[0]): RelayAction | undefined => {
    const { content, ...rest } = Stored.parse(unmarshall(item));
    return content === undefined ? undefined : { kind: 'relay', ...rest, content };
  };
  return {
    async keep(action) {
      const { resource, settles, content } = action;
      // Reconciliation publishes what is still there after five minutes.
      const askAt = Date.now() + CHECK_AFTER.untold;
      const state = { resource, settles, content, running: OTHERS, askAt, expiresAt: secondsFromNow(daysKept) };
      try {
        await client.send(
          new PutItemCommand({
            TableName: name,
            Item: { ...itemAt(keyOf(action)), ...marshall(state) },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return action;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
        return actionIn(error.Item);
      }
    },

    async read(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: itemAt(key), ConsistentRead: true }),
      );
      return Item && actionIn(Item);
    },

    async published(action) {
      await client.send(
        new UpdateItemCommand({
          TableName: name,
          Key: itemAt(keyOf(action)),
          UpdateExpression: 'REMOVE content, running, askAt',
          ConditionExpression: 'attribute_exists(pk)',
        }),
      );
    },
  };
}
