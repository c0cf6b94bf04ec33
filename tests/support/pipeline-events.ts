/** Events of a pipeline execution and of a tuning job, with their parts, as SageMaker sends them now. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EXECUTION = 'p4jn9xou8a8s';
export const OOM = 'AlgorithmError: ExecuteUserScriptError: torch.cuda.OutOfMemoryError: CUDA out of memory.';
export const NO_MODULE =
  'AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "ModuleNotFoundError: No module named \'torchvision\'"';

const envelope = (detailType: string, arn: string) => ({
  version: '0',
  id: `${arn}-${Math.random()}`,
  'detail-type': detailType,
  source: 'aws.sagemaker',
  account: '123456789012',
  time: new Date().toISOString(),
  region: 'eu-west-1',
  resources: [arn],
});
const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012';
export const TUNING = `${ARN}:hyper-parameter-tuning-job/churn-hpo`;
const EXECUTION_ARN = `${ARN}:pipeline/churn-weekly/execution/${EXECUTION}`;

interface Training {
  readonly status?: string;
  readonly reason?: string;
  readonly tuningJob?: string;
}
/** A training job that has ended. */
export function training(name: string, { status = 'Failed', reason = OOM, tuningJob }: Training = {}) {
  const arn = `${ARN}:training-job/${name}`;
  return {
    ...envelope('SageMaker Training Job State Change', arn),
    detail: {
      TrainingJobName: name,
      TrainingJobArn: arn,
      TrainingJobStatus: status,
      SecondaryStatus: status,
      ...(status === 'Failed' && { FailureReason: reason }),
      CreationTime: Date.now() - 70 * MINUTE,
      TrainingStartTime: Date.now() - 60 * MINUTE,
      TrainingEndTime: Date.now(),
      LastModifiedTime: Date.now(),
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 0 },
      ...(tuningJob !== undefined && { TuningJobArn: tuningJob }),
    },
  };
}
/** A step of the execution. */
export const step = (stepName: string, status: string, job?: string, reason?: string) => ({
  ...envelope('SageMaker Model Building Pipeline Execution Step Status Change', EXECUTION_ARN),
  detail: {
    ...(job !== undefined && { metadata: { trainingJob: { arn: `${ARN}:training-job/${job}` } } }),
    stepStartTime: new Date(Date.now() - 60 * MINUTE).toISOString(),
    ...(status !== 'Executing' && { stepEndTime: new Date().toISOString() }),
    stepName,
    stepType: job === undefined ? 'Condition' : 'Training',
    currentStepStatus: status,
    pipelineArn: `${ARN}:pipeline/churn-weekly`,
    pipelineExecutionArn: EXECUTION_ARN,
    ...(reason !== undefined && { failureReason: reason }),
  },
});
/** The execution. */
export const execution = (status: string) => ({
  ...envelope('SageMaker Model Building Pipeline Execution Status Change', EXECUTION_ARN),
  detail: {
    pipelineArn: `${ARN}:pipeline/churn-weekly`,
    pipelineExecutionArn: EXECUTION_ARN,
    currentPipelineExecutionStatus: status,
    executionStartTime: new Date(Date.now() - HOUR).toISOString(),
    ...(status !== 'Executing' && { executionEndTime: new Date().toISOString() }),
  },
});
/** The tuning job. */
export const tuning = (status: string, completed: number, failed: number) => ({
  ...envelope('SageMaker HyperParameter Tuning Job State Change', TUNING),
  detail: {
    HyperParameterTuningJobName: 'churn-hpo',
    HyperParameterTuningJobArn: TUNING,
    HyperParameterTuningJobStatus: status,
    CreationTime: Date.now() - HOUR,
    HyperParameterTuningEndTime: Date.now(),
    LastModifiedTime: Date.now(),
    TrainingJobStatusCounters: { Completed: completed, InProgress: 0, NonRetryableError: failed, Stopped: 0 },
  },
});
/** The name of the job of a step, as SageMaker gives it. */
export const inStep = (name: string) => `pipelines-${EXECUTION}-${name}-tmgxry49ug`;
