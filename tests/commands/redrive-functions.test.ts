import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { functionsOf } from '../../commands/redrive/functions.ts';
import { budgetCheckOf, monthLookOf } from '../../schemas/message/budget-check.ts';

const job = { type: 'training-job', arn: 'arn:aws:sagemaker:us-east-1:123456789012:training-job/a' } as const;

it.each([
  ['a check of a job', budgetCheckOf(job)],
  ['a look at a month', monthLookOf({ tag: 'project', value: 'churn', month: '2026-11' })],
])('redrive gives %s that was given up back to the budget function', async (_, message) => {
  const lambda = new LambdaClient({});
  const asked: unknown[] = [];
  lambda.middlewareStack.add(
    () =>
      ({ input }) => {
        asked.push('FunctionName' in input ? input.FunctionName : undefined);
        return Promise.resolve({ output: { $metadata: {} }, response: undefined });
      },
    { step: 'initialize', priority: 'high' },
  );
  const answer = await functionsOf(lambda, 'test')(message, JSON.stringify(message));
  expect([answer, asked]).toEqual([{ kind: 'handled', by: 'budget' }, ['ground-control-test-budget']]);
});
