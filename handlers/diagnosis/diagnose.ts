/** Looks up why something failed: its first failed part, and the end of a log. */
import type { ReadLogStreams } from '../../adapters/logs/log-streams.ts';
import type { DescribedEvent } from '../../adapters/sagemaker/describe.ts';
import type { FirstFailure, ListedPart } from '../../adapters/sagemaker/failed-parts.ts';
import type { Diagnosis, FailedPart, JobName, LogEnd, NoLog } from '../../domain/diagnosis/diagnosis.ts';
import { hasParts, jobOf, logsOf } from '../../domain/diagnosis/diagnosis.ts';
import { logEndOf } from '../../domain/diagnosis/log-end.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { quotable } from '../../schemas/text/reason.ts';
import { type Secrets, secretsIn } from '../../schemas/text/secrets.ts';

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
  const { resource } = change;
  const part = hasParts(resource.type)
    ? await settled(means.firstFailure(resource, time), `the first failure of ${resource.name}`, means)
    : undefined;
  const job = jobOf(change) ?? part?.job;
  const description = job && (await settled(describe(job, means), `the description of ${job.name}`, means));
  const secrets = secretsIn(description === 'gone' ? undefined : description?.detail);
  const firstFailure = part && withReason(part, secrets);
  if (job === undefined || means.readLogStreams === undefined) return { firstFailure, log: undefined };
  if (description === 'gone') return { firstFailure, log: NO_JOB };
  if (description === undefined) return { firstFailure, log: NOT_DESCRIBED };
  return { firstFailure, log: await endOfLog(job, change.endedAt, secrets, means.readLogStreams, time) };
}

const describe = async (job: JobName, means: DiagnosisMeans) => (await means.describe(job)) ?? 'gone';

const withReason = ({ rawReason, ...part }: ListedPart, secrets: Secrets): FailedPart => ({
  ...part,
  reason: rawReason === undefined ? undefined : quotable(rawReason, secrets),
});

async function endOfLog(
  job: JobName,
  endedAt: Date | undefined,
  secrets: Secrets,
  readLogStreams: ReadLogStreams,
  time: AbortSignal,
): Promise<LogEnd | NoLog> {
  const streams = await readLogStreams(logsOf(job), endedAt, time);
  return 'noLog' in streams ? streams : (logEndOf(streams, secrets) ?? NO_LINES);
}

const NO_LINES: NoLog = { noLog: 'it is empty' };
/** SageMaker refused to create the job of a step, or the job was deleted. */
const NO_JOB: NoLog = { noLog: 'SageMaker has no such job' };
/** Without the description of a job, Ground Control does not know which values in its log are secret. */
const NOT_DESCRIBED: NoLog = { noLog: 'SageMaker does not describe the job, so its secret values could not be hidden' };

/** The value of `work`; absent, with a warning, when it failed. */
async function settled<T>(work: Promise<T>, what: string, { warn }: DiagnosisMeans): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    warn(`${what} is not available: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    return undefined;
  }
}
