/**
 * `SageMaker Training Job State Change`.
 * Source: EventBridge schema registry (aws.sagemaker@SageMakerTrainingJobStateChange) and captured events.
 */
import * as z from 'zod/mini';
import { duration } from '../text/duration.ts';
import { formatMetric } from '../text/metric.ts';
import { cutText } from '../text/plain-text.ts';
import { cluster, notPricedBecause } from './billing.ts';
import { pauses } from './pauses.ts';
import { eventOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

/** A metric may be no number. Events then have text, since JSON has no such number; descriptions have `null`. */
const metricValue = v.mapped(z.optional(z.unknown()), (value): number | undefined => {
  if (value === null) return Number.NaN;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && METRIC.test(value) ? Number(value) : undefined;
});
const METRIC = /^(?:NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const metric = z.object({ MetricName: v.text, Value: metricValue });
const MOST_METRICS = 8;
const LONGEST_METRIC_NAME = 40;

/** The last value of each metric, by the metric definitions of the job. */
function metricsOf(metrics: readonly z.output<typeof metric>[]): string | undefined {
  const known = metrics.flatMap(({ MetricName: name, Value: value }) =>
    name === undefined || value === undefined ? [] : [`${cutText(name, LONGEST_METRIC_NAME)} ${formatMetric(value)}`],
  );
  const more = known.length - MOST_METRICS;
  return [...known.slice(0, MOST_METRICS), ...(more > 0 ? [`and ${more} more`] : [])].join(', ') || undefined;
}

/** SageMaker uploads the model of a job that completed or was stopped (API reference, StopTrainingJob). */
const modelOf = (job: {
  readonly TrainingJobStatus: string | undefined;
  readonly ModelArtifacts: { readonly S3ModelArtifacts: string | undefined } | undefined;
}): string | undefined =>
  /^(completed|stopped)$/i.test(job.TrainingJobStatus ?? '') ? job.ModelArtifacts?.S3ModelArtifacts : undefined;

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
    ModelArtifacts: v.part({ S3ModelArtifacts: v.s3Uri }),
    FinalMetricDataList: v.list(metric),
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
    outputS3Uri: modelOf(job),
    details: {
      'Managed spot': job.EnableManagedSpotTraining === true ? 'yes' : undefined,
      'Time limit': duration(job.StoppingCondition?.MaxRuntimeInSeconds),
      'Limit with waiting': duration(job.StoppingCondition?.MaxWaitTimeInSeconds),
      Checkpoints: job.CheckpointConfig?.S3Uri === undefined ? undefined : 'kept',
      'Model artifacts': modelOf(job),
      'Final metrics': metricsOf(job.FinalMetricDataList),
    },
  }),
);

export const TrainingJobStateChange = stateChangeOf(
  'training-job',
  eventOf('SageMaker Training Job State Change', detail),
);
