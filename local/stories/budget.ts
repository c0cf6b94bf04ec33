/**
 * Plays a job that spends its budget, with the production functions on the embedded AWS.
 *
 * The job starts now. The story has its own clock, which jumps to the next schedule that the budget function has
 * created.
 */
import { decide } from '../../domain/decide.ts';
import { budgetFunction } from '../../functions/budget.ts';
import { buildCostServices } from '../../handlers/cost/services.ts';
import { handlerOf } from '../../handlers/event.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import { localContext } from '../play/context.ts';
import { type Moment, withoutBreaker } from './moment.ts';

const NAME = 'forgotten-overnight';
const ARN = `arn:aws:sagemaker:us-east-1:123456789012:training-job/${NAME}`;
/** Three hours of two `ml.g5.2xlarge` at 1.515 USD an hour. */
const CAP_USD = '9.09';
const TAGS = { 'ground-control:max-cost-usd': CAP_USD, owner: 'maria', team: 'vision', project: 'churn' };
const MINUTE = 60_000;
/** SageMaker gives a container two minutes to end and then uploads its output. Milliseconds. */
const ENDING = 3 * MINUTE;

/** Plays the story with the budgets of `configuration`, enforced whatever their mode. Calls `show` after each step. */
export async function tellBudgetStory(configuration: Configuration, show: (moment: Moment) => void): Promise<void> {
  const budgets = { ...configuration.budgets, mode: 'enforce' } as const;
  const aws = await startLocalAws({ ...withoutBreaker(configuration), budgets });
  try {
    await tell(aws, show);
  } finally {
    await aws.stop();
  }
}

async function tell(aws: LocalAws, show: (moment: Moment) => void): Promise<void> {
  const start = new Date();
  let now = start;
  const budget = budgetFunction(() => now);
  const trainingJob = handlerOf(TrainingJobStateChange, decide, buildCostServices);
  const detail = {
    TrainingJobName: NAME,
    TrainingJobArn: ARN,
    CreationTime: start.getTime() - 4 * MINUTE,
    TrainingStartTime: start.getTime(),
    ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 2, VolumeSizeInGB: 100 },
    StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
    CheckpointConfig: { S3Uri: 's3://bucket/checkpoints' },
  };
  const job = {
    type: 'training-job',
    name: NAME,
    arn: ARN,
    status: 'InProgress',
    secondaryStatus: 'Training',
    createdAt: new Date(detail.CreationTime),
    modifiedAt: start,
    tags: TAGS,
    detail: { ...detail, CreationTime: detail.CreationTime / 1000, TrainingStartTime: start.getTime() / 1000 },
  } as const;
  aws.sageMaker.put({ ...job });

  const moment = async (what: string, act: () => Promise<unknown>) => {
    aws.clear();
    await act();
    for (const body of aws.take('budget')) await ask(body);
    show({ at: now, what, publications: [...aws.publications], calls: [...aws.calls] });
  };
  const ask = (body: string) => budget({ Records: [{ body }] }, localContext('budget', 60));
  const event = (more: object) => ({
    'detail-type': 'SageMaker Training Job State Change',
    source: 'aws.sagemaker',
    id: crypto.randomUUID(),
    time: now.toISOString(),
    region: 'us-east-1',
    resources: [ARN],
    detail: { ...detail, Tags: TAGS, ...more },
  });

  await moment('The job starts. Its tag sets a cap', () =>
    trainingJob(event({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' }), localContext('trainingJob')),
  );
  for (let stopped = false; !stopped; ) {
    const next = [...aws.scheduler.schedules.values()].sort((a, b) => a.at.getTime() - b.at.getTime())[0];
    if (next === undefined) return;
    now = next.at;
    await moment('A schedule fires', async () => {
      for (const { input } of aws.scheduler.take(now)) await ask(input);
    });
    stopped = aws.sageMaker.resources.get(ARN)?.status !== 'InProgress';
  }
  now = new Date(now.getTime() + ENDING);
  const ended = { status: 'Stopped', secondaryStatus: 'Stopped', modifiedAt: now };
  aws.sageMaker.put({ ...job, ...ended, detail: { ...job.detail, TrainingEndTime: now.getTime() / 1000 } });
  await moment('SageMaker has stopped the job', () =>
    trainingJob(
      event({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped', TrainingEndTime: now.getTime() }),
      localContext('trainingJob'),
    ),
  );
}
