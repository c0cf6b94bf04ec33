/** Looks up why something failed: its first failed part, and the end of a log. */
import type { ReadLogStreams } from '../../adapters/logs/log-streams.ts';
import type { DescribedEvent } from '../../adapters/sagemaker/describe.ts';
import type { FirstFailure } from '../../adapters/sagemaker/failed-parts.ts';
import type { Diagnosis, FailedPart, JobName, LogEnd, NoLog } from '../../domain/diagnosis/diagnosis.ts';
import { jobOf, logsOf } from '../../domain/diagnosis/diagnosis.ts';
import { logEndOf } from '../../domain/diagnosis/log-end.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { hideSecrets, secretsIn } from '../../schemas/text/secrets.ts';

/** What a diagnosis uses. */
export interface DiagnosisMeans {
  readonly firstFailure: FirstFailure;
  /** Describes a job; absent when SageMaker does not have it. */
  readonly describe: (job: JobName) => Promise<DescribedEvent | undefined>;
  /** Absent while `logs` is off. */
  readonly readLogStreams: ReadLogStreams | undefined;
  /** Logs a warning. */
  readonly warn: (message: string) => void;
}

/**
 * The diagnosis of `change`, which failed. What cannot be looked up is left out: the alert goes out in any case. Ends
 * when `time` is up.
 */
export async function diagnose(change: StateChange, means: DiagnosisMeans, time: AbortSignal): Promise<Diagnosis> {
  const part = await partOf(change, means, time);
  const job = jobOf(change) ?? part?.job;
  if (job === undefined) return { firstFailure: part, log: undefined };
  let isGone = false;
  const description = means.describe(job).then((event) => {
    isGone = event === undefined;
    return event;
  });
  const described = await settled(description, `the description of ${job.name}`, means);
  const secrets = secretsIn(described?.detail);
  const firstFailure = part && { ...part, reason: part.reason && hideSecrets(part.reason, secrets) };
  if (means.readLogStreams === undefined) return { firstFailure, log: undefined };
  if (described === undefined) return { firstFailure, log: isGone ? NO_JOB : NOT_DESCRIBED };
  return { firstFailure, log: await endOfLog() };

  async function endOfLog(): Promise<LogEnd | NoLog> {
    const logs = job && logsOf(job);
    if (logs === undefined || means.readLogStreams === undefined) return NO_LINES;
    const streams = await means.readLogStreams(logs, change.endedAt, time);
    return 'noLog' in streams ? streams : (logEndOf(streams, secrets) ?? NO_LINES);
  }
}

const NO_LINES: NoLog = { noLog: 'it is empty' };
/** SageMaker refused to create the job of a step, or the job was deleted. */
const NO_JOB: NoLog = { noLog: 'SageMaker has no such job' };
/** Without the description of a job, Ground Control does not know which values in its log are secret. */
const NOT_DESCRIBED: NoLog = { noLog: 'SageMaker does not describe the job, so its secret values could not be hidden' };

/** Types whose failure is the failure of a part. */
async function partOf(
  { resource }: StateChange,
  means: DiagnosisMeans,
  time: AbortSignal,
): Promise<FailedPart | undefined> {
  if (resource.type !== 'pipeline-execution' && resource.type !== 'tuning-job') return undefined;
  return settled(means.firstFailure(resource, time), `the first failure of ${resource.name}`, means);
}

/** The value of `work`; absent, with a warning, when it failed. */
async function settled<T>(work: Promise<T>, what: string, { warn }: DiagnosisMeans): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    warn(`${what} is not available: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    return undefined;
  }
}
