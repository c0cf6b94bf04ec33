/**
 * `SageMaker Ground Truth Labeling Job State Change` and `… Labeling Job Task Status Change`.
 *
 * The job event contains only the status; the job's name is in `resources`. The task event is kebab-case and names
 * neither the worker nor the object. Source: developer guide sms-monitor-cloud-watch; schema registry.
 */
import * as z from 'zod/mini';
import { eventsOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

const job = v.mapped(
  z.object({
    LabelingJobStatus: v.status,
    // Events do not have the following fields: `DescribeLabelingJob` has.
    LabelingJobName: v.name,
    LabelingJobArn: v.arn,
    FailureReason: v.rawReason,
    CreationTime: v.instant,
    LastModifiedTime: v.instant,
    Tags: v.tags,
  }),

  (detail): Reading => ({
    type: 'labeling-job',
    name: detail.LabelingJobName,
    arn: detail.LabelingJobArn,
    status: detail.LabelingJobStatus,
    reason: detail.FailureReason,
    tags: detail.Tags,
    createdAt: detail.CreationTime,
    startedAt: detail.CreationTime,
    modifiedAt: detail.LastModifiedTime,
    endedAt: /^(?:completed|failed|stopped)$/i.test(detail.LabelingJobStatus ?? '')
      ? detail.LastModifiedTime
      : undefined,
  }),
);

const task = v.mapped(
  z.object({ State: v.status, 'labeling-job-arn': v.arn, 'workteam-team-arn': v.arn }),

  (detail): Reading => ({
    type: 'labeling-task',
    arn: detail['labeling-job-arn'],
    status: detail.State,
    details: { 'Work team': detail['workteam-team-arn']?.split('/').at(-1) },
  }),
);

export const LabelingJobStateChange = stateChangeOf(
  'labeling-job',
  eventsOf({
    'SageMaker Ground Truth Labeling Job State Change': job,
    'SageMaker Ground Truth Labeling Job Task Status Change': task,
  }),
);
