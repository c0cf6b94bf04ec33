/**
 * Plays a month in which a project spends its budget, with the production functions on the embedded AWS. Two jobs run.
 * When the rest of the month lasts less than half an hour, Ground Control stops the newest one, so that the other goes on.
 */
import { decide } from '../../domain/decide.ts';
import { budgetFunction } from '../../functions/budget.ts';
import { buildCostServices } from '../../handlers/cost/services.ts';
import { handlerOf } from '../../handlers/event.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';
import type { SimulatedResource } from '../embedded-aws/resource.ts';
import type { LocalAws } from '../embedded-aws/start.ts';
import { localContext } from '../play/context.ts';
import type { PlayedClock } from '../play/history/clock.ts';
import { type Moment, withoutBreaker } from './moment.ts';
import { MONTH_USD } from './money.ts';
import { onLocalAws } from './on-local-aws.ts';

const HOUR = 3_600_000;
const PROJECT = 'churn';
/** So many checks show all there is to see. */
const MOST_CHECKS = 60;

/**
 * Plays the story with the budgets of `configuration`, enforced, and with a monthly budget of `MONTH_USD` for the project.
 * Calls `show` after each step.
 */
export async function tellMonthStory(configuration: Configuration, show: (moment: Moment) => void): Promise<void> {
  const monthly = { project: { [PROJECT]: MONTH_USD } };
  const { budgets } = configuration;
  const changed = {
    ...withoutBreaker(configuration),
    budgets: { ...budgets, mode: 'enforce' as const, caps: {}, monthly, warnAt: [50, 80] },
  };
  const today = new Date();
  // In the middle of a month, so that the story does not cross its end.
  const start = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 10, 9);
  await onLocalAws(changed, start, (aws, clock) => tell(aws, clock, show));
}

async function tell(aws: LocalAws, clock: PlayedClock, show: (moment: Moment) => void): Promise<void> {
  const budget = budgetFunction(() => new Date());
  const trainingJob = handlerOf(TrainingJobStateChange, decide, buildCostServices);
  const ask = (body: string) => budget({ Records: [{ body }] }, localContext('budget', 60));
  const moment = async (what: string, act: () => Promise<unknown>, event?: unknown) => {
    aws.clear();
    await act();
    for (const body of aws.take('budget')) await ask(body);
    const { publications, calls } = aws;
    // Most checks only look.
    if (event === undefined && publications.length === 0) return;
    show({ at: new Date(), what, event, publications: [...publications], calls: [...calls] });
  };
  const start = async (name: string, what: string) => {
    const job = jobCalled(name, new Date());
    aws.sageMaker.put(job);
    const event = eventOf(job);
    await moment(what, () => trainingJob(event, localContext('trainingJob')), event);
  };

  const began = Date.now();
  await start('churn-night', `A job of the project ${PROJECT} starts. The project has $${MONTH_USD} a month`);
  clock.moveTo(began + HOUR);
  await start('churn-sweep', 'An hour later, a second job of the project starts');
  for (let checks = 0; checks < MOST_CHECKS && aws.sageMaker.stopped.length === 0; checks++) {
    const [next] = [...aws.scheduler.schedules.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
    if (next === undefined) return;
    clock.moveTo(next.at.getTime());
    await moment('A schedule fires, and the budget function looks at the month', async () => {
      for (const { input } of aws.scheduler.take(next.at)) await ask(input);
    });
  }
}

function jobCalled(name: string, at: Date): SimulatedResource {
  return {
    type: 'training-job',
    name,
    arn: `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`,
    status: 'InProgress',
    secondaryStatus: 'Training',
    createdAt: at,
    modifiedAt: at,
    tags: { owner: 'maria', team: 'growth', project: PROJECT },
    detail: {
      TrainingJobName: name,
      TrainingStartTime: at.getTime() / 1000,
      ResourceConfig: { InstanceType: 'ml.g5.12xlarge', InstanceCount: 1, VolumeSizeInGB: 0 },
      StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
      CheckpointConfig: { S3Uri: 's3://amzn-s3-demo-bucket/checkpoints' },
    },
  };
}

const eventOf = ({ name, arn, createdAt, tags, detail }: SimulatedResource): object => ({
  version: '0',
  id: name,
  'detail-type': 'SageMaker Training Job State Change',
  source: 'aws.sagemaker',
  account: '123456789012',
  time: createdAt.toISOString(),
  region: 'us-east-1',
  resources: [arn],
  detail: {
    ...detail,
    TrainingJobArn: arn,
    TrainingJobStatus: 'InProgress',
    SecondaryStatus: 'Training',
    CreationTime: createdAt.getTime(),
    TrainingStartTime: createdAt.getTime(),
    LastModifiedTime: createdAt.getTime(),
    Tags: tags,
  },
});
