/** The windows in which alerts wait: what is known about each, who sends it, and what became of it. */
import {
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { namedOf, WINDOW_KINDS, type Window, windowId } from '../../../domain/delivery/window.ts';
import type { AuditRecord } from '../../../schemas/stored/audit-record.ts';
import { Parent } from '../../../schemas/stored/part.ts';
import { PendingAlert } from '../../../schemas/stored/pending-alert.ts';
import { TABLE_SETTINGS } from '../../client-settings.ts';
import type { Grant } from '../../grant.ts';
import { writeOf } from '../audit.ts';
import { areWritten, isWritten } from '../conditional-write.ts';
import { BY_RUNNING } from '../keys.ts';
import { closeDoors, doorsOf, partitionOf, WINDOWS_KEPT, windowItem } from './waiting.ts';

/** Sends what waited, for the function `digest`. */
export const TELL_WAITING: Grant = {
  name: 'tell-waiting',
  statements: [
    {
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }],
    },
  ],
};

/** A window as the table has it. */
export interface StoredWindow extends Window {
  /** Its message was sent. */
  readonly isDone: boolean;
  /** Only of the kind `parent`: the parent has ended, and its own alert did not tell this group of it. */
  readonly isReleased: boolean;
}

/** A claim on a window: how often it was sent before, and SNS did not confirm it. */
export interface WindowClaim {
  readonly sendings: number;
}

export interface Windows {
  /** Opens `window`, or lets it end later. Returns whether somebody still has to schedule its end. */
  readonly open: (window: Window) => Promise<boolean>;
  /** Stores that the end of the window is scheduled. */
  readonly scheduled: (id: string) => Promise<void>;
  readonly read: (id: string) => Promise<StoredWindow | undefined>;
  /** Closes the window: nothing is added any more. A window of a parent is closed with the parent (`parts.ts`). */
  readonly close: (window: Window) => Promise<void>;
  /** Lets the window of `parent` end now: the parent has ended. False when there is none, or when it was sent. */
  readonly release: (id: string, parent: Parent, now: number) => Promise<boolean>;
  /** All that waits in the window, in no order. */
  readonly waitingIn: (id: string) => Promise<PendingAlert[]>;
  /** Claims the window for `holder` until an instant; undefined while another one holds it, or when it is done. */
  readonly claim: (id: string, holder: string, now: number, until: number) => Promise<WindowClaim | undefined>;
  /** Counts a sending, before it is made; false when another invocation has claimed the window meanwhile. */
  readonly sends: (id: string, holder: string) => Promise<boolean>;
  /** Takes back a claim. `wasRefused`: SNS refused what was sent, so that the sending does not count. */
  readonly giveBack: (id: string, holder: string, wasRefused: boolean) => Promise<void>;
  /** Stores that the window's message was sent, with the audit record. */
  readonly done: (id: string, record: AuditRecord) => Promise<void>;
  /** Stores that nobody tries to send it any more, with the audit record, until people do. They get new attempts. */
  readonly giveUp: (id: string, record: AuditRecord) => Promise<void>;
  /** At most `most` windows that were not sent in time, the latest first. They are asked for again after some minutes. */
  readonly overdue: (now: Date, most: number) => Promise<string[]>;
}

/** The index key of windows that were not sent yet. */
const WINDOW = 'window';
/** Milliseconds after its end at which a window counts as forgotten: its schedule and its retries had their time. */
const FORGOTTEN_AFTER = 6 * 60_000;

const Stored = z.object({
  kind: z.enum(WINDOW_KINDS),
  group: z.string(),
  keys: z.set(z.string()),
  until: z.number(),
  parent: z.optional(z.pick(Parent, { id: true, type: true, name: true })),
  isReleased: z.optional(z.boolean()),
  doneAt: z.optional(z.string()),
});

/** The alert of an item. One that another version of Ground Control wrote is told by its subject. */
function alertIn({ sk, alert }: Record<string, unknown>): PendingAlert {
  const read = PendingAlert.safeParse(alert);
  if (read.success) return read.data;
  const { subject, at } = Legible.parse(alert ?? {});
  const name = subject ?? 'an alert that this version cannot read';
  return {
    ...{ id: String(sk), at: at ?? 0, severity: 'warning', outcome: 'unknown', family: 'resource', type: 'resource' },
    ...{ name, subject: name, headline: name, owner: 'unknown', team: 'unknown', project: 'unknown' },
  };
}

/** What is read of an alert that cannot be read. */
const Legible = z.object({ subject: z.optional(z.catch(z.string(), '')), at: z.optional(z.catch(z.number(), 0)) });

