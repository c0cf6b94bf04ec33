/**
 * SageMaker Pipelines: executions and their steps.
 *
 * Real events omit fields that the registry's schemas require (`cacheHitResult`, `failureReason`, `executionEndTime`).
 * Every field is therefore optional here.
 */
import * as z from 'zod/mini';
import { eventsOf, type Reading, stateChangeOf } from './state-change.ts';
import * as v from './values.ts';

const execution = v.mapped(
  z.object({
    pipelineArn: v.arn,
    pipelineExecutionArn: v.arn,
    pipelineExecutionDisplayName: v.text,
    currentPipelineExecutionStatus: v.status,
    failureReason: v.rawReason,
    executionStartTime: v.instant,
    executionEndTime: v.instant,
    Tags: v.tags,
  }),

  (run): Reading => ({
    type: 'pipeline-execution',
    name: pipelineName(run.pipelineArn),
    arn: run.pipelineExecutionArn,
    status: run.currentPipelineExecutionStatus,
    reason: run.failureReason,
    tags: run.Tags,
    startedAt: run.executionStartTime,
    endedAt: run.executionEndTime,
    details: { Execution: run.pipelineExecutionDisplayName ?? run.pipelineExecutionArn?.split('/').at(-1) },
  }),
);

const jobOfStep = z.record(z.string(), v.part({ arn: v.arn }));

const step = v.mapped(
  z.object({
    stepName: v.name,
    stepType: v.text,
    currentStepStatus: v.status,
    failureReason: v.rawReason,
    stepStartTime: v.instant,
    stepEndTime: v.instant,
    cacheHitResult: v.part({ sourcePipelineExecutionArn: v.arn }),
    metadata: v.lenient(jobOfStep),
    pipelineArn: v.arn,
    pipelineExecutionArn: v.arn,
    Tags: v.tags,
  }),

  (run): Reading => ({
    type: 'pipeline-step',
    name: run.stepName,
    part: run.stepName,
    arn: run.pipelineExecutionArn,
    status: run.currentStepStatus,
    reason: run.failureReason,
    tags: run.Tags,
    jobArn: jobOf(run.metadata),
    within: pipelineName(run.pipelineArn),
    startedAt: run.stepStartTime,
    endedAt: run.stepEndTime,
    details: {
      Step: run.stepType === undefined ? run.stepName : `${run.stepName} (${run.stepType})`,
      Pipeline: pipelineName(run.pipelineArn),
      Execution: run.pipelineExecutionArn?.split('/').at(-1),
      Job: jobOf(run.metadata)?.split(':').at(-1),
      Cached: run.cacheHitResult === undefined ? undefined : 'yes, an earlier result was used',
    },
  }),
);

function jobOf(metadata: z.output<typeof jobOfStep> | undefined): string | undefined {
  return Object.values(metadata ?? {}).find((job) => job?.arn !== undefined)?.arn;
}

function pipelineName(arn: string | undefined): string | undefined {
  return arn?.split('/')[1];
}

export const PipelineStateChange = stateChangeOf(
  'pipeline',
  eventsOf({
    'SageMaker Model Building Pipeline Execution Status Change': execution,
    'SageMaker Model Building Pipeline Execution Step Status Change': step,
  }),
);
