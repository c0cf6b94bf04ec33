/**
 * `SageMaker Processing Job State Change`.
 * Source: documented sample of an AWS integration test; field names as in DescribeProcessingJob.
 */
import * as z from 'zod/mini';
import { duration } from '../text/duration.ts';
import { cluster } from './billing.ts';
import { eventOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

const detail = v.mapped(
  z.object({
    ProcessingJobName: v.name,
    ProcessingJobArn: v.arn,
    ProcessingJobStatus: v.status,
    FailureReason: v.rawReason,
    /** What the user's container wrote to `/opt/ml/output/message`; often the only useful part of the reason. */
    ExitMessage: v.rawReason,
    CreationTime: v.instant,
    LastModifiedTime: v.instant,
    ProcessingStartTime: v.instant,
    ProcessingEndTime: v.instant,
    ProcessingResources: v.lenient(z.object({ ClusterConfig: cluster })),
    StoppingCondition: v.part({ MaxRuntimeInSeconds: v.quantity }),
    Tags: v.tags,
  }),

  (job): Reading => ({
    type: 'processing-job',
    name: job.ProcessingJobName,
    arn: job.ProcessingJobArn,
    status: job.ProcessingJobStatus,
    reason: [job.FailureReason, job.ExitMessage].filter((words) => words !== undefined).join(' - ') || undefined,
    tags: job.Tags,
    createdAt: job.CreationTime,
    modifiedAt: job.LastModifiedTime,
    startedAt: job.ProcessingStartTime,
    endedAt: job.ProcessingEndTime,
    instances: job.ProcessingResources?.ClusterConfig.instances ?? [],
    billing: {
      component: 'Processing',
      volumeGb: job.ProcessingResources?.ClusterConfig.volumeGb,
      limitSeconds: job.StoppingCondition?.MaxRuntimeInSeconds,
    },
    details: { 'Time limit': duration(job.StoppingCondition?.MaxRuntimeInSeconds) },
  }),
);

export const ProcessingJobStateChange = stateChangeOf(
  'processing-job',
  eventOf('SageMaker Processing Job State Change', detail),
);
