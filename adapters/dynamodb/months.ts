/**
 * The months of budgets in the table. Each has one item with the sums over its jobs, and one item for each job.
 *
 * A job's own item and its items here are written in one transaction (`budget-jobs.ts`), so the sums are those of the
 * items. The sums only grow by additions, so jobs that begin together do not read each other.
 */
import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  type TransactWriteItem,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { JobRef } from '../../domain/budget/job.ts';
import {
  type LineId,
  ROLES,
  type Role,
  type Share,
  type ShareChange,
  type Sums,
  sumOf,
} from '../../domain/budget/month/line.ts';
import type { Candidate, MonthLine } from '../../domain/budget/month/month.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { isWritten } from './conditional-write.ts';
import { BUDGET, MONTHS_KEPT, monthItem, monthKey, OVERDUE, secondsFromNow, withinKey } from './keys.ts';

/** In addition to `USE_STATE`, which reads and writes single items. */
export const READ_MONTHS: Grant = {
  name: 'months',
  statements: [{ actions: ['dynamodb:Query'], on: [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }] }],
};

/** A job as an item of a month has it. */
export interface CountedJob extends Candidate {
  readonly key: string;
  readonly role: Role;
  readonly base: bigint;
}

export interface Months {
  /** The sums of a month; zero for a month without jobs. */
  readonly read: (id: LineId) => Promise<MonthLine>;
  /** The running job that began first, of those that may be stopped. */
  readonly oldest: (id: LineId) => Promise<CountedJob | undefined>;
  /** The running jobs that may be stopped, the newest first. */
  readonly newestFirst: (id: LineId) => AsyncIterable<CountedJob>;
  /** All jobs with one of `roles`. */
  readonly jobs: (id: LineId, roles: readonly Role[]) => AsyncIterable<CountedJob>;
  /** Stores when the month is looked at again; false when another function has stored another time than `before`. */
  readonly lookAt: (id: LineId, at: Date, before: Date | undefined) => Promise<boolean>;
  /** Stores that the month needs no other look than that at `before`, which has come. */
  readonly looked: (id: LineId, before: Date) => Promise<void>;
  /**
   * Whether this look may stop jobs; false while another one does. The right ends after 30 seconds, should the look die.
   */
  readonly begin: (id: LineId, now: Date) => Promise<boolean>;
  /** Gives the right to stop jobs back. */
  readonly end: (id: LineId) => Promise<void>;
  /** Stores that people were told about a share. */
  readonly told: (id: LineId, what: string) => Promise<void>;
  /** Stores that the sums were compared at `now` with the running jobs, and, if so, with the ended ones. */
  readonly compared: (id: LineId, now: Date, withEnded: boolean) => Promise<void>;
  /** Adds `difference` to the sums; false when they changed after `revision` was read. */
  readonly correct: (id: LineId, revision: number, difference: Sums) => Promise<boolean>;
}

const bigint = z.pipe(
  z.string(),
  z.transform((digits) => BigInt(digits)),
);
const JobItem = z.object({
  job: z.object({ type: z.enum(BUDGETED), arn: z.string() }),
  key: z.string(),
  role: z.enum(ROLES),
  base: bigint,
  rate: bigint,
});

const expiresAt = () => secondsFromNow(MONTHS_KEPT);

/** Milliseconds. A look leaves jobs to the next one after this time. */
export const LONGEST_LOOK = 30_000;

/** Running jobs are sorted by their start. */
const placeOf = (share: Share) => ({
  pk: monthKey(share),
  sk: withinKey(`${share.role}#${share.startedAt.toISOString()}#${share.key}`),
});

/**
 * Numbers of DynamoDB have 38 digits, and a sum of lines may have 25. JavaScript's numbers are exact only up to 15, so
 * these numbers never become such.
 */
const number = (value: bigint | number): AttributeValue => ({ N: String(value) });
function whole(value: AttributeValue | undefined): bigint {
  if (value === undefined) return 0n;
  if (value.N === undefined) throw new Error('it is not a number');
  return BigInt(value.N);
}

const time = (value: AttributeValue | undefined): Date | undefined =>
  value === undefined ? undefined : new Date(Number(whole(value)));

/** The writes of `changes` of the shares of `job`. With `ifRevision`, they hold only for that revision of a line. */
export function writesOf(
  tableName: string,
  job: JobRef,
  changes: readonly ShareChange[],
  ifRevision?: { readonly id: LineId; readonly revision: number },
): TransactWriteItem[] {
  const lines = Map.groupBy(changes, (change) => monthKey(idOf(change)));
  const jobs = changes.flatMap(({ was, is }): TransactWriteItem[] => {
    const [before, after] = [was && placeOf(was), is && placeOf(is)];
    const isMoved = before !== undefined && before.sk !== after?.sk;
    return [
      ...(isMoved ? [{ Delete: { TableName: tableName, Key: marshall(before) } }] : []),
      ...(is === undefined || after === undefined
        ? []
        : [{ Put: { TableName: tableName, Item: jobItem(job, is, after) } }]),
    ];
  });
  const sums = [...lines.values()].map((ofLine): TransactWriteItem => {
    const id = idOf(ofLine[0] ?? {});
    const isGuarded = ifRevision !== undefined && monthKey(ifRevision.id) === monthKey(id);
    return {
      Update: { TableName: tableName, ...additionTo(id, sumOf(ofLine), isGuarded ? ifRevision.revision : undefined) },
    };
  });
  return [...jobs, ...sums];
}

function idOf({ was, is }: ShareChange): LineId {
  const id = is ?? was;
  if (id === undefined) throw new Error('a change of a share has no share');
  return id;
}

