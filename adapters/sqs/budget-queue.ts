/** The queue of the budget function. */

import type { Booked } from '../../domain/budget/checked.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import { budgetCheckOf } from '../../schemas/message/budget-check.ts';
import type { EventReference } from '../../schemas/message/event-reference.ts';
import type { Grant } from '../grant.ts';
import { senderTo } from './send.ts';

/** Sends messages to the budget function. */
export const ASK_BUDGET: Grant = {
  name: 'request-budget-checks',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['BudgetQueue', 'Arn'] }] }],
};

export interface BudgetQueue {
  /**
   * Requests a budget check of a job after `delaySeconds`. A second request does no harm. `booked` is a place in a
   * ledger where another job's check saw this one.
   */
  readonly check: (job: JobRef, delaySeconds?: number, booked?: Booked) => Promise<void>;
  /** Hands an event of SageMaker over to the budget function. */
  readonly handOver: (reference: EventReference) => Promise<void>;
}

/** The queue at `QueueUrl`. */
export function budgetQueueAt(QueueUrl: string): BudgetQueue {
  const send = senderTo(QueueUrl);
  return {
    check: (job, delaySeconds, booked) => send(budgetCheckOf(job, booked), delaySeconds),
    handOver: (reference) => send(reference),
  };
}
