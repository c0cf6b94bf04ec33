/** Plans pipeline executions, which may be retried under their ARN, and steps of executions. */
import { changeAt, envelope, type Life, type Planning } from './life.ts';

const REASON = 'Step failure: One or multiple steps failed.';
const ENDS = ['Succeeded', 'Failed', 'Stopped'] as const;
/** Milliseconds between the end of an execution and its retry. */
const BETWEEN = 1500;
const iso = (at: number) => new Date(at).toISOString();

/** An execution. One in four failed executions is retried and then succeeds. */
export function planExecution(planning: Planning): Life {
  const { random, number, span, start } = planning;
  const name = `job-${number}`;
  const arn = `arn:aws:sagemaker:eu-west-1:123456789012:pipeline/${name}/execution/e${number}`;
  const status = random.pick(ENDS);
  const begin = random.between(0, Math.max(0, span - 3 * BETWEEN));
  const end = begin + random.between(1000, 1300);
  const isRetried = status === 'Failed' && random.chance(0.25);
  const from = start + begin;
  const lastEnd = isRetried ? end + 2 * BETWEEN : end;
  const isEnd = (is: string) => is !== 'Executing';
  return {
    type: 'pipeline-execution',
    name,
    arn,
    functionName: 'pipeline',
    createdAt: from,
    team: undefined,
    work: { from, to: start + lastEnd, usdPerHour: undefined },
    reasons: { Failed: REASON },
    isListed: true,
    changes: [
      changeAt(planning, begin, 'Executing'),
      changeAt(planning, end, status),
      ...(isRetried ? [changeAt(planning, end + BETWEEN, 'Executing'), changeAt(planning, lastEnd, 'Succeeded')] : []),
    ],
    event: (change, copy) =>
      envelope(
        { name, arn },
        'SageMaker Model Building Pipeline Execution Status Change',
        start + change.at,
        `${change.at}-${copy}`,
        {
          pipelineArn: arn.replace(/\/execution\/.*/, ''),
          pipelineExecutionArn: arn,
          pipelineExecutionDisplayName: `run-${number}`,
          currentPipelineExecutionStatus: change.status,
          ...(change.status === 'Failed' && { failureReason: REASON }),
          executionStartTime: iso(from),
          ...(isEnd(change.status) && { executionEndTime: iso(start + change.at) }),
        },
      ),
    resource: (change) => ({
      type: 'pipeline-execution',
      name,
      arn,
      status: change.status,
      createdAt: new Date(from),
      modifiedAt: new Date(start + change.at),
      ...(change.status === 'Failed' && { detail: { FailureReason: REASON } }),
    }),
  };
}

/**
 * A step of an execution. SageMaker has no list of steps, so only events can tell how one ended. Half of the steps belong
 * to an execution of the story; nobody ever hears of the executions of the others.
 */
export function planStep(planning: Planning): Life {
  const { random, number, span, start } = planning;
  const name = `job-${number}`;
  const execution = number % 64 < 32 ? number - (number % 16) + 4 : number;
  const arn = `arn:aws:sagemaker:eu-west-1:123456789012:pipeline/nightly/execution/e${execution}`;
  const begin = random.between(0, span);
  const end = begin + random.between(5, 300);
  const status = random.pick(['Succeeded', 'Failed'] as const);
  const reason = 'ClientError: the step of this story is broken.';
  return {
    type: 'pipeline-step',
    name,
    arn,
    functionName: 'pipeline',
    createdAt: start + begin,
    team: undefined,
    work: { from: start + begin, to: start + end, usdPerHour: undefined },
    reasons: { Failed: reason },
    isListed: false,
    changes: [changeAt(planning, begin, 'Executing'), changeAt(planning, end, status)],
    event: (change, copy) =>
      envelope(
        { name, arn },
        'SageMaker Model Building Pipeline Execution Step Status Change',
        start + change.at,
        `${change.status}-${copy}`,
        {
          stepName: name,
          stepType: 'Training',
          currentStepStatus: change.status,
          ...(change.status === 'Failed' && { failureReason: reason }),
          stepStartTime: iso(start + begin),
          ...(change.status !== 'Executing' && { stepEndTime: iso(start + change.at) }),
          pipelineArn: arn.replace(/\/execution\/.*/, ''),
          pipelineExecutionArn: arn,
        },
      ),
    resource: () => undefined,
  };
}
