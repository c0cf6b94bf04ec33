/** Budget checks that were scheduled and did not arrive. */
import { DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { JobRef } from '../../domain/budget/job.ts';
import type { LineId } from '../../domain/budget/month/line.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import { isWritten } from './conditional-write.ts';
import { BUDGET, BY_RUNNING, budgetItem, monthItem, OVERDUE } from './keys.ts';

export interface OverdueChecks {
  /** At most `most` jobs and months whose check is overdue at `now`, the most overdue first. */
  readonly list: (now: Date, most: number) => Promise<Overdue[]>;
  /** Stores that the check was requested again at `at`, so that the next run requests other checks first. */
  readonly requested: (overdue: Overdue, at: Date) => Promise<void>;
}

export type Overdue = JobRef | LineId;

const OverdueItem = z.union([
  z.object({ type: z.enum(BUDGETED), arn: z.string() }),
  z.object({ tag: z.string(), value: z.string(), month: z.string() }),
]);

/** The checks in the table called `tableName`. */
export function overdueChecksIn(tableName: string, client = new DynamoDBClient(TABLE_SETTINGS)): OverdueChecks {
  return {
    async list(now, most) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: BY_RUNNING,
          KeyConditionExpression: 'running = :budget AND askAt < :now',
          ExpressionAttributeValues: marshall({ ':budget': BUDGET, ':now': now.getTime() }),
          Limit: most,
        }),
      );
      // The sums of a month are too large for JavaScript's numbers. An unreadable item must not keep the others from being checked; the check of its own job names it.
      return Items.flatMap((item) => OverdueItem.safeParse(unmarshall(item, { wrapNumbers: true })).data ?? []);
    },

    async requested(overdue, at) {
      await isWritten(() =>
        client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: 'arn' in overdue ? budgetItem(overdue) : monthItem(overdue),
            UpdateExpression: 'SET askAt = :at',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: marshall({ ':at': at.getTime() + 3 * OVERDUE }),
          }),
        ),
      );
    },
  };
}
