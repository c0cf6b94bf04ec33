/** A running training job with a cap: it costs 1.515 USD an hour, and its tag caps it at 1.515 USD. */
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';

/** The state table of the embedded AWS. */
export const TABLE = 'ground-control-local-state';
/** The tag with which people set a cap. */
export const TAG = 'ground-control:max-cost-usd';
const MINUTE = 60_000;

/** The ARN of a job, by the word for its kind in ARNs. */
export const arnOf = (type: string, name: string) => `arn:aws:sagemaker:us-east-1:123456789012:${type}/${name}`;
export const ARN = arnOf('training-job', 'churn');
export const JOB = { type: 'training-job', arn: ARN } as const;

/** When the job began to train: ten hours ago, since functions look at the real clock. */
export const START = new Date(Math.floor(Date.now() / MINUTE) * MINUTE - 10 * 60 * MINUTE);
/** The moment `minutes` after the start. */
export const minutesIn = (minutes: number) => new Date(START.getTime() + minutes * MINUTE);
/** The same, as SageMaker writes it: epoch seconds. */
export const secondsIn = (minutes: number) => minutesIn(minutes).getTime() / 1000;

/** One instance of a type that costs 1.515 USD an hour in the Price List. */
export const ONE_INSTANCE = { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1, VolumeSizeInGB: 0 };

/** The job, with `over` instead. */
export function cappedJob(over: Partial<SimulatedResource> = {}): SimulatedResource {
  return {
    type: 'training-job',
    name: 'churn',
    arn: ARN,
    status: 'InProgress',
    secondaryStatus: 'Training',
    createdAt: minutesIn(-1),
    modifiedAt: START,
    tags: { [TAG]: '1.515', team: 'vision' },
    detail: { TrainingStartTime: secondsIn(0), ResourceConfig: ONE_INSTANCE },
    ...over,
  };
}
