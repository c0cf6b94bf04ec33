/** What the table stores about each resource between events. */
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { windowId } from '../../domain/delivery/window.ts';
import { RECONCILED } from '../../domain/kinds.ts';
import type { AuditRecord } from '../../schemas/stored/audit-record.ts';
import { type Claimed, Remembered } from '../../schemas/stored/resource.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { writeOf } from './audit.ts';
import { isWritten, notWritten } from './conditional-write.ts';
import { toldByParent, type Waiting, WindowClosed, waitingItems } from './delivery/waiting.ts';
import { resourceItem, secondsFromNow } from './keys.ts';

/** Reads and writes single items: resources, idempotency records, audit records and budget state. Deletes none. */
export const USE_STATE: Grant = {
  name: 'state',
  statements: [
    {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }],
    },
  ],
};

const MINUTE = 60_000;
/**
 * Milliseconds after the last write until reconciliation checks a resource. Lambda's own retries of an alert take less
 * than five minutes; after them, reconciliation sends an alert that is still unsent.
 */
export const CHECK_AFTER = { running: 60 * MINUTE, untold: 5 * MINUTE } as const;

export interface ResourceTable {
  /** Opens a connection to the table with a read of nothing. */
  readonly connect: () => Promise<void>;
  /** The item of the resource `key`; absent before its first event. Throws when the item is invalid. */
  readonly recall: (key: string) => Promise<Remembered | undefined>;
  /**
   * Writes `now`; false when another function wrote the item after it was recalled. An item with unsent alerts becomes
   * due for reconciliation in 5 minutes, a running resource in an hour.
   */
  readonly remember: (key: string, now: Remembered) => Promise<boolean>;
  /**
   * Stores that what `owed` names is done, or given up; and with it the audit record and what is owed next, if there are
   * any, in one transaction. An item that does not owe it any more stays as it is. Throws `WindowClosed` when an alert was
   * to wait in a window that has been sent; nothing is written then.
   */
  readonly settle: (key: string, owed: string, settlement: Settlement) => Promise<void>;
  /**
   * Takes back the claim of `claimant` on what `owed` names, and its count of attempts: nothing was done. Does nothing
   * when the claim is another's.
   */
  readonly giveBack: (key: string, owed: string, claimant: string) => Promise<void>;
  /** Stores that Ground Control stopped the resource, and for which budget; the first one stays. */
  readonly markStopped: (key: string, cause: NonNullable<Remembered['stoppedFor']>) => Promise<void>;
}

/** How something that was owed ends. */
export interface Settlement {
  /** The list of the item that gets the name of what was owed. */
  readonly as: 'announced' | 'givenUp';
  /** What is written to the audit with it. */
  readonly record?: AuditRecord;
  /** What the resource owes from then on. */
  readonly next?: { readonly name: string; readonly claimed: Claimed } | undefined;
  /** The alert itself, for the groups that get it later. It waits as soon as it is stored that it was announced. */
  readonly waiting?: readonly Waiting[];
  /** The ids of windows of a parent: what waited in them is told by its alert. */
  readonly told?: readonly string[];
  /** The item as it was last written, to guess which write is needed. */
  readonly state: Remembered;
}

/** Resources in the table called `name`. Items expire `daysKept` days after `remember` last wrote them. */
export function resourceTableIn(
  name: string,
  daysKept: number,
  client = new DynamoDBClient(TABLE_SETTINGS),
): ResourceTable {
  const updateOf = (key: string, input: Settling) => ({ TableName: name, Key: resourceItem(key), ...input });
  const update = (key: string, input: Settling): Promise<boolean> =>
    isWritten(() => client.send(new UpdateItemCommand(updateOf(key, input))));

  return {
    async connect() {
      await client.send(new GetItemCommand({ TableName: name, Key: resourceItem('') }));
    },

    async recall(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: resourceItem(key), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const read = Remembered.safeParse(unmarshall(Item));
      if (read.success) return read.data;
      const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      throw new Error(`the item resource#${key} of table ${name} cannot be read (${wrong}); correct or delete it`);
    },

    remember(key, now) {
      const item = { ...itemOf(key, now), expiresAt: secondsFromNow(daysKept) };
      return isWritten(() =>
        client.send(
          new PutItemCommand({
            TableName: name,
            Item: marshall(item, { removeUndefinedValues: true }),
            ...ifFollows(now.revision),
          }),
        ),
      );
    },

    async settle(key, owed, { as, record, next, state, waiting = [], told = [] }) {
      const audit = record && { Update: writeOf(record, name, daysKept) };
      const others = [
        ...(audit === undefined ? [] : [audit]),
        ...waitingItems(name, waiting),
        ...told.map((id) => toldByParent(name, id)),
      ];
      const order = next === undefined ? inOrder(state) : ['owing' as const];
      // The other writes are needed when another function has changed in between what the item owes.
      for (const left of [...order, ...order]) {
        const settling = settlingOf(owed, as, left, next);
        if (others.length === 0) {
          if (await update(key, settling)) return;
          continue;
        }
        const refused = await notWritten(client, [{ Update: updateOf(key, settling) }, ...others]);
        if (refused.size === 0) return;
        if (!refused.has(0))
          throw new WindowClosed([...waiting.map(({ window }) => windowId(window)), ...told].join(', '));
      }
      // Another function has settled it, or the item has expired.
      if (audit !== undefined) await client.send(new UpdateItemCommand(audit.Update));
    },

    async giveBack(key, owed, claimant) {
      await update(key, {
        UpdateExpression:
          'SET untold.#owed.attempts = untold.#owed.attempts - :one REMOVE untold.#owed.claimedBy, untold.#owed.claimedUntil ADD revision :one',
        ConditionExpression: 'untold.#owed.claimedBy = :claimant',
        ExpressionAttributeNames: { '#owed': owed },
        ExpressionAttributeValues: marshall({ ':claimant': claimant, ':one': 1 }),
      });
    },

    async markStopped(key, cause) {
      await update(key, {
        UpdateExpression: 'SET stoppedFor = if_not_exists(stoppedFor, :cause) ADD revision :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall({ ':cause': cause, ':one': 1 }),
      });
    },
  };
}

