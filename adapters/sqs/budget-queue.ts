/** Asks the budget function, through its queue. */

import type { Booked } from '../../domain/budget/checked.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import { budgetCheckOf } from '../../schemas/message/budget-check.ts';
import type { Grant } from '../grant.ts';
import { senderTo } from './send.ts';

export const ASK_BUDGET: Grant = {
  name: 'ask',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['BudgetQueue', 'Arn'] }] }],
};

export interface BudgetQueue {
  /** Has the function look at what a job costs. That it is asked twice does no harm. */
  readonly check: (job: JobRef, delaySeconds?: number, booked?: Booked) => Promise<void>;
  /** Has it handle an event of SageMaker's. */
  readonly handle: (event: unknown) => Promise<void>;
}

export function budgetQueueAt(QueueUrl: string): BudgetQueue {
  const send = senderTo(QueueUrl);
  return {
    check: (job, delaySeconds, booked) => send(budgetCheckOf(job, booked), delaySeconds),
    handle: send,
  };
}
