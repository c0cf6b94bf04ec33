/**
 * Plays a nightly pipeline whose training step fails. Its job and its step wait for the end of the execution, whose one
 * alert tells of them.
 */
import { GROUPS } from '../../domain/alert/filter-policy.ts';
import { decide } from '../../domain/decide.ts';
import { buildPipelineServices } from '../../handlers/diagnosis/hand-over.ts';
import { diagnosisHandler } from '../../handlers/diagnosis/handler.ts';
import { buildDiagnosisServices } from '../../handlers/diagnosis/services.ts';
import { handlerOf } from '../../handlers/event.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { PipelineStateChange } from '../../schemas/event/pipeline.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';
import type { SimulatedResource } from '../embedded-aws/resource.ts';
import { besideOf, storeBeside } from '../play/beside.ts';
import { localContext } from '../play/context.ts';
import { type Moment, withoutBreaker } from './moment.ts';
import { onLocalAws } from './on-local-aws.ts';
import { samplePath } from './samples.ts';

const MINUTE = 60_000;
const ARN = 'arn:aws:sagemaker:us-east-1:123456789012';
const EXECUTION = `${ARN}:pipeline/churn-nightly/execution/p4jn9xou8a8s`;
const REASON = 'AlgorithmError: ExecuteUserScriptError: torch.OutOfMemoryError: CUDA out of memory.';
const jobOf = (step: string) => `pipelines-p4jn9xou8a8s-${step}-tmgxry49ug`;

/** Plays the story with the subscribers of `configuration`. Calls `show` after each step. */
export async function tellPipelineStory(configuration: Configuration, show: (moment: Moment) => void): Promise<void> {
  const { delivery, alerts } = configuration;
  const changed: Configuration = {
    ...withoutBreaker({ ...configuration, delivery: { ...delivery, collapse: true } }),
    alerts: { ...alerts, pipeline: ['failed', 'completed'], 'training-job': ['failed'] },
  };
  await onLocalAws(changed, Date.now(), async (aws, clock) => {
    const trainingJob = handlerOf(TrainingJobStateChange, decide);
    const pipeline = handlerOf(PipelineStateChange, decide, buildPipelineServices);
    const diagnosis = diagnosisHandler(BUDGETED_JOBS, PipelineStateChange, decide, buildDiagnosisServices);
    const start = Date.now();
    for (const { after, what, isJob = false, event } of EVENTS) {
      const at = new Date(start + after * MINUTE);
      clock.moveTo(at.getTime());
      const sent = event(at);
      aws.sageMaker.put(executionAt(at));
      if (isJob) {
        aws.sageMaker.put(failedJobAt(at));
        storeBeside(aws, sent, LOG);
      }
      aws.clear();
      if (isJob) await trainingJob(sent, localContext('trainingJob'));
      else await pipeline(sent, localContext('pipeline'));
      for (const body of aws.take('diagnosis')) await diagnosis({ Records: [{ body }] }, localContext('diagnosis'));
      const publications = aws.publications.filter(({ attributes }) => (attributes.get(GROUPS) ?? '[]') !== '[]');
      if (what !== undefined) show({ at, what, event: sent, publications, calls: [...aws.calls] });
    }
  });
}

/** The events: minutes after the first one, and what the story says about it. */
const EVENTS: readonly {
  readonly after: number;
  readonly what?: string;
  readonly isJob?: boolean;
  readonly event: (at: Date) => object;
}[] = [
  { after: 0, isJob: true, event: (at) => training('Prepare', 'Completed', at) },
  { after: 0, event: (at) => step('Prepare', 'Succeeded', at) },
  {
    after: 40,
    isJob: true,
    what: 'The job of the step Train fails. Subscribers hear of it when the execution ends; your own queues at once.',
    event: (at) => training('Train', 'Failed', at),
  },
  { after: 40, event: (at) => step('Train', 'Failed', at) },
  { after: 41, what: 'The execution fails. One alert tells of it all.', event: (at) => execution('Failed', at) },
];