type Settling = Pick<
  UpdateItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> & { readonly UpdateExpression: string };

/**
 * What an item is after something was settled. `done`: the resource has ended and owes nothing else, so that
 * reconciliation can skip it. `quiet`: it goes on and owes nothing else. `owing`: it owes more.
 */
type Left = 'done' | 'quiet' | 'owing';

/** All that may be left, the most likely first. */
function inOrder({ ended, untold }: Remembered): readonly Left[] {
  const [likely, other] = ended ? (['done', 'quiet'] as const) : (['quiet', 'done'] as const);
  return untold?.size === 1 ? [likely, 'owing', other] : ['owing', likely, other];
}

/**
 * The update that settles `owed`. Of those for the three values of `left`, exactly one has a condition that holds, as long
 * as `owed` is owed. With `next`, the only one is that for `owing`.
 */
function settlingOf(owed: string, as: Settlement['as'], left: Left, next: Settlement['next']): Settling {
  const [remove, condition] = LEFT[left];
  const values = {
    ':one': 1,
    ':owed': new Set([owed]),
    ...(left !== 'owing' && { ':ended': left === 'done' }),
    ...(left === 'quiet' && { ':later': Date.now() + CHECK_AFTER.running }),
    ...(next !== undefined && { ':next': next.claimed }),
  };
  const set = [
    ...(left === 'quiet' ? ['askAt = :later'] : []),
    ...(next === undefined ? [] : ['untold.#next = :next']),
  ];
  return {
    UpdateExpression: [
      ...(set.length === 0 ? [] : [`SET ${set.join(', ')}`]),
      'ADD #list :owed, revision :one',
      `REMOVE ${remove}`,
    ].join(' '),
    ConditionExpression: `attribute_exists(untold.#owed)${next === undefined ? ` AND ${condition}` : ''}`,
    ExpressionAttributeNames: {
      '#owed': owed,
      '#list': as,
      ...(next !== undefined && { '#next': next.name }),
    },
    ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }),
  };
}

/** What is removed from the item, and the condition under which. */
const LEFT = {
  done: ['running, askAt, untold', 'ended = :ended AND size(untold) = :one'],
  quiet: ['untold.#owed', 'ended = :ended AND size(untold) = :one'],
  owing: ['untold.#owed', 'size(untold) > :one'],
} as const satisfies Readonly<Record<Left, readonly [string, string]>>;

/** In the index `byRunning`: resources of types that SageMaker does not list, and that owe something to other systems. */
export const OTHERS = 'other';

/** The item of a resource, with the index keys that make reconciliation check it. */
function itemOf(key: string, now: Remembered) {
  const isUntold = (now.untold?.size ?? 0) > 0;
  const isReconciled = RECONCILED.some((type) => type === now.type);
  const owesRelay = [...(now.untold?.values() ?? [])].some(({ relay }) => relay !== undefined);
  // SageMaker cannot describe a resource without an ARN, and does not list the others.
  const isChecked = isReconciled ? now.arn !== undefined && (isUntold || !now.ended) : owesRelay;
  const askAt = Date.now() + (isUntold ? CHECK_AFTER.untold : CHECK_AFTER.running);
  return {
    ...now,
    pk: resourceItem(key).pk.S,
    sk: 'state',
    ...(isChecked && { running: isReconciled ? now.type : OTHERS, askAt }),
  };
}

/** The condition that the item still has the revision before `revision`: nobody has written since it was read. */
const ifFollows = (revision: number) =>
  revision === 1
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#revision = :before',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: marshall({ ':before': revision - 1 }),
      };
