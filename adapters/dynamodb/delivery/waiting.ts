/**
 * Alerts that wait in windows. An alert that waits is one item; this item is the delivery, and nothing else sends the
 * alert.
 */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Window, windowId } from '../../../domain/delivery/window.ts';
import type { PendingAlert } from '../../../schemas/stored/pending-alert.ts';
import type { Grant } from '../../grant.ts';
import { shortHash, withinKey } from '../keys.ts';

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
export const DOORS = 8;

/** The partition key of a window and of what waits in it. */
export const partitionOf = (id: string): string => `window#${id}`;
/** The key of a window. */
export const windowItem = (id: string) => marshall({ pk: partitionOf(id), sk: 'state' });
/** The key of a door. It is closed when it has an item. */
export const doorItem = (id: string, door: number) => marshall({ pk: partitionOf(id), sk: `door#${door}` });
const doorOf = (key: string): number => (Buffer.from(shortHash(key))[0] ?? 0) % DOORS;

/** The writes that let `waiting` wait. A condition among them does not hold when a window is closed. */
export function waitingItems(TableName: string, waiting: readonly Waiting[]): readonly TransactWriteItem[] {
  return waiting.flatMap(({ window, alert }) => {
    const id = windowId(window);
    return [
      {
        Put: {
          TableName,
          Item: marshall(
            {
              pk: partitionOf(id),
              sk: withinKey(`alert#${alert.id}`),
              alert,
              expiresAt: Math.ceil(window.until / 1000) + WINDOWS_KEPT * 86_400,
            },
            { removeUndefinedValues: true },
          ),
        },
      },
      {
        ConditionCheck: {
          TableName,
          Key: doorItem(id, doorOf(alert.id)),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    ];
  });
}
