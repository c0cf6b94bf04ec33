/** Jobs that ran in the last days, in the simulated SageMaker. */
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const NOW = new Date();

const PATHS = {
  'training-job': 'training-job',
  'tuning-job': 'hyper-parameter-tuning-job',
  'processing-job': 'processing-job',
  'transform-job': 'transform-job',
} as const satisfies Record<Budgeted, string>;

export const arnOf = (type: Budgeted, name: string) =>
  `arn:aws:sagemaker:us-east-1:123456789012:${PATHS[type]}/${name}`;

interface PastJobOptions {
  readonly status?: string;
  /** Milliseconds before `NOW`. By default, a job ran for an hour and ended a day ago. */
  readonly startedAgo?: number;
  /** `undefined`: the job runs. */
  readonly endedAgo?: number | undefined;
  readonly modifiedAgo?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly detail?: object;
}

const ago = (milliseconds: number) => new Date(Math.floor(NOW.getTime() - milliseconds));

/** A job on one `ml.g5.2xlarge`, whose price for training in us-east-1 is 1.515 USD per hour. */
export function job(type: Budgeted, name: string, options: PastJobOptions): SimulatedResource {
  const endedAgo = 'endedAgo' in options ? options.endedAgo : DAY;
  const { startedAgo = (endedAgo ?? 0) + HOUR, tags = {}, detail = {} } = options;
  const status = options.status ?? (endedAgo === undefined ? 'InProgress' : 'Completed');
  const seconds = (milliseconds: number) => ago(milliseconds).getTime() / 1000;
  const machine = { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 };
  const times = (prefix: string) => ({
    [`${prefix}StartTime`]: seconds(startedAgo),
    ...(endedAgo !== undefined && { [`${prefix}EndTime`]: seconds(endedAgo) }),
  });
  const own = {
    'training-job': { ...times('Training'), ResourceConfig: machine },
    'tuning-job': endedAgo === undefined ? {} : { HyperParameterTuningEndTime: seconds(endedAgo) },
    'processing-job': { ...times('Processing'), ProcessingResources: { ClusterConfig: machine } },
    'transform-job': { ...times('Transform'), TransformResources: machine },
  }[type];
  return {
    type,
    name,
    arn: arnOf(type, name),
    status,
    ...(type === 'training-job' && { secondaryStatus: status === 'InProgress' ? 'Training' : status }),
    createdAt: ago(startedAgo),
    modifiedAt: ago(options.modifiedAgo ?? endedAgo ?? startedAgo),
    tags,
    detail: { ...own, ...detail },
  };
}
