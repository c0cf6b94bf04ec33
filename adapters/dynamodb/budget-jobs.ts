/**
 * The state of each job's budget checks in the table, one item per job. It also says what the job has added to the
 * months of its budgets (`months.ts`): both are written in one transaction, so that nothing is added twice or lost.
 */
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type Checked, type FoundCap, UNCHECKED } from '../../domain/budget/checked.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import { type LineId, ROLES, type Share, type ShareChange } from '../../domain/budget/month/line.ts';
import { type Shared, sharesOfStopping } from '../../domain/budget/month/shares.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import { areWritten, isWritten } from './conditional-write.ts';
import { BUDGET, budgetItem, MONTHS_KEPT, OVERDUE, secondsFromNow } from './keys.ts';
import { writesOf } from './months.ts';

export interface BudgetJobs {
  /**
   * The state of the job that was created at `generation` (epoch seconds). A job may be created again under its name.
   */
  readonly recall: (job: JobRef, generation: number) => Promise<Checked>;
  /** Whether a check of `job` began at `time` (epoch milliseconds) or later. */
  readonly isCheckedSince: (job: JobRef, time: number) => Promise<boolean>;
  /**
   * Stores the result of a check, and moves the shares of the job. False when the item was written after `recalled` was
   * read; then nothing is written.
   */
  readonly note: (
    job: JobRef,
    generation: number,
    recalled: Pick<Checked, 'revision' | 'generation'>,
    standing: Standing,
  ) => Promise<boolean>;
  /**
   * Stores, before the attempt, that the job is being stopped for `cap`; its months count it as stopping. False when the
   * item or the line of `ifLine` was written since then.
   */
  readonly noteStopping: (job: JobRef, at: Date, cap: string, ifLine?: LineRevision) => Promise<boolean>;
  /** Stores when the job was first stopped. */
  readonly noteStopped: (job: JobRef, at: Date) => Promise<void>;
  /** Stores that IAM refused the stop, so that nobody thinks Ground Control stopped the job. An earlier stop counts. */
  readonly noteDenied: (job: JobRef) => Promise<void>;
  /** Stores that the limit of stops held back the stop at `at`, and until when. */
  readonly noteHeld: (job: JobRef, at: Date, until: Date) => Promise<void>;
}

/** The line of a month, as it was read. */
export interface LineRevision {
  readonly id: LineId;
  readonly revision: number;
}

/** The result of a check: micro-USD spent, the job's own cap, the next check, and the shares. */
export interface Standing extends Shared {
  readonly spent: MicroUsd;
  readonly cap: FoundCap;
  /** Absent when no further check is due. */
  readonly nextAt: Date | undefined;
  /** When the check began. */
  readonly checkedAt: Date;
  /** See `Checked`. */
  readonly uploadingSince: Date | undefined;
}

const instant = z.pipe(
  z.number(),
  z.transform((milliseconds) => new Date(milliseconds)),
);
const bigint = z.pipe(
  z.string(),
  z.transform((digits) => BigInt(digits)),
);
const ShareItem = z.object({
  tag: z.string(),
  value: z.string(),
  month: z.string(),
  key: z.string(),
  role: z.enum(ROLES),
  startedAt: instant,
  base: bigint,
  rate: bigint,
});
const State = z.object({
  generation: z.number(),
  revision: z._default(z.number(), 0),
  stoppingAt: z.optional(instant),
  stoppedAt: z.optional(instant),
  nextAt: z.optional(instant),
  checkedAt: z.optional(instant),
  uploadingSince: z.optional(instant),
  cap: z.optional(z.number()),
  capFrom: z.optional(z.string()),
  capSince: z.optional(instant),
  stoppingFor: z.optional(z.string()),
  heldSince: z.optional(instant),
  heldUntil: z.optional(instant),
  shares: z._default(z.array(ShareItem), []),
});

