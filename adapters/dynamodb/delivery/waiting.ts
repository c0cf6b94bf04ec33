/**
 * Alerts that wait in windows. An alert that waits is one item; this item is the delivery, and nothing else sends the
 * alert.
 *
 * A window that is sent is closed first: from then on DynamoDB refuses an alert that was to wait in it, so what is told is
 * all that waited. To keep alerts of a storm from standing in each other's way, a window has several doors, and an alert
 * asks at one of them. All windows of a parent have the same doors.
 */
import { DynamoDBClient, GetItemCommand, type TransactWriteItem, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type Window, windowId } from '../../../domain/delivery/window.ts';
import type { PendingAlert } from '../../../schemas/stored/pending-alert.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import type { Grant } from '../../grant.ts';
import { isWritten, notWritten } from '../conditional-write.ts';
import { secondsFromNow, shortHash, withinKey } from '../keys.ts';

/** Lets an alert wait, for functions that send alerts. */
export const LET_WAIT: Grant = {
  name: 'let-wait',
  statements: [
    { actions: ['dynamodb:ConditionCheckItem'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] },
    { actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['DigestQueue', 'Arn'] }] },
  ],
};

/** An alert that waits in a window. */
export interface Waiting {
  readonly window: Window;
  readonly alert: PendingAlert;
}

/** The window was sent in the meantime. */
export class WindowClosed extends Error {
  override readonly name = 'WindowClosed';

  constructor(id: string) {
    super(`the window ${id} has been sent, so that no more alerts can wait in it; the alert is decided again`);
  }
}

/** Days for which windows and what waits in them are kept. A message about a window fails for at most 14 days. */
export const WINDOWS_KEPT = 30;
/** Doors of a window. DynamoDB refuses a transaction while another one uses the same item. */
const DOORS = 8;

/** The partition key of a window and of what waits in it. */
export const partitionOf = (id: string): string => `window#${id}`;
/** The partition key of a parent, its parts and its doors. */
export const familyOf = (parent: string): string => `parent#${parent}`;
/** The key of a window. */
export const windowItem = (id: string) => marshall({ pk: partitionOf(id), sk: 'state' });

/** The partition key of the doors of a window. */
export const doorsOf = (window: Pick<Window, 'kind' | 'group' | 'until' | 'parent'>): string =>
  window.parent === undefined ? partitionOf(windowId(window)) : familyOf(window.parent.id);
/** The key of a door. It is closed when it has an item. */
const doorItem = (pk: string, door: number) => marshall({ pk, sk: `door#${door}` });
const doorFor = (key: string): number => (Buffer.from(shortHash(key))[0] ?? 0) % DOORS;

/** Closes the doors in the partition `pk`, for `daysKept` days. */
export async function closeDoors(
  client: DynamoDBClient,
  TableName: string,
  pk: string,
  daysKept: number,
): Promise<void> {
  const values = marshall({ ':expiresAt': secondsFromNow(daysKept) });
  await Promise.all(
    Array.from({ length: DOORS }, (_, door) =>
      isWritten(() =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: doorItem(pk, door),
            UpdateExpression: 'SET expiresAt = :expiresAt',
            ExpressionAttributeValues: values,
          }),
        ),
      ),
    ),
  );
}

/** The writes that let `waiting` wait. A condition among them does not hold when a window is closed. */
export function waitingItems(TableName: string, waiting: readonly Waiting[]): readonly TransactWriteItem[] {
  const alerts = waiting.map(({ window, alert }) => ({
    Put: {
      TableName,
      Item: marshall(
        {
          pk: partitionOf(windowId(window)),
          sk: withinKey(`alert#${alert.id}`),
          alert,
          expiresAt: Math.ceil(window.until / 1000) + WINDOWS_KEPT * 86_400,
        },
        { removeUndefinedValues: true },
      ),
    },
  }));
  // A transaction may use an item once.
  const doors = new Map(waiting.map(({ window, alert }) => [doorsOf(window), doorFor(alert.id)]));
  const checks = [...doors].map(([pk, door]) => ({
    ConditionCheck: { TableName, Key: doorItem(pk, door), ConditionExpression: 'attribute_not_exists(pk)' },
  }));
  return [...alerts, ...checks];
}

/**
 * The write that ends a window without a message of its own, for a transaction: the alert of its parent tells what waited.
 * Its condition does not hold while the function `digest` sends the window.
 */
export const toldByParent = (TableName: string, id: string): TransactWriteItem => ({
  Update: {
    TableName,
    Key: windowItem(id),
    UpdateExpression:
      'SET doneAt = if_not_exists(doneAt, :at), expiresAt = if_not_exists(expiresAt, :expiresAt) REMOVE running, askAt',
    ConditionExpression: 'attribute_not_exists(claimedUntil) OR claimedUntil < :now',
    ExpressionAttributeValues: marshall({
      ':at': new Date().toISOString(),
      ':now': Date.now(),
      ':expiresAt': secondsFromNow(WINDOWS_KEPT),
    }),
  },
});

/** By group, the window in which an alert waits. */
const Added = z.object({ windows: z.record(z.string(), z.string()) });

/** The windows in which an alert waits that no change owes, by the ids of their groups. */
export type AddedTo = ReadonlyMap<string, string>;

/** Alerts that no change owes, such as warnings about budgets. What has let one wait is noted by its idempotency key. */
export interface UnowedAlerts {
  /** Where `add` has let the alert `key` wait. */
  readonly addedTo: (key: string) => Promise<AddedTo>;
  /**
   * Lets the alert `key` wait. `before` is what `addedTo` has returned. Throws `WindowClosed`, and also when another
   * invocation has let the same alert wait since.
   */
  readonly add: (key: string, waiting: readonly Waiting[], before: AddedTo) => Promise<void>;
}

/** The alerts in the table called `TableName`. */
export function unowedAlertsIn(TableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): UnowedAlerts {
  const itemOf = (key: string) => marshall({ pk: withinKey(`waits#${key}`), sk: 'state' });
  return {
    async addedTo(key) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: itemOf(key), ConsistentRead: true }));
      return new Map(Item === undefined ? [] : Object.entries(Added.parse(unmarshall(Item)).windows));
    },

    async add(key, waiting, before) {
      const [first] = waiting;
      if (first === undefined) return;
      const added = waiting.map(({ window }) => [window.group, windowId(window)] as const);
      const noted = {
        Put: {
          TableName,
          Item: {
            ...itemOf(key),
            ...marshall({
              windows: Object.fromEntries([...before, ...added]),
              expiresAt: secondsFromNow(WINDOWS_KEPT),
            }),
          },
          ...(before.size === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'size(windows) = :before',
                ExpressionAttributeValues: marshall({ ':before': before.size }),
              }),
        },
      };
      const refused = await notWritten(client, [noted, ...waitingItems(TableName, waiting)]);
      if (refused.has(0)) throw new Error('another invocation lets the same alert wait; the message is retried');
      if (refused.size > 0) throw new WindowClosed(windowId(first.window));
    },
  };
}
