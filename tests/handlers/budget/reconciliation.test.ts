import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { overdueChecksIn } from '../../../adapters/dynamodb/overdue-checks.ts';
import { localContext } from '../../../local/play/context.ts';
import { useBudgetFunction } from '../../support/budget-function.ts';
import { ARN, cappedJob, JOB, minutesIn, START, TABLE, TAG } from '../../support/capped-job.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const { check } = useBudgetFunction(aws);

/** Runs reconciliation, and takes the jobs whose budget checks it requests. */
async function reconcile(): Promise<unknown[]> {
  const { handler } = await import('../../../functions/reconciliation.ts');
  await handler({}, localContext('reconciliation', 300));
  return aws()
    .take('budget')
    .map((body) => JSON.parse(body).job);
}

/** Makes the job due for reconciliation now. */
const makeDue = () =>
  new DynamoDBClient({}).send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: marshall({ pk: `resource#training-job|${ARN}`, sk: 'state' }),
      UpdateExpression: 'SET askAt = :now',
      ExpressionAttributeValues: marshall({ ':now': 0 }),
    }),
  );

describe('reconciliation requests a budget check of a job', () => {
  it('when its schedule got lost', async () => {
    aws().sageMaker.put(cappedJob());
    await check(JOB, minutesIn(1));
    const checks = overdueChecksIn(TABLE);
    expect(await checks.list(minutesIn(30), 10)).toEqual([]);
    expect(await checks.list(minutesIn(36), 10)).toEqual([JOB]);
    aws().scheduler.schedules.clear();
    expect(await reconcile()).toContainEqual(JOB);
  });

  it('once, when people set its cap while it runs', async () => {
    const running = cappedJob({ tags: { team: 'vision' } });
    aws().sageMaker.put(running);
    const { handler } = await import('../../../functions/training-job.ts');
    await handler(
      trainingEvent({
        TrainingJobArn: ARN,
        TrainingJobName: 'churn',
        CreationTime: running.createdAt.getTime(),
        TrainingJobStatus: 'InProgress',
        SecondaryStatus: 'Training',
        TrainingStartTime: START.getTime(),
        Tags: running.tags,
      }),
      localContext('trainingJob'),
    );
    expect(aws().take('budget')).toEqual([]);
    running.tags = { [TAG]: '5' };
    await makeDue();
    expect([(await reconcile()).length, (await reconcile()).length]).toEqual([1, 0]);
  });
});
