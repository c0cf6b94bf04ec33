/**
 * `SageMaker Transform Job State Change`.
 * Source: EventBridge schema registry (aws.sagemaker@SageMakerTransformJobStateChange) and captured events.
 */
import * as z from 'zod/mini';
import { cluster } from './billing.ts';
import { eventOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

const detail = v.mapped(
  z.object({
    TransformJobName: v.name,
    TransformJobArn: v.arn,
    TransformJobStatus: v.status,
    FailureReason: v.rawReason,
    ModelName: v.text,
    CreationTime: v.instant,
    LastModifiedTime: v.instant,
    TransformStartTime: v.instant,
    TransformEndTime: v.instant,
    TransformResources: cluster,
    Tags: v.tags,
  }),

  (job): Reading => ({
    type: 'transform-job',
    name: job.TransformJobName,
    arn: job.TransformJobArn,
    status: job.TransformJobStatus,
    reason: job.FailureReason,
    tags: job.Tags,
    createdAt: job.CreationTime,
    modifiedAt: job.LastModifiedTime,
    startedAt: job.TransformStartTime,
    endedAt: job.TransformEndTime,
    instances: job.TransformResources.instances,
    billing: { component: 'BatchTransform' },
    details: { Model: job.ModelName },
  }),
);

export const TransformJobStateChange = stateChangeOf(
  'transform-job',
  eventOf('SageMaker Transform Job State Change', detail),
);
