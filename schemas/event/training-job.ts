/**
 * `SageMaker Training Job State Change`.
 * Source: EventBridge schema registry (aws.sagemaker@SageMakerTrainingJobStateChange) and captured events.
 */
import * as z from 'zod/mini';
import { duration } from '../text/duration.ts';
import { cluster, notPricedBecause } from './billing.ts';
import { pauses } from './pauses.ts';
import { eventOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

const detail = v.mapped(
  z.object({
    TrainingJobName: v.name,
    TrainingJobArn: v.arn,
    TrainingJobStatus: v.status,
    SecondaryStatus: v.status,
    FailureReason: v.rawReason,
    TuningJobArn: v.arn,
    CreationTime: v.instant,
    LastModifiedTime: v.instant,
    TrainingStartTime: v.instant,
    TrainingEndTime: v.instant,
    ResourceConfig: cluster,
    EnableManagedSpotTraining: v.flag,
    StoppingCondition: v.part({ MaxRuntimeInSeconds: v.quantity, MaxWaitTimeInSeconds: v.quantity }),
    CheckpointConfig: v.part({ S3Uri: v.text }),
    TrainingTimeInSeconds: v.quantity,
    BillableTimeInSeconds: v.quantity,
    WarmPoolStatus: v.part({ Status: v.text, ResourceRetainedBillableTimeInSeconds: v.quantity }),
    SecondaryStatusTransitions: pauses,
    ServerlessJobConfig: v.part({}),
    Tags: v.tags,
  }),

  (job): Reading => ({
    type: 'training-job',
    name: job.TrainingJobName,
    arn: job.TrainingJobArn,
    status: job.TrainingJobStatus,
    secondaryStatus: job.SecondaryStatus,
    reason: job.FailureReason,
    tags: job.Tags,
    createdAt: job.CreationTime,
    modifiedAt: job.LastModifiedTime,
    startedAt: job.TrainingStartTime,
    endedAt: job.TrainingEndTime,
    instances: job.ResourceConfig.instances,
    billing: {
      component: 'Training',
      volumeGb: job.ResourceConfig.volumeGb,
      spot: job.EnableManagedSpotTraining,
      trainedSeconds: job.TrainingTimeInSeconds,
      billableSeconds: job.BillableTimeInSeconds,
      keepAliveSeconds: job.ResourceConfig.keepAliveSeconds,
      poolStatus: job.WarmPoolStatus?.Status,
      retainedSeconds: job.WarmPoolStatus?.ResourceRetainedBillableTimeInSeconds,
      pauses: job.SecondaryStatusTransitions,
      notPriced: notPricedBecause(job.ServerlessJobConfig, job.ResourceConfig.trainingPlan),
      limitSeconds: job.StoppingCondition?.MaxRuntimeInSeconds,
      checkpoints: job.CheckpointConfig?.S3Uri !== undefined,
    },
    parentArn: job.TuningJobArn,
    details: {
      'Managed spot': job.EnableManagedSpotTraining === true ? 'yes' : undefined,
      'Time limit': duration(job.StoppingCondition?.MaxRuntimeInSeconds),
      'Limit with waiting': duration(job.StoppingCondition?.MaxWaitTimeInSeconds),
      Checkpoints: job.CheckpointConfig?.S3Uri === undefined ? undefined : 'kept',
    },
  }),
);

export const TrainingJobStateChange = stateChangeOf(
  'training-job',
  eventOf('SageMaker Training Job State Change', detail),
);
