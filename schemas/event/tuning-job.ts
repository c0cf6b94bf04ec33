/**
 * `SageMaker HyperParameter Tuning Job State Change`.
 * Source: EventBridge schema registry (aws.sagemaker@SageMakerHyperParameterTuningJobStateChange) and captured events.
 */
import * as z from 'zod/mini';
import { cluster } from './billing.ts';
import { eventOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

const COUNTERS = ['Completed', 'InProgress', 'Stopped', 'RetryableError', 'NonRetryableError'] as const;
const WORDS = {
  Completed: 'completed',
  InProgress: 'in progress',
  Stopped: 'stopped',
  RetryableError: 'failed (retryable)',
  NonRetryableError: 'failed',
} as const satisfies Record<(typeof COUNTERS)[number], string>;

const definition = z.object({ ResourceConfig: cluster });

const detail = v.mapped(
  z.object({
    HyperParameterTuningJobName: v.name,
    HyperParameterTuningJobArn: v.arn,
    HyperParameterTuningJobStatus: v.status,
    FailureReason: v.rawReason,
    CreationTime: v.instant,
    LastModifiedTime: v.instant,
    HyperParameterTuningEndTime: v.instant,
    TrainingJobDefinition: v.lenient(definition),
    TrainingJobDefinitions: v.list(definition),
    TrainingJobStatusCounters: v.part({
      Completed: v.amount,
      InProgress: v.amount,
      Stopped: v.amount,
      RetryableError: v.amount,
      NonRetryableError: v.amount,
    }),
    BestTrainingJob: v.part({
      TrainingJobName: v.text,
      FinalHyperParameterTuningJobObjectiveMetric: v.part({ MetricName: v.text, Value: v.amount }),
    }),
    Tags: v.tags,
  }),
  (job): Reading => {
    const definitions =
      job.TrainingJobDefinition === undefined ? job.TrainingJobDefinitions : [job.TrainingJobDefinition];
    return {
      type: 'tuning-job',
      name: job.HyperParameterTuningJobName,
      arn: job.HyperParameterTuningJobArn,
      status: job.HyperParameterTuningJobStatus,
      reason: job.FailureReason,
      tags: job.Tags,
      createdAt: job.CreationTime,
      modifiedAt: job.LastModifiedTime,
      startedAt: job.CreationTime,
      endedAt: job.HyperParameterTuningEndTime,
      instances: definitions.flatMap(({ ResourceConfig }) => ResourceConfig.instances),
      details: {
        'Training jobs': counters(job.TrainingJobStatusCounters),
        'Best training job': bestJob(job.BestTrainingJob),
      },
    };
  },
);

function counters(
  counts: Partial<Record<(typeof COUNTERS)[number], number | undefined>> | undefined,
): string | undefined {
  const known = COUNTERS.flatMap((counter) => {
    const count = counts?.[counter];
    return count === undefined || (count === 0 && counter !== 'Completed') ? [] : [`${count} ${WORDS[counter]}`];
  });
  return known.length === 0 ? undefined : known.join(', ');
}

interface BestJob {
  TrainingJobName?: string | undefined;
  FinalHyperParameterTuningJobObjectiveMetric?:
    | { MetricName?: string | undefined; Value?: number | undefined }
    | undefined;
}

function bestJob(best: BestJob | undefined): string | undefined {
  if (best?.TrainingJobName === undefined) return undefined;
  const { MetricName, Value } = best.FinalHyperParameterTuningJobObjectiveMetric ?? {};
  return Value === undefined ? best.TrainingJobName : `${best.TrainingJobName} (${MetricName ?? 'objective'} ${Value})`;
}

export const TuningJobStateChange = stateChangeOf(
  'tuning-job',
  eventOf('SageMaker HyperParameter Tuning Job State Change', detail),
);
