/** The logs of jobs that fail. */
import type { LocalAws } from '../../../local/embedded-aws/start.ts';
import type { Change, Life } from './life.ts';

/** CloudWatch log groups by the type of the job (SageMaker developer guide, "Log groups and streams"). */
const GROUPS: Readonly<Record<string, string>> = {
  'training-job': '/aws/sagemaker/TrainingJobs',
  'processing-job': '/aws/sagemaker/ProcessingJobs',
  'transform-job': '/aws/sagemaker/TransformJobs',
};

/** Whether a job fails by this change, and has started before, so that it has a log. */
export const hasLog = ({ type, work }: Life, { status }: Change): boolean =>
  status === 'Failed' && GROUPS[type] !== undefined && work?.to !== undefined;

/** The last line of the log of a life. No other life has it. */
export const logLineOf = ({ name }: Life): string => `BrokenData: the log of ${name} ends here`;

/** Writes the log of a job that fails. */
export function writeLog(aws: LocalAws, life: Life): void {
  const lines = ['Traceback (most recent call last):', '  File "train.py", line 3', logLineOf(life)];
  const now = Date.now();
  aws.logs.put(
    GROUPS[life.type] ?? '',
    `${life.name}/algo-1-1795143600`,
    lines.map((message, at) => ({ at: now + at, message })),
  );
}