function jobItem(job: JobRef, { key, role, base, rate }: Share, place: ReturnType<typeof placeOf>) {
  return marshall({ ...place, job, key, role, base: String(base), rate: String(rate), expiresAt: expiresAt() });
}

/** The update that adds `sums` to a line; only to that revision, if one is given. */
const additionTo = (id: LineId, sums: Sums, ifRevision?: number) => ({
  Key: monthItem(id),
  UpdateExpression:
    'ADD #base :base, rate :rate, protectedRate :protected, stoppingRate :stopping, jobs :running, ' +
    'unpriced :unpriced, revision :one SET expiresAt = :expires',
  ...(ifRevision !== undefined && { ConditionExpression: 'revision = :revision' }),
  // `base` is a reserved word of DynamoDB.
  ExpressionAttributeNames: { '#base': 'base' },
  ExpressionAttributeValues: {
    ':base': number(sums.base),
    ':rate': number(sums.rate),
    ':protected': number(sums.protectedRate),
    ':stopping': number(sums.stoppingRate),
    ':running': number(sums.running),
    ':unpriced': number(sums.unpriced),
    ':one': number(1),
    ':expires': number(expiresAt()),
    ...(ifRevision !== undefined && { ':revision': number(ifRevision) }),
  },
});

/** The months in the table called `tableName`. */
export function monthsIn(tableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): Months {
  const update = (id: LineId, input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>): Promise<boolean> =>
    isWritten(() => client.send(new UpdateItemCommand({ TableName: tableName, Key: monthItem(id), ...input })));

  async function* jobs(id: LineId, role: Role, newestFirst: boolean, Limit?: number): AsyncIterable<CountedJob> {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :role)',
        ExpressionAttributeValues: marshall({ ':pk': monthKey(id), ':role': `${role}#` }),
        ConsistentRead: true,
        ScanIndexForward: !newestFirst,
        ...(Limit !== undefined && { Limit }),
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const read = JobItem.safeParse(unmarshall(item));
        if (!read.success) throw unreadable(monthKey(id), item['sk']?.S, tableName);
        const { rate, ...job } = read.data;
        yield { ...job, perHour: rate };
      }
    }
  }

  return {
    async read(id) {
      const command = new GetItemCommand({ TableName: tableName, Key: monthItem(id), ConsistentRead: true });
      const { Item = {} } = await client.send(command);
      try {
        return {
          base: whole(Item['base']),
          rate: whole(Item['rate']),
          protectedRate: whole(Item['protectedRate']),
          stoppingRate: whole(Item['stoppingRate']),
          running: Number(whole(Item['jobs'])),
          unpriced: Number(whole(Item['unpriced'])),
          revision: Number(whole(Item['revision'])),
          told: new Set(Item['told']?.SS ?? []),
          lookAt: time(Item['lookAt']),
          compared: { running: time(Item['runningComparedAt']), ended: time(Item['endedComparedAt']) },
        };
      } catch (error) {
        throw unreadable(monthKey(id), 'line', tableName, error);
      }
    },

    async oldest(id) {
      for await (const job of jobs(id, 'running', false, 1)) return job;
      return undefined;
    },

    // A page holds as many jobs as the limit of stops in an hour usually allows.
    newestFirst: (id) => jobs(id, 'running', true, 25),

    async *jobs(id, roles) {
      for (const role of roles) yield* jobs(id, role, false);
    },

    lookAt: (id, at, before) =>
      update(id, {
        UpdateExpression:
          'SET lookAt = :at, running = :budget, askAt = :overdue, tag = :tag, #value = :value, #month = :month',
        ConditionExpression: before === undefined ? 'attribute_not_exists(lookAt)' : 'lookAt = :before',
        ExpressionAttributeNames: { '#value': 'value', '#month': 'month' },
        ExpressionAttributeValues: marshall({
          ':at': at.getTime(),
          ':overdue': at.getTime() + OVERDUE,
          ':budget': BUDGET,
          ':tag': id.tag,
          ':value': id.value,
          ':month': id.month,
          ...(before !== undefined && { ':before': before.getTime() }),
        }),
      }),

    async looked(id, before) {
      await update(id, {
        UpdateExpression: 'REMOVE lookAt, running, askAt',
        ConditionExpression: 'lookAt = :before',
        ExpressionAttributeValues: marshall({ ':before': before.getTime() }),
      });
    },

    begin: (id, now) =>
      update(id, {
        UpdateExpression: 'SET stopsUntil = :until',
        ConditionExpression: 'attribute_not_exists(stopsUntil) OR stopsUntil < :now',
        ExpressionAttributeValues: marshall({ ':now': now.getTime(), ':until': now.getTime() + LONGEST_LOOK }),
      }),

    async end(id) {
      await update(id, { UpdateExpression: 'REMOVE stopsUntil' });
    },

    async told(id, what) {
      await update(id, {
        UpdateExpression: 'ADD told :what',
        ExpressionAttributeValues: marshall({ ':what': new Set([what]) }),
      });
    },

    async compared(id, now, withEnded) {
      await update(id, {
        UpdateExpression: `SET runningComparedAt = :now${withEnded ? ', endedComparedAt = :now' : ''}`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall({ ':now': now.getTime() }),
      });
    },

    correct: (id, revision, difference) => update(id, additionTo(id, difference, revision)),
  };
}

const unreadable = (pk: string, sk: string | undefined, tableName: string, cause?: unknown) =>
  new Error(`the item ${pk}, ${sk} of table ${tableName} cannot be read; correct or delete it`, { cause });
