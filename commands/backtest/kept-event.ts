/**
 * The part of a job's description that `backtest` and `replay` need. Everything else stays in SageMaker:
 * hyperparameters, environment, arguments, images, roles, networks, input and output data.
 */
import * as z from 'zod';
import type { DescribedEvent } from '../../adapters/sagemaker/describe.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';

// Objects of these schemas keep only the fields that they name, and a field keeps no objects.
const value = z.union([z.string(), z.number(), z.boolean()]).optional().catch(undefined);
const part = <T extends z.ZodRawShape>(shape: T) => z.object(shape).optional().catch(undefined);
const list = <T extends z.ZodRawShape>(shape: T) => z.array(z.object(shape)).optional().catch(undefined);

const group = { InstanceType: value, InstanceCount: value };
const cluster = part({
  ...group,
  InstanceGroups: list(group),
  SelectedInstanceType: value,
  SelectedInstanceCount: value,
  VolumeSizeInGB: value,
  TrainingPlanArn: value,
});
const common = { CreationTime: value, LastModifiedTime: value, Tags: list({ Key: value, Value: value }) };
const limit = part({ MaxRuntimeInSeconds: value, MaxWaitTimeInSeconds: value });

/** The fields of `detail` that costs and budgets depend on, without words of other people: those are in `reason`. */
const DETAILS = {
  'training-job': z.object({
    ...common,
    TrainingJobName: value,
    TrainingJobArn: value,
    TrainingJobStatus: value,
    SecondaryStatus: value,
    TuningJobArn: value,
    TrainingStartTime: value,
    TrainingEndTime: value,
    ResourceConfig: cluster,
    EnableManagedSpotTraining: value,
    StoppingCondition: limit,
    // That there are checkpoints matters, not where.
    CheckpointConfig: part({ S3Uri: z.string().transform(() => 's3://left-out') }),
    TrainingTimeInSeconds: value,
    BillableTimeInSeconds: value,
    WarmPoolStatus: part({ ResourceRetainedBillableTimeInSeconds: value }),
    SecondaryStatusTransitions: list({ Status: value, StartTime: value, EndTime: value }),
    ServerlessJobConfig: part({}),
  }),
  'tuning-job': z.object({
    ...common,
    HyperParameterTuningJobName: value,
    HyperParameterTuningJobArn: value,
    HyperParameterTuningJobStatus: value,
    HyperParameterTuningEndTime: value,
    TrainingJobDefinition: part({ ResourceConfig: cluster }),
    TrainingJobDefinitions: list({ ResourceConfig: cluster }),
    TrainingJobStatusCounters: part({
      Completed: value,
      InProgress: value,
      Stopped: value,
      RetryableError: value,
      NonRetryableError: value,
    }),
    BestTrainingJob: part({
      TrainingJobName: value,
      FinalHyperParameterTuningJobObjectiveMetric: part({ MetricName: value, Value: value }),
    }),
  }),
  'processing-job': z.object({
    ...common,
    ProcessingJobName: value,
    ProcessingJobArn: value,
    ProcessingJobStatus: value,
    ProcessingStartTime: value,
    ProcessingEndTime: value,
    ProcessingResources: part({ ClusterConfig: cluster }),
    StoppingCondition: limit,
  }),
  'transform-job': z.object({
    ...common,
    TransformJobName: value,
    TransformJobArn: value,
    TransformJobStatus: value,
    ModelName: value,
    TransformStartTime: value,
    TransformEndTime: value,
    TransformResources: cluster,
  }),
} as const satisfies Record<Budgeted, z.ZodType>;

/** An event as SageMaker would have sent it, with only the fields that the schemas read. */
export const KeptEvent = z.object({
  version: z.literal('0'),
  'detail-type': z.string(),
  source: z.literal('aws.sagemaker'),
  account: z.string().optional(),
  region: z.string().optional(),
  time: z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});
export type KeptEvent = z.output<typeof KeptEvent>;

/**
 * What is kept of `event`. The reason of a failure is kept as alerts show it: without command lines, and without the
 * values of hyperparameters and environment. Throws if `event` is not of a job of this type.
 */
export function keptEvent(type: Budgeted, event: Omit<DescribedEvent, 'hasTags'>): KeptEvent {
  const { reason, account, region } = BUDGETED_JOBS[type].parse(event);
  return {
    version: '0',
    'detail-type': event['detail-type'],
    source: 'aws.sagemaker',
    account,
    region,
    time: event.time,
    resources: [...event.resources],
    detail: { ...DETAILS[type].parse(event.detail), ...(reason !== undefined && { FailureReason: reason }) },
  };
}