const envelope = (detailType: string, arn: string, at: Date) => ({
  version: '0',
  id: `${detailType}-${arn}-${at.getTime()}`,
  'detail-type': detailType,
  source: 'aws.sagemaker',
  account: '123456789012',
  time: at.toISOString(),
  region: 'us-east-1',
  resources: [arn],
});

function training(stepName: string, status: 'Completed' | 'Failed', at: Date): object {
  const name = jobOf(stepName);
  const arn = `${ARN}:training-job/${name}`;
  return {
    ...envelope('SageMaker Training Job State Change', arn, at),
    detail: {
      TrainingJobName: name,
      TrainingJobArn: arn,
      TrainingJobStatus: status,
      SecondaryStatus: status,
      ...(status === 'Failed' && { FailureReason: REASON }),
      CreationTime: at.getTime() - 35 * MINUTE,
      TrainingStartTime: at.getTime() - 30 * MINUTE,
      TrainingEndTime: at.getTime(),
      LastModifiedTime: at.getTime(),
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1, VolumeSizeInGB: 0 },
      Tags: { team: 'vision' },
    },
  };
}

const step = (stepName: string, status: 'Succeeded' | 'Failed', at: Date): object => ({
  ...envelope('SageMaker Model Building Pipeline Execution Step Status Change', EXECUTION, at),
  detail: {
    metadata: { trainingJob: { arn: `${ARN}:training-job/${jobOf(stepName)}` } },
    stepStartTime: new Date(at.getTime() - 35 * MINUTE).toISOString(),
    stepEndTime: at.toISOString(),
    stepName,
    stepType: 'Training',
    currentStepStatus: status,
    ...(status === 'Failed' && { failureReason: REASON }),
    pipelineArn: `${ARN}:pipeline/churn-nightly`,
    pipelineExecutionArn: EXECUTION,
  },
});

/** The end of the log of a job. */
const LOG = besideOf(samplePath('training-job/failed.json'));

/** The job of the step Train, as SageMaker describes it. */
const failedJobAt = (at: Date): SimulatedResource => ({
  type: 'training-job',
  name: jobOf('Train'),
  arn: `${ARN}:training-job/${jobOf('Train')}`,
  status: 'Failed',
  createdAt: new Date(at.getTime() - 35 * MINUTE),
  modifiedAt: at,
  detail: { TrainingEndTime: at.getTime() / 1000, FailureReason: REASON },
});

/** The execution with its steps, as SageMaker describes it when the last of them has failed. */
const executionAt = (at: Date): SimulatedResource => ({
  type: 'pipeline-execution',
  name: 'p4jn9xou8a8s',
  arn: EXECUTION,
  status: 'Failed',
  createdAt: new Date(at.getTime() - 80 * MINUTE),
  modifiedAt: at,
  steps: [
    {
      StepName: 'Train',
      StepStatus: 'Failed',
      EndTime: at.getTime() / 1000,
      FailureReason: REASON,
      Metadata: { TrainingJob: { Arn: `${ARN}:training-job/${jobOf('Train')}` } },
    },
    { StepName: 'Prepare', StepStatus: 'Succeeded', EndTime: at.getTime() / 1000 - 2400 },
  ],
});

const execution = (status: 'Failed', at: Date): object => ({
  ...envelope('SageMaker Model Building Pipeline Execution Status Change', EXECUTION, at),
  detail: {
    pipelineArn: `${ARN}:pipeline/churn-nightly`,
    pipelineExecutionArn: EXECUTION,
    currentPipelineExecutionStatus: status,
    failureReason: 'Step failure: One or multiple steps failed.',
    executionStartTime: new Date(at.getTime() - 80 * MINUTE).toISOString(),
    executionEndTime: at.toISOString(),
    Tags: { team: 'vision' },
  },
});
