/** Budget checks that were scheduled and did not arrive. */
import { DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { JobRef } from '../../domain/budget/job.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { TABLE_SETTINGS } from '../client-settings.ts';
import { BUDGET, budgetItem, OVERDUE } from './budget-jobs.ts';
import { isWritten } from './conditional-write.ts';
import { BY_RUNNING } from './reconciliation-table.ts';

export interface OverdueChecks {
  /** At most `most` jobs whose check is overdue at `now`, the most overdue first. */
  readonly list: (now: Date, most: number) => Promise<JobRef[]>;
  /** Stores that the check was requested again at `at`, so that the next run requests other checks first. */
  readonly requested: (job: JobRef, at: Date) => Promise<void>;
}

const Overdue = z.object({ type: z.enum(BUDGETED), arn: z.string() });

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
      // An unreadable item must not keep the others from being checked; the check of its own job names it.
      return Items.flatMap((item) => Overdue.safeParse(unmarshall(item)).data ?? []);
    },

    async requested(job, at) {
      await isWritten(() =>
        client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: budgetItem(job),
            UpdateExpression: 'SET askAt = :at',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: marshall({ ':at': at.getTime() + 3 * OVERDUE }),
          }),
        ),
      );
    },
  };
}
