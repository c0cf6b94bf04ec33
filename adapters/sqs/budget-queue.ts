/** The queue of the budget function. */

import type { CheckBudgetAction } from '../../domain/action.ts';
import type { LineId } from '../../domain/budget/month/line.ts';
import { budgetCheckOf, monthLookOf } from '../../schemas/message/budget-check.ts';
import type { EventReference } from '../../schemas/message/event-reference.ts';
import type { Grant } from '../grant.ts';
import { senderTo } from './send.ts';

/** Sends messages to the budget function. */
export const ASK_BUDGET: Grant = {
  name: 'request-budget-checks',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['BudgetQueue', 'Arn'] }] }],
};

export interface BudgetQueue {
  /** Requests a budget check. A second request does no harm. */
  readonly check: (action: Pick<CheckBudgetAction, 'job' | 'delaySeconds'>) => Promise<void>;
  /** Requests a look at a month of a budget. */
  readonly look: (id: LineId) => Promise<void>;
  /** Hands an event of SageMaker over to the budget function. */
  readonly handOver: (reference: EventReference) => Promise<void>;
}

/** The queue at `QueueUrl`. */
export function budgetQueueAt(QueueUrl: string): BudgetQueue {
  const send = senderTo(QueueUrl);
  return {
    check: ({ job, delaySeconds }) => {
      const dueAt = delaySeconds === 0 ? undefined : Date.now() + delaySeconds * 1000;
      return send(budgetCheckOf(job, dueAt), delaySeconds);
    },
    look: (id) => send(monthLookOf(id)),
    handOver: (reference) => send(reference),
  };
}
