/** Training jobs that cost money, for tests of budgets. */
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { SimulatedSageMaker } from '../../local/embedded-aws/sagemaker.ts';
import { failedTraining, put, trainingArn } from './stage.ts';

/** The tag of a job with the most that it may cost, in USD. */
export const CAP = 'ground-control:max-cost-usd';

/** Starts a training job that costs a cent a second from now on, and puts the event of its start on the bus. */
export async function startPriced(
  sageMaker: SimulatedSageMaker,
  name: string,
  tags: Record<string, string>,
): Promise<SimulatedResource> {
  const now = new Date();
  const detail = {
    TrainingStartTime: now.getTime() / 1000,
    CreationTime: now.getTime() / 1000 - 60,
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
  };
  const job: SimulatedResource = {
    type: 'training-job',
    name,
    arn: trainingArn(name),
    status: 'InProgress',
    secondaryStatus: 'Training',
    createdAt: new Date(detail.CreationTime * 1000),
    modifiedAt: now,
    tags,
    detail,
  };
  sageMaker.put(job);
  const status = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' };
  await put({ ...failedTraining(name, { ...detail, ...status, Tags: tags }), resources: [job.arn] });
  return job;
}
