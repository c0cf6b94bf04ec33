/** The parts of a failed pipeline execution or tuning job that failed first. */
import {
  ListPipelineExecutionStepsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  type PipelineExecutionStep,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { type FailedPart, jobIn } from '../../domain/diagnosis/diagnosis.ts';
import { earliest } from '../../domain/diagnosis/earliest.ts';
import type { Grant } from '../grant.ts';
import { everyOf } from './arns.ts';

/** Lists the steps of executions and the training jobs of tuning jobs. */
export const LIST_FAILED_PARTS: Grant = {
  name: 'failed-parts',
  statements: [
    {
      actions: ['sagemaker:ListPipelineExecutionSteps'],
      on: [everyOf('pipeline')],
    },
  ],
};

/** The most entries in one answer (SageMaker API reference). A pipeline has at most 50 steps. */
const PAGE = 100;

/** A failed part as SageMaker lists it. Its reason may hold secrets. */
export interface ListedPart extends Omit<FailedPart, 'reason'> {
  readonly rawReason: string | undefined;
}

/** The part that failed first; absent when SageMaker lists no failed part. Throws when SageMaker refuses. */
export type FirstFailure = (
  resource: {
    readonly type: string;
    readonly name: string;
    readonly arn: string | undefined;
  },
  abortSignal: AbortSignal,
) => Promise<ListedPart | undefined>;

/** Looks up first failures, with one call each. */
export function firstFailureWith(client: SageMakerClient): FirstFailure {
  const stepOf = async (PipelineExecutionArn: string, abortSignal: AbortSignal) => {
    const command = new ListPipelineExecutionStepsCommand({ PipelineExecutionArn, MaxResults: PAGE });
    const { PipelineExecutionSteps: steps = [] } = await client.send(command, { abortSignal });
    const failed = steps.filter(({ StepStatus }) => StepStatus === 'Failed');
    return first(failed, ({ EndTime }) => EndTime);
  };

  const trainingJobOf = async (HyperParameterTuningJobName: string, abortSignal: AbortSignal) => {
    const command = new ListTrainingJobsForHyperParameterTuningJobCommand({
      HyperParameterTuningJobName,
      StatusEquals: 'Failed',
      SortBy: 'CreationTime',
      SortOrder: 'Ascending',
      MaxResults: PAGE,
    });
    const { TrainingJobSummaries: failed = [] } = await client.send(command, { abortSignal });
    return first(failed, ({ TrainingEndTime }) => TrainingEndTime);
  };

  return async ({ type, name, arn }, abortSignal) => {
    if (type === 'tuning-job') {
      const job = await trainingJobOf(name, abortSignal);
      return (
        job && {
          kind: 'training-job',
          name: job.TrainingJobName ?? 'unknown',
          job: jobIn(job.TrainingJobArn),
          rawReason: job.FailureReason,
        }
      );
    }
    const step = arn === undefined ? undefined : await stepOf(arn, abortSignal);
    return (
      step && {
        kind: 'pipeline-step',
        name: step.StepDisplayName ?? step.StepName ?? 'unknown',
        job: jobOfStep(step),
        rawReason: step.FailureReason,
      }
    );
  };
}

/** The entry that ended first. When no entry has an end, the first one. */
const first = <T>(all: readonly T[], endOf: (one: T) => Date | undefined): T | undefined =>
  earliest(all, (one) => endOf(one)?.getTime()) ?? all[0];

const jobOfStep = ({ Metadata: { TrainingJob, ProcessingJob, TransformJob } = {} }: PipelineExecutionStep) =>
  jobIn(TrainingJob?.Arn ?? ProcessingJob?.Arn ?? TransformJob?.Arn);
