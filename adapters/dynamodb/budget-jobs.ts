/** The state of each job's budget checks in the table, one item per job. */
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type Booked, type Checked, type FoundCap, UNCHECKED } from '../../domain/budget/checked.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import { isWritten } from './conditional-write.ts';
import { secondsFromNow, withinKey } from './keys.ts';

export interface BudgetJobs {
  /**
   * The state for the job that was created at `generation` (epoch seconds). A job may be created again under its name.
   */
  readonly recall: (job: JobRef, generation: number) => Promise<Checked>;
  /** Stores what the job has spent, its places in ledgers, and when its next check is due. */
  readonly note: (job: JobRef, generation: number, standing: Standing) => Promise<void>;
  /** Stores places in ledgers before they are written, so that none is lost if the function dies. */
  readonly noteBooking: (job: JobRef, generation: number, booked: readonly Booked[]) => Promise<void>;
  /** Stores the first attempt to stop the job, and the cap that it reached, before the attempt. */
  readonly noteStopping: (job: JobRef, at: Date, cap: string) => Promise<void>;
  /** Stores when the job was first stopped. */
  readonly noteStopped: (job: JobRef, at: Date) => Promise<void>;
  /** Stores that people were asked whether to stop the job at `cap`. */
  readonly noteAsked: (job: JobRef, cap: string) => Promise<void>;
  /** Deletes the item: no check is due any more. */
  readonly forget: (job: JobRef) => Promise<void>;
}

/** The result of a check: micro-USD spent, the job's own cap, and the next check. */
export interface Standing {
  readonly spent: MicroUsd;
  readonly cap: FoundCap;
  readonly nextAt: Date;
  readonly booked: readonly Booked[];
}

/**
 * Milliseconds after its due time at which a check counts as lost. EventBridge Scheduler may still retry before that.
 */
export const OVERDUE = 5 * 60_000;
/** The partition of overdue budget checks in the index `byRunning`. */
export const BUDGET = 'budget';

const instant = z.optional(
  z.pipe(
    z.number(),
    z.transform((milliseconds) => new Date(milliseconds)),
  ),
);
const State = z.object({
  generation: z.number(),
  stoppingAt: instant,
  stoppedAt: instant,
  nextAt: instant,
  cap: z.optional(z.number()),
  capFrom: z.optional(z.string()),
  capSince: instant,
  stoppingFor: z.optional(z.string()),
  asked: z._default(z.set(z.string()), new Set<string>()),
  booked: z._default(z.array(z.object({ tag: z.string(), value: z.string(), month: z.string(), key: z.string() })), []),
});

/** The key of the item of `job`. */
export const budgetItem = ({ type, arn }: JobRef) =>
  marshall({ pk: withinKey(`budget#${type}|${arn.toLowerCase()}`), sk: 'state' });

/** The state in the table called `tableName`. Items expire `daysKept` days after their last check. */
export function budgetJobsIn(
  tableName: string,
  daysKept: number,
  client = new DynamoDBClient(TABLE_SETTINGS),
): BudgetJobs {
  const update = (job: JobRef, input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>) =>
    client.send(new UpdateItemCommand({ TableName: tableName, Key: budgetItem(job), ...input }));

  /** Changes an existing item. An item that another check has deleted is not created again. */
  const set = async (job: JobRef, expression: string, values: Readonly<Record<string, unknown>>): Promise<void> => {
    await isWritten(() =>
      update(job, {
        UpdateExpression: expression,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall(values),
      }),
    );
  };

  return {
    async recall(job, generation) {
      const command = new GetItemCommand({ TableName: tableName, Key: budgetItem(job), ConsistentRead: true });
      const { Item } = await client.send(command);
      if (Item === undefined) return UNCHECKED;
      const read = State.safeParse(unmarshall(Item));
      if (!read.success) {
        throw new Error(
          `the item ${Item['pk']?.S} of table ${tableName} cannot be read; delete it: the next check creates it again`,
        );
      }
      const { generation: known, cap: amount, capFrom, capSince: since, ...rest } = read.data;
      const from = capFrom === '' ? undefined : capFrom;
      const checked = { ...rest, cap: amount === undefined ? undefined : { amount, from, since } };
      // The item is of an earlier job of the same name: only its schedule and its places in ledgers still matter.
      const { nextAt, booked } = checked;
      return known === generation ? { ...UNCHECKED, ...checked } : { ...UNCHECKED, nextAt, booked };
    },

    async note(job, generation, standing) {
      const item = updateWith(job, generation, standing, secondsFromNow(daysKept));
      const isNoted = await isWritten(() =>
        update(job, { ...item, ConditionExpression: 'attribute_not_exists(pk) OR generation = :generation' }),
      );
      if (isNoted) return;
      // The item is of an earlier job of the same name: its stops and questions do not count for this one.
      await update(job, {
        ...item,
        UpdateExpression: `${item.UpdateExpression} REMOVE stoppingAt, stoppingFor, stoppedAt, asked`,
        ConditionExpression: 'attribute_exists(pk)',
      });
    },

    async noteBooking(job, generation, booked) {
      await update(job, {
        UpdateExpression:
          'SET generation = if_not_exists(generation, :generation), booked = :booked, expiresAt = :expires',
        ExpressionAttributeValues: marshall({
          ':generation': generation,
          ':booked': booked,
          ':expires': secondsFromNow(daysKept),
        }),
      });
    },

    noteStopping: (job, at, cap) =>
      set(job, 'SET stoppingAt = if_not_exists(stoppingAt, :at), stoppingFor = if_not_exists(stoppingFor, :cap)', {
        ':at': at.getTime(),
        ':cap': cap,
      }),
    noteStopped: (job, at) => set(job, 'SET stoppedAt = if_not_exists(stoppedAt, :at)', { ':at': at.getTime() }),
    noteAsked: (job, cap) => set(job, 'ADD asked :caps', { ':caps': new Set([cap]) }),

    async forget(job) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: budgetItem(job) }));
    },
  };
}

/** The update that stores `standing`, with the index keys by which reconciliation finds a lost check. */
const updateWith = (job: JobRef, generation: number, { spent, cap, nextAt, booked }: Standing, expires: number) => ({
  UpdateExpression: `SET ${[
    'generation = :generation',
    '#type = :type',
    'arn = :arn',
    'spent = :spent',
    'cap = :cap',
    'capFrom = :capFrom',
    'capSince = :capSince',
    'nextAt = :next',
    'running = :running',
    'askAt = :ask',
    'booked = :booked',
    'expiresAt = :expires',
  ].join(', ')}`,
  ExpressionAttributeNames: { '#type': 'type' },
  ExpressionAttributeValues: marshall({
    ':generation': generation,
    ':type': job.type,
    ':arn': job.arn,
    ':spent': spent,
    ':cap': cap.amount,
    ':capFrom': cap.from ?? '',
    ':capSince': cap.since.getTime(),
    ':next': nextAt.getTime(),
    ':running': BUDGET,
    ':ask': nextAt.getTime() + OVERDUE,
    ':booked': booked,
    ':expires': expires,
  }),
});
