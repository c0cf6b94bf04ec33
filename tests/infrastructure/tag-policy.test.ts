import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';

const page = readFileSync(join(ROOT, 'docs/budgets-operate.md'), 'utf8');
const policies = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) => JSON.parse(text));
const { tags } = Configuration.parse({}).budgets;

describe('the policy in docs/budgets-operate.md', () => {
  // Service authorization reference of SageMaker: these actions have the condition key aws:TagKeys. IAM user guide: for
  // a request without tags, ForAnyValue is false.
  it('denies the budget tags, in upper and lower case, to everybody but one role', () => {
    expect(policies).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: expect.stringMatching(/^[A-Za-z0-9]+$/),
            Effect: 'Deny',
            Action: ['sagemaker:AddTags', 'sagemaker:DeleteTags', 'sagemaker:Create*'],
            Resource: '*',
            Condition: {
              'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': [...tags.maxCost, ...tags.protected] },
              ArnNotLike: { 'aws:PrincipalArn': expect.stringMatching(/^arn:aws:iam::\d{12}:role\/[\w-]+$/) },
            },
          },
        ],
      },
    ]);
  });
});
