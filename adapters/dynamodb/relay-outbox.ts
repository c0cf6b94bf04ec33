/**
 * What Ground Control did, until the event bus for other systems has it. Changes wait in the items of their resources;
 * actions have items of their own, because no retry may come: a job that was stopped is not stopped again.
 */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { RelayAction } from '../../domain/action.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import { secondsFromNow, withinKey } from './keys.ts';
import { CHECK_AFTER, OTHERS } from './resource-table.ts';

const Stored = z.object({ resource: z.string(), settles: z.string(), content: z.string() });

export interface RelayOutbox {
  /** Stores `action`, unless it is stored already. Returns what is stored: the content of the first time. */
  readonly keep: (action: RelayAction) => Promise<RelayAction>;
  /** The action at `key` of the index; absent when somebody has removed it. */
  readonly read: (key: string) => Promise<RelayAction | undefined>;
  readonly remove: (action: RelayAction) => Promise<void>;
}

const BEGINNING = 'outbox#';

/** Whether a key of the index is that of an action. */
export const isInOutbox = (key: string): boolean => key.startsWith(BEGINNING);

const itemOf = (key: string) => marshall({ pk: key, sk: 'state' });
const keyOf = ({ settles }: RelayAction): string => withinKey(`${BEGINNING}${settles}`);

/** The outbox in the table called `name`. Reconciliation finds what is in it for five minutes. */
export function relayOutboxIn(
  name: string,
  daysKept: number,
  client = new DynamoDBClient(TABLE_SETTINGS),
): RelayOutbox {
  const actionIn = (item: Parameters<typeof unmarshall>[0]): RelayAction => ({
    kind: 'relay',
    ...Stored.parse(unmarshall(item)),
  });
  return {
    async keep(action) {
      const { resource, settles, content } = action;
      const askAt = Date.now() + CHECK_AFTER.untold;
      const Item = {
        ...itemOf(keyOf(action)),
        ...marshall({ resource, settles, content, running: OTHERS, askAt, expiresAt: secondsFromNow(daysKept) }),
      };
      try {
        await client.send(
          new PutItemCommand({
            TableName: name,
            Item,
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
        new GetItemCommand({ TableName: name, Key: itemOf(key), ConsistentRead: true }),
      );
      return Item && actionIn(Item);
    },

    async remove(action) {
      await client.send(new DeleteItemCommand({ TableName: name, Key: itemOf(keyOf(action)) }));
    },
  };
}
