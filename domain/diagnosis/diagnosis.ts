/**
 * What explains a failure in addition to its event: the end of a log, and the part of a resource that failed first.
 * Only the function `diagnosis` looks it up, so events of failures are handed over to it.
 */
import type { DeliveryPolicy } from '../../schemas/configuration/delivery/policy.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { hasEnded, judge } from '../change/outcome.ts';
import { KINDS, type Logs } from '../kinds.ts';

/** The lines at the end of a job's log that explain its failure. They are printable, and secrets are hidden. */
export interface LogEnd {
  /** The log stream that has the lines. */
  readonly stream: string;
  readonly lines: readonly string[];
  /** Errors from which the cause can be read, the first one first; empty when it is not certain which one counts. */
  readonly evidence: readonly (readonly string[])[];
  /** The lines are a traceback. */
  readonly isTraceback: boolean;
}

/** Why an alert shows no lines of a log: words that complete `The alert has no lines of the log: …`. */
export interface NoLog {
  readonly noLog: string;
}

/** The job that a log or a failure is about. */
export interface JobName {
  readonly type: 'training-job' | 'processing-job' | 'transform-job';
  readonly name: string;
  readonly arn: string;
}

/** The part of a resource that failed first: a step of a pipeline execution, or a training job of a tuning job. */
export interface FailedPart {
  readonly kind: 'pipeline-step' | 'training-job';
  readonly name: string;
  /** The job of the part, when it has one with a log of its own. */
  readonly job: JobName | undefined;
  /** What SageMaker says about the part, without secrets. */
  readonly reason: string | undefined;
}

/** What was looked up about a failure. A field is absent when it was not looked for, or does not exist. */
export interface Diagnosis {
  readonly log: LogEnd | NoLog | undefined;
  readonly firstFailure: FailedPart | undefined;
}

/** The job in `arn`, when jobs of its type have a log: `arn:…:training-job/x`. */
export function jobIn(arn: string | undefined): JobName | undefined {
  const [, type, name] = /:(training-job|processing-job|transform-job)\/([\w-]+)$/.exec(arn ?? '') ?? [];
  if (arn === undefined || name === undefined) return undefined;
  if (type !== 'training-job' && type !== 'processing-job' && type !== 'transform-job') return undefined;
  return { type, name, arn };
}

/** The job whose log explains the failure of `change`; absent when it has none, or never started. */
export function jobOf({ resource: { arn }, jobArn, startedAt }: StateChange): JobName | undefined {
  const own = jobIn(arn);
  return own === undefined ? jobIn(jobArn) : startedAt && own;
}

/** Whether the failure of a resource of `type` is the failure of one of its parts. */
export const hasParts = (type: string): boolean => type === 'pipeline-execution' || type === 'tuning-job';

/** Whether the alert about `change` tells of its parts: it is the end of something that runs jobs of its own. */
export const tellsOfParts = (change: StateChange, { collapse }: Pick<DeliveryPolicy, 'collapse'>): boolean =>
  collapse && hasParts(change.resource.type) && hasEnded(change, judge(change));

/** Whether anything can be looked up about `change`: it failed, and has a log (if `logs` are wanted) or parts. */
export function canBeDiagnosed(change: StateChange, logs: 'tail' | 'off'): boolean {
  if (judge(change).outcome !== 'failed') return false;
  return hasParts(change.resource.type) || (logs === 'tail' && jobOf(change) !== undefined);
}

/** The CloudWatch log group of `job`, and the prefix of its streams. */
export const logsOf = ({ type, name }: JobName): Logs => KINDS[type].logs(name);
