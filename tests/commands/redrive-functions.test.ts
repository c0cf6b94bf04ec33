import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { functionsOf } from '../../commands/redrive/functions.ts';
import { describe as listed } from '../../commands/redrive/listing.ts';
import { budgetCheckOf, monthLookOf } from '../../schemas/message/budget-check.ts';

const job = { type: 'training-job', arn: 'arn:aws:sagemaker:us-east-1:123456789012:training-job/a' } as const;

it.each([
  ['a check of a job', budgetCheckOf(job), 'budget'],
  ['a look at a month', monthLookOf({ tag: 'project', value: 'churn', month: '2026-11' }), 'budget'],
  [
    'a request for a report',
    { schema: 'ground-control/team-report', version: '1.0', scheduledAt: '2026-11-16T07:00:00Z' },
    'teamReport',
  ],
])('redrive gives %s that was given up back to its function', async (_, message, by) => {
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
  expect([answer, asked]).toEqual([{ kind: 'handled', by }, [`ground-control-test-${by}`]]);
});

it('redrive lists a request for a report with its day', () => {
  const request = { schema: 'ground-control/team-report', version: '1.0', scheduledAt: '2026-11-16T07:00:00Z' };
  const lines = listed({ Attributes: { SentTimestamp: '0' } }, request);
  expect(lines).toContain('request of 2026-11-16 for a report on labeling teams');
});
