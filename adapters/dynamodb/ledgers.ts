/**
 * The ledgers of monthly budgets in the table: one item for all running jobs, and one item for each ended job.
 *
 * The item of the running jobs is written only if its revision is still the one that was read, so no two jobs get the
 * same money. A job that is in both kinds of items counts as ended, so no job counts twice.
 */

import { setTimeout } from 'node:timers/promises';
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Booked } from '../../domain/budget/checked.ts';
import {
  type Claim,
  FOOTINGS,
  type Granted,
  grant,
  type Holding,
  type Ledger,
  type LedgerId,
  spentBy,
} from '../../domain/budget/ledger.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { isWritten } from './conditional-write.ts';
import { secondsFromNow, withinKey } from './keys.ts';

/** In addition to `USE_STATE`, which reads and writes single items. */
export const READ_LEDGERS: Grant = {
  name: 'ledgers',
  statements: [{ actions: ['dynamodb:Query'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] }],
};

export interface Ledgers {
  readonly read: (id: LedgerId) => Promise<Ledger>;
  /** Gives a running job what it claims of `budget`, as far as there is room. */
  readonly claim: (place: Booked, budget: MicroUsd, claim: Claim, now: Date) => Promise<Granted>;
  /**
   * Enters that the job ended `at` and cost `amount` in this month. Without `amount`: what it had spent by `at`, or at
   * its last check.
   */
  readonly close: (place: Booked, amount: MicroUsd | undefined, at: Date | undefined) => Promise<void>;
  /** Removes the job from this ledger. */
  readonly drop: (place: Booked) => Promise<void>;
}

const instant = z.pipe(
  z.number(),
  z.transform((milliseconds) => new Date(milliseconds)),
);
const HoldingItem = z.object({
  job: z.object({ type: z.enum(BUDGETED), arn: z.string() }),
  startedAt: instant,
  at: instant,
  spent: z.number(),
  perHour: z.pipe(
    z.string(),
    z.transform((digits) => BigInt(digits)),
  ),
  upTo: z.number(),
  footing: z.enum(FOOTINGS),
  isLeased: z.boolean(),
  askedAt: z.optional(instant),
});
const Running = z.object({ revision: z.number(), jobs: z.record(z.string(), HoldingItem) });
const Ended = z.object({ job: z.string(), amount: z.number() });

const RUNNING = 'running';
const ENDED = 'ended#';
/** Attempts to write a ledger: jobs of a project that begin together write it at the same time. */
const MOST_TRIES = 40;

/** Days of a month and of its last checks. */
const LONGEST_MONTH = 35;

/** The ledgers in the table called `tableName`. Items are kept for `daysKept` days, and until their month is over. */
export function ledgersIn(tableName: string, daysKept: number, client = new DynamoDBClient(TABLE_SETTINGS)): Ledgers {
  const expiresAt = () => secondsFromNow(Math.max(daysKept, LONGEST_MONTH));

  const running = async (id: LedgerId): Promise<{ jobs: ReadonlyMap<string, Holding>; revision: number }> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: marshall({ pk: keyOf(id), sk: RUNNING }), ConsistentRead: true }),
    );
    if (Item === undefined) return { jobs: new Map(), revision: 0 };
    const { revision, jobs } = parse(Item, Running, id);
    return { jobs: new Map(Object.entries(jobs)), revision };
  };

  const load = async (id: LedgerId): Promise<{ ledger: Ledger; revision: number }> => {
    // Running jobs first, then ended ones: a job that ends between the two reads is in both, and counts as ended.
    const { jobs, revision } = await running(id);
    const ended = new Map<string, MicroUsd>();
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :ended)',
        ExpressionAttributeValues: marshall({ ':pk': keyOf(id), ':ended': ENDED }),
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const { job, amount } = parse(item, Ended, id);
        ended.set(job, amount);
      }
    }
    return { ledger: { ended, running: new Map([...jobs].filter(([job]) => !ended.has(job))) }, revision };
  };

  const parse = <T>(item: Record<string, AttributeValue>, schema: z.ZodMiniType<T>, id: LedgerId): T => {
    const parsed = schema.safeParse(unmarshall(item));
    if (parsed.success) return parsed.data;
    throw new Error(
      `the item ${keyOf(id)}, ${item['sk']?.S} of table ${tableName} cannot be read; correct or delete it`,
    );
  };

  /** Writes the running jobs; false when another check has written since `revision`. */
  const save = (id: LedgerId, jobs: ReadonlyMap<string, Holding>, revision: number): Promise<boolean> => {
    const items = Object.fromEntries([...jobs].map(([job, holding]) => [job, itemOf(holding)]));
    const item = { pk: keyOf(id), sk: RUNNING, revision: revision + 1, jobs: items, expiresAt: expiresAt() };
    return isWritten(() =>
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: marshall(item),
          ConditionExpression: 'attribute_not_exists(pk) OR revision = :before',
          ExpressionAttributeValues: marshall({ ':before': revision }),
        }),
      ),
    );
  };

  /** Repeats `attempt` while other checks write the ledger at the same time. */
  const insist = async <T>(id: LedgerId, attempt: () => Promise<T | undefined>): Promise<T> => {
    for (let at = 0; at < MOST_TRIES; at++) {
      if (at > 0) await setTimeout(Math.random() * Math.min(500, 20 * at));
      const result = await attempt();
      if (result !== undefined) return result;
    }
    throw new Error(`the ledger ${keyOf(id)} is written by too many checks at once; the check is retried`);
  };

  const endOf = ({ key, ...id }: Booked) => ({ pk: keyOf(id), sk: withinKey(`${ENDED}${key}`) });

  return {
    read: async (id) => (await load(id)).ledger,

    claim: ({ key, ...id }, budget, claim, now) =>
      insist(id, async () => {
        const { ledger, revision } = await load(id);
        const granted = grant(ledger, budget, key, claim, now);
        // The claim of an ended job came late: nothing is written.
        const isDone = ledger.ended.has(key) || (await save(id, granted.ledger.running, revision));
        return isDone ? granted : undefined;
      }),

    async close(place, amount, at) {
      const { key, ...id } = place;
      const held = amount === undefined ? (await running(id)).jobs.get(key) : undefined;
      const known = amount ?? (held && (at === undefined ? held.spent : spentBy(held, at)));
      if (known === undefined) return;
      await isWritten(() =>
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall({ ...endOf(place), job: key, amount: known, expiresAt: expiresAt() }),
            // An assumed amount never replaces a known one.
            ...(amount === undefined && { ConditionExpression: 'attribute_not_exists(pk)' }),
          }),
        ),
      );
    },

    async drop(place) {
      const { key, ...id } = place;
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: marshall(endOf(place)) }));
      await insist(id, async () => {
        const { jobs, revision } = await running(id);
        const others = new Map([...jobs].filter(([job]) => job !== key));
        return others.size === jobs.size || (await save(id, others, revision)) || undefined;
      });
    },
  };
}

const keyOf = ({ tag, value, month }: LedgerId) => withinKey(`ledger#${tag}|${value}|${month}`);

const itemOf = ({ startedAt, at, askedAt, perHour, ...holding }: Holding) => ({
  ...holding,
  ...(askedAt !== undefined && { askedAt: askedAt.getTime() }),
  startedAt: startedAt.getTime(),
  at: at.getTime(),
  perHour: String(perHour),
});