/** The state in the table called `tableName`. Items expire `daysKept` days after their last check. */
export function budgetJobsIn(
  tableName: string,
  daysKept: number,
  client = new DynamoDBClient(TABLE_SETTINGS),
): BudgetJobs {
  const read = async (job: JobRef) => {
    const command = new GetItemCommand({ TableName: tableName, Key: budgetItem(job), ConsistentRead: true });
    const { Item } = await client.send(command);
    if (Item === undefined) return undefined;
    const state = State.safeParse(unmarshall(Item));
    if (state.success) return state.data;
    throw new Error(
      `the item ${Item['pk']?.S} of table ${tableName} cannot be read; delete it: the next check creates it again`,
    );
  };

  /** Changes the item of revision `revision`, and the months with it. */
  const write = (
    job: JobRef,
    revision: number,
    { ExpressionAttributeValues, ...input }: Writing,
    changes: readonly ShareChange[],
    ifLine?: LineRevision,
  ): Promise<boolean> => {
    const update = {
      TableName: tableName,
      Key: budgetItem(job),
      ...input,
      ConditionExpression: revision === 0 ? 'attribute_not_exists(revision)' : 'revision = :before',
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ...(revision > 0 && { ':before': { N: String(revision) } }),
      },
    };
    const months = writesOf(tableName, job, changes, ifLine);
    return months.length === 0
      ? isWritten(() => client.send(new UpdateItemCommand(update)))
      : areWritten(client, [{ Update: update }, ...months]);
  };

  /** Changes an existing item. An item that another check has deleted is not created again. */
  const set = async (
    job: JobRef,
    expression: string,
    values: Readonly<Record<string, unknown>>,
    condition = 'attribute_exists(pk)',
  ): Promise<void> => {
    await isWritten(() =>
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: budgetItem(job),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: marshall({ ...values, ':one': 1 }),
        }),
      ),
    );
  };

  return {
    async recall(job, generation) {
      const item = await read(job);
      if (item === undefined) return UNCHECKED;
      const { cap: amount, capFrom, capSince: since, ...rest } = item;
      const state = { ...UNCHECKED, ...rest };
      const from = capFrom === '' ? undefined : capFrom;
      if (item.generation === generation)
        return { ...state, cap: amount === undefined ? undefined : { amount, from, since } };
      // The item is of an earlier job of the same name: its cap, stops and questions do not count for this one.
      const { stoppingAt, stoppingFor, stoppedAt, heldSince, heldUntil } = UNCHECKED;
      return { ...state, stoppingAt, stoppingFor, stoppedAt, heldSince, heldUntil };
    },

    async isCheckedSince(job, time) {
      const { checkedAt } = (await read(job)) ?? {};
      return checkedAt !== undefined && checkedAt.getTime() >= time;
    },

    async note(job, generation, { revision, generation: known }, standing) {
      const { nextAt, shares, changes } = standing;
      if (nextAt === undefined && shares.length === 0 && changes.length === 0) {
        return isWritten(() =>
          client.send(
            new DeleteItemCommand({
              TableName: tableName,
              Key: budgetItem(job),
              ConditionExpression: 'attribute_not_exists(revision) OR revision = :before',
              ExpressionAttributeValues: marshall({ ':before': revision }),
            }),
          ),
        );
      }
      const days = Math.max(daysKept, shares.length === 0 ? 0 : MONTHS_KEPT);
      return write(job, revision, writingOf(job, generation, known, standing, secondsFromNow(days)), changes);
    },

    async noteStopping(job, at, cap, ifLine) {
      const state = await read(job);
      if (state === undefined) return false;
      const { shares, changes } = sharesOfStopping(state.shares);
      const set = [
        'stoppingAt = if_not_exists(stoppingAt, :at)',
        'stoppingFor = if_not_exists(stoppingFor, :cap)',
        'shares = :shares',
      ];
      const writing = {
        UpdateExpression: `SET ${set.join(', ')} ADD revision :one`,
        ExpressionAttributeValues: marshall({ ':at': at.getTime(), ':cap': cap, ':shares': stored(shares), ':one': 1 }),
      };
      return write(job, state.revision, writing, changes, ifLine);
    },

    noteStopped: (job, at) =>
      set(job, 'SET stoppedAt = if_not_exists(stoppedAt, :at) ADD revision :one', { ':at': at.getTime() }),
    noteDenied: (job) =>
      set(
        job,
        'REMOVE stoppingAt, stoppingFor ADD revision :one',
        {},
        'attribute_exists(pk) AND attribute_not_exists(stoppedAt)',
      ),
    noteHeld: (job, at, until) =>
      set(job, 'SET heldSince = if_not_exists(heldSince, :at), heldUntil = :until ADD revision :one', {
        ':at': at.getTime(),
        ':until': until.getTime(),
      }),
  };
}

type Writing = Pick<UpdateItemCommandInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> & {
  readonly UpdateExpression: string;
};

/** Whole numbers of any size are stored as text: they are not added here. */
const stored = (shares: readonly Share[]) =>
  shares.map(({ base, rate, startedAt, ...share }) => ({
    ...share,
    startedAt: startedAt.getTime(),
    base: String(base),
    rate: String(rate),
  }));

/** The update that stores `standing`, with the index keys by which reconciliation finds a lost check. */
function writingOf(
  job: JobRef,
  generation: number,
  known: number | undefined,
  standing: Standing,
  expires: number,
): Writing {
  const { spent, cap, nextAt, checkedAt, uploadingSince, shares } = standing;
  const set = [
    'generation = :generation, #type = :type, arn = :arn, spent = :spent, checkedAt = :checked',
    'cap = :cap, capFrom = :capFrom, capSince = :capSince',
    'shares = :shares, expiresAt = :expires',
    ...(uploadingSince === undefined ? [] : ['uploadingSince = :uploading']),
    ...(nextAt === undefined ? [] : ['nextAt = :next, running = :running, askAt = :ask']),
  ];
  const remove = [
    ...(nextAt === undefined ? ['nextAt, running, askAt'] : []),
    ...(uploadingSince === undefined ? ['uploadingSince'] : []),
    // The item is of an earlier job of the same name: its stops and questions do not count for this one.
    ...(known === undefined || known === generation
      ? []
      : ['stoppingAt, stoppingFor, stoppedAt, heldSince, heldUntil']),
  ];
  return {
    UpdateExpression: `SET ${set.join(', ')} ADD revision :one${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
    ExpressionAttributeNames: { '#type': 'type' },
    ExpressionAttributeValues: marshall({
      ':generation': generation,
      ':type': job.type,
      ':arn': job.arn,
      ':spent': spent,
      ':cap': cap.amount,
      ':capFrom': cap.from ?? '',
      ':capSince': cap.since.getTime(),
      ':checked': checkedAt.getTime(),
      ':shares': stored(shares),
      ':expires': expires,
      ':one': 1,
      ...(uploadingSince !== undefined && { ':uploading': uploadingSince.getTime() }),
      ...(nextAt !== undefined && {
        ':next': nextAt.getTime(),
        ':running': BUDGET,
        ':ask': nextAt.getTime() + OVERDUE,
      }),
    }),
  };
}