/** The windows in the table called `name`. Audit records are kept for `daysKept` days. */
export function windowsIn(name: string, daysKept: number, client = new DynamoDBClient(TABLE_SETTINGS)): Windows {
  const update = (id: string, expression: string, condition: string, values: Record<string, unknown>) => ({
    TableName: name,
    Key: windowItem(id),
    UpdateExpression: expression,
    ConditionExpression: condition,
    ExpressionAttributeValues: marshall(values),
  });
  const isUpdated = (...input: Parameters<typeof update>): Promise<boolean> =>
    isWritten(() => client.send(new UpdateItemCommand(update(...input))));

  const settled = async (
    id: string,
    expression: string,
    values: Record<string, unknown>,
    record: AuditRecord,
  ): Promise<void> => {
    const window = update(id, expression, 'attribute_exists(pk) AND attribute_not_exists(doneAt)', values);
    await areWritten(client, [{ Update: window }, { Update: writeOf(record, name, daysKept) }]);
  };

  return {
    async open(window) {
      let isScheduled = false;
      const isOpen = await isWritten(async () => {
        const { Attributes = {} } = await client.send(
          new UpdateItemCommand({
            TableName: name,
            Key: windowItem(windowId(window)),
            // A subscriber that has joined the group meanwhile gets the message too.
            UpdateExpression: `SET kind = :kind, #group = :group, #until = :until, running = :running, askAt = :askAt, expiresAt = :expiresAt${window.parent === undefined ? '' : ', parent = :parent'} ADD #keys :keys`,
            ConditionExpression: 'attribute_not_exists(doneAt)',
            ExpressionAttributeNames: { '#group': 'group', '#keys': 'keys', '#until': 'until' },
            ExpressionAttributeValues: marshall({
              ':kind': window.kind,
              ':group': window.group,
              ':keys': new Set(window.keys),
              ':until': window.until,
              ':running': WINDOW,
              ':askAt': window.until + FORGOTTEN_AFTER,
              ':expiresAt': Math.ceil(window.until / 1000) + WINDOWS_KEPT * 86_400,
              ...(window.parent !== undefined && { ':parent': window.parent }),
            }),
            ReturnValues: 'ALL_NEW',
          }),
        );
        isScheduled = 'isScheduled' in Attributes;
      });
      return isOpen && !isScheduled;
    },

    async scheduled(id) {
      await isUpdated(id, 'SET isScheduled = :yes', 'attribute_exists(pk)', { ':yes': true });
    },

    async read(id) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: windowItem(id), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const { doneAt, keys, parent, isReleased = false, ...window } = Stored.parse(unmarshall(Item));
      const isDone = doneAt !== undefined;
      return { ...window, ...(parent && { parent }), keys: [...keys].sort(), isDone, isReleased };
    },

    close: (window) => closeDoors(client, name, doorsOf(window), WINDOWS_KEPT),

    release: (id, parent, now) =>
      isUpdated(
        id,
        'SET isReleased = :yes, parent = :parent, askAt = :askAt',
        'attribute_exists(pk) AND attribute_not_exists(doneAt)',
        { ':yes': true, ':parent': namedOf(parent), ':askAt': now + FORGOTTEN_AFTER },
      ),

    async waitingIn(id) {
      const found: PendingAlert[] = [];
      let start: QueryCommandOutput['LastEvaluatedKey'];
      do {
        const page: QueryCommandOutput = await client.send(
          new QueryCommand({
            TableName: name,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :alert)',
            ExpressionAttributeValues: marshall({ ':pk': partitionOf(id), ':alert': 'alert#' }),
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        );
        for (const item of page.Items ?? []) found.push(alertIn(unmarshall(item)));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return found;
    },

    async claim(id, holder, now, until) {
      let sendings = 0;
      const isClaimed = await isWritten(async () => {
        const { Attributes = {} } = await client.send(
          new UpdateItemCommand({
            ...update(
              id,
              'SET claimedBy = :holder, claimedUntil = :until',
              'attribute_exists(pk) AND attribute_not_exists(doneAt) AND (attribute_not_exists(claimedUntil) OR claimedUntil < :now OR claimedBy = :holder)',
              { ':holder': holder, ':until': until, ':now': now },
            ),
            ReturnValues: 'ALL_NEW',
          }),
        );
        sendings = Number(unmarshall(Attributes)['sendings'] ?? 0);
      });
      return isClaimed ? { sendings } : undefined;
    },

    sends: (id, holder) => isUpdated(id, 'ADD sendings :one', 'claimedBy = :holder', { ':holder': holder, ':one': 1 }),

    async giveBack(id, holder, wasRefused) {
      await isUpdated(id, 'ADD sendings :less REMOVE claimedBy, claimedUntil', 'claimedBy = :holder', {
        ':holder': holder,
        ':less': wasRefused ? -1 : 0,
      });
    },

    done: (id, record) =>
      settled(id, 'SET doneAt = :at REMOVE running, askAt, claimedBy, claimedUntil', { ':at': record.at }, record),

    giveUp: (id, record) =>
      settled(id, 'SET sendings = :none REMOVE running, askAt, claimedBy, claimedUntil', { ':none': 0 }, record),

    async overdue(now, most) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: BY_RUNNING,
          KeyConditionExpression: 'running = :window AND askAt < :now',
          ExpressionAttributeValues: marshall({ ':window': WINDOW, ':now': now.getTime() }),
          Limit: most,
        }),
      );
      const ids = Items.map((item) => String(unmarshall(item)['pk']).slice(partitionOf('').length));
      for (const id of ids)
        await isUpdated(id, 'SET askAt = :later', 'attribute_exists(running)', {
          ':later': now.getTime() + 2 * FORGOTTEN_AFTER,
        });
      return ids;
    },
  };
}
