/** What the table remembers of a job's budget, and how many jobs were stopped within the hour. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Booked } from '../../domain/budget/checked.ts';
import { type Checked, UNCHECKED } from '../../domain/budget/checked.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import { BY_RUNNING, secondsFromNow, withinKey } from './resource-table.ts';

export interface BudgetState {
  /** What is known of the incarnation `generation` of `job`. */
  readonly recall: (job: JobRef, generation: number) => Promise<Checked>;
  /** Notes where the job stands, and when it is to be asked about. */
  readonly note: (job: JobRef, generation: number, standing: Standing) => Promise<void>;
  /** Notes where the incarnation `generation` is about to stand. */
  readonly booking: (job: JobRef, generation: number, booked: readonly Booked[]) => Promise<void>;
  /** Notes when it was first to be stopped, and at which cap, before it is. */
  readonly stopping: (job: JobRef, at: Date, cap: string) => Promise<void>;
  /** Notes when it was stopped first. */
  readonly stopped: (job: JobRef, at: Date) => Promise<void>;
  /** Notes that people were asked whether to stop it at `cap`. */
  readonly asked: (job: JobRef, cap: string) => Promise<void>;
  /** Notes that a lost question was asked again at `at`: the others come first then. */
  readonly askedAgain: (job: JobRef, at: Date) => Promise<void>;
  /** Notes that there is nothing to ask about any more. */
  readonly forget: (job: JobRef) => Promise<void>;
  /** Whether one more may be stopped within the hour of `now`; the same `key` counts once. */
  readonly mayStop: (key: string, most: number, now: Date) => Promise<boolean>;
  /** Jobs that should have been asked about by `now`, and were not. */
  readonly overdue: (now: Date, most: number) => Promise<JobRef[]>;
}

export interface Standing {
  readonly spent: MicroUsd;
  readonly cap: MicroUsd;
  readonly nextAt: Date;
  readonly booked: readonly Booked[];
}

/** Milliseconds after which a question that was arranged counts as lost: schedules are tried for a while. */
const OVERDUE = 5 * 60_000;
/** How the index of what is to be asked about calls budgets. */
const BUDGET = 'budget';

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
  stoppingFor: z.optional(z.string()),
  asked: z._default(z.set(z.string()), new Set<string>()),
  booked: z._default(z.array(z.object({ tag: z.string(), value: z.string(), month: z.string(), key: z.string() })), []),
});
const Overdue = z.object({ type: z.enum(BUDGETED), arn: z.string() });

/** The state in the table called `tableName`. Items are kept for `daysKept` days. */
export function budgetStateIn(
  tableName: string,
  daysKept: number,
  client = new DynamoDBClient(CLIENT_SETTINGS),
): BudgetState {
  const keyOf = ({ type, arn }: JobRef) =>
    marshall({ pk: withinKey(`budget#${type}|${arn.toLowerCase()}`), sk: 'state' });

  /** Sets something of an item that is there; one that was forgotten meanwhile stays forgotten. */
  const set = async (job: JobRef, update: string, values: Readonly<Record<string, unknown>>): Promise<void> => {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(job),
          UpdateExpression: update,
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: marshall(values),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  return {
    async recall(job, generation) {
      const command = new GetItemCommand({ TableName: tableName, Key: keyOf(job), ConsistentRead: true });
      const { Item } = await client.send(command);
      if (Item === undefined) return UNCHECKED;
      const read = State.safeParse(unmarshall(Item));
      if (!read.success) throw new Error(`the item ${Item['pk']?.S} of table ${tableName} cannot be read; delete it`);
      const { generation: known, ...checked } = read.data;
      // What was done to another job of its name does not count, but what was arranged for it and where it stands.
      const { nextAt, booked } = checked;
      return known === generation ? { ...UNCHECKED, ...checked } : { ...UNCHECKED, nextAt, booked };
    },

    async note(job, generation, { spent, cap, nextAt, booked }) {
      const values = {
        ':generation': generation,
        ':type': job.type,
        ':arn': job.arn,
        ':spent': spent,
        ':cap': cap,
        ':next': nextAt.getTime(),
        ':running': BUDGET,
        ':ask': nextAt.getTime() + OVERDUE,
        ':booked': booked,
        ':expires': secondsFromNow(daysKept),
      };
      const set =
        'SET generation = :generation, #type = :type, arn = :arn, spent = :spent, cap = :cap, nextAt = :next, running = :running, askAt = :ask, booked = :booked, expiresAt = :expires';
      const update = (more: string, condition: string) =>
        client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: keyOf(job),
            UpdateExpression: `${set}${more}`,
            ConditionExpression: condition,
            ExpressionAttributeNames: { '#type': 'type' },
            ExpressionAttributeValues: marshall(values),
          }),
        );
      try {
        await update('', 'attribute_not_exists(pk) OR generation = :generation');
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // Another job of its name: what was done to that one does not count.
        await update(' REMOVE stoppingAt, stoppingFor, stoppedAt, asked', 'attribute_exists(pk)');
      }
    },

    async booking(job, generation, booked) {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(job),
          UpdateExpression:
            'SET generation = if_not_exists(generation, :generation), booked = :booked, expiresAt = :expires',
          ExpressionAttributeValues: marshall({
            ':generation': generation,
            ':booked': booked,
            ':expires': secondsFromNow(daysKept),
          }),
        }),
      );
    },

    stopping: (job, at, cap) =>
      set(job, 'SET stoppingAt = if_not_exists(stoppingAt, :at), stoppingFor = if_not_exists(stoppingFor, :cap)', {
        ':at': at.getTime(),
        ':cap': cap,
      }),
    stopped: (job, at) => set(job, 'SET stoppedAt = if_not_exists(stoppedAt, :at)', { ':at': at.getTime() }),
    asked: (job, cap) => set(job, 'ADD asked :caps', { ':caps': new Set([cap]) }),
    askedAgain: (job, at) => set(job, 'SET askAt = :at', { ':at': at.getTime() + 3 * OVERDUE }),

    async forget(job) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(job) }));
    },

    async mayStop(key, most, now) {
      if (most === 0) return false;
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: marshall({ pk: `stops#${now.toISOString().slice(0, 13)}`, sk: 'state' }),
            UpdateExpression: 'ADD stopped :keys SET expiresAt = :expires',
            ConditionExpression: 'attribute_not_exists(stopped) OR contains(stopped, :key) OR size(stopped) < :most',
            ExpressionAttributeValues: marshall({
              ':keys': new Set([key]),
              ':key': key,
              ':most': most,
              ':expires': secondsFromNow(2),
            }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async overdue(now, most) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: BY_RUNNING,
          KeyConditionExpression: 'running = :budget AND askAt < :now',
          ExpressionAttributeValues: marshall({ ':budget': BUDGET, ':now': now.getTime() }),
          Limit: most,
        }),
      );
      return Items.map((item) => Overdue.parse(unmarshall(item)));
    },
  };
}
