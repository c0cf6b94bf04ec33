/**
 * Reads the account's own job history: lists the jobs of the last days in SageMaker, and describes each one. It only
 * calls List and Describe operations, and changes nothing.
 */
import { paginateListTrainingJobsForHyperParameterTuningJob, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import { describeWith, isNotFound, JOBS } from '../../adapters/sagemaker/describe.ts';
import { listOf } from '../../adapters/sagemaker/lists.ts';
import { judge } from '../../domain/change/outcome.ts';
import type { Input } from '../../local/play/input.ts';
import { BUDGETED, type Budgeted } from '../../schemas/configuration/budgets.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import type { Progress } from '../shared/progress.ts';
import type { JobCache } from './cache.ts';
import { type KeptEvent, keptEvent } from './kept-event.ts';

/** The history of an account in one region, as events. */
export interface History {
  /** One event of each job, the oldest first. */
  readonly events: readonly KeptEvent[];
  /** Jobs that ended before are not in the history. */
  readonly since: Date;
  /** Lines that say what is missing. */
  readonly leftOut: readonly string[];
}

/** The reading of a history ended early. `message` says how far it came. `cause` is the error. */
export class HistoryInterrupted extends Error {}

const DAY = 86_400_000;
/** No job runs for longer: 30 days for tuning jobs, 28 for training jobs (SageMaker quotas). Milliseconds. */
const LONGEST_RUN = 30 * DAY;
/** SageMaker may add the billed seconds for so long after the end (as in `adapters/sagemaker/tuned-jobs.ts`). */
const SETTLED_AFTER = 3_600_000;
/** Descriptions at the same time. The pace of the client limits their rate. */
const LANES = 10;

/** A job that a list names. */
interface Listed {
  readonly type: Budgeted;
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly createdAt: Date | undefined;
}

/** How the history is read. */
export interface Reading {
  readonly days: number;
  readonly now: Date;
  readonly cache: JobCache;
  readonly progress: Progress;
}

/**
 * The jobs that ran within the last `days`, with all training jobs of their tuning jobs. Jobs that ended more than an
 * hour ago come from `cache` if it has them. Throws a `HistoryInterrupted` if a description fails.
 */
export async function readHistory(client: SageMakerClient, reading: Reading): Promise<History> {
  const { days, now, progress } = reading;
  const since = new Date(now.getTime() - days * DAY);
  const jobs = new Map<string, Listed>();
  const add = (job: Listed) => jobs.set(`${job.type}|${job.name}`, job);
  for (const type of BUDGETED) for (const job of await listed(client, type, since, reading)) add(job);
  for (const { type, name, createdAt } of [...jobs.values()]) {
    const mayHaveOlder = type === 'tuning-job' && (createdAt === undefined || createdAt < since);
    if (mayHaveOlder) for (const job of await trainingJobsOf(client, name)) add(job);
  }
  const described = new Described(client, reading);
  await described.read([...jobs.values()]);
  // A training job may have changed last after its tuning job, which then is not in the list.
  const parents = described.changes().flatMap(({ parentArn }) => {
    const name = parentArn?.slice(parentArn.lastIndexOf('/') + 1);
    return parentArn === undefined || name === undefined || jobs.has(`tuning-job|${name}`) ? [] : [{ name, parentArn }];
  });
  const before = new Set(jobs.keys());
  for (const { name, parentArn } of new Map(parents.map((one) => [one.name, one])).values()) {
    for (const job of await trainingJobsOf(client, name)) add(job);
    add({ type: 'tuning-job', name, arn: parentArn, status: '', createdAt: undefined });
  }
  await described.read([...jobs].flatMap(([key, job]) => (before.has(key) ? [] : [job])));
  progress.clear();
  return { events: described.events(), since, leftOut: described.leftOut() };
}

/** `history` as `backtest` reads files. */
export const inputOf = ({ events, leftOut }: History): Input => ({
  sources: events.map((event) => ({ file: event.resources[0] ?? '', event })),
  unreadable: leftOut,
});

/** The jobs of one type that changed after `since`, or have not ended. */
async function listed(
  client: SageMakerClient,
  type: Budgeted,
  since: Date,
  { now, progress }: Reading,
): Promise<Listed[]> {
  const found: Listed[] = [];
  const pass = async (after: Date, isWanted: (job: Listed) => boolean) => {
    let nextToken: string | undefined;
    do {
      const page = await listOf(type)(client, after, nextToken);
      found.push(...page.summaries.map((summary) => ({ ...summary, type })).filter(isWanted));
      nextToken = page.nextToken;
      progress.show(`${counted(found.length, type.replace('-', ' '))} listed`);
    } while (nextToken !== undefined);
  };
  await pass(since, () => true);
  // A long job may run on without a change.
  const longAgo = new Date(now.getTime() - LONGEST_RUN);
  if (longAgo < since) await pass(longAgo, ({ status }) => status === 'InProgress' || status === 'Stopping');
  return found;
}

/** The training jobs of a tuning job; none when SageMaker no longer has it. */
async function trainingJobsOf(client: SageMakerClient, HyperParameterTuningJobName: string): Promise<Listed[]> {
  const found: Listed[] = [];
  const pages = paginateListTrainingJobsForHyperParameterTuningJob(
    { client, pageSize: 100 },
    { HyperParameterTuningJobName },
  );
  try {
    for await (const { TrainingJobSummaries = [] } of pages) {
      for (const {
        TrainingJobName: name,
        TrainingJobArn: arn,
        TrainingJobStatus,
        CreationTime,
      } of TrainingJobSummaries)
        if (name !== undefined && arn !== undefined)
          found.push({ type: 'training-job', name, arn, status: TrainingJobStatus ?? '', createdAt: CreationTime });
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return found;
}

/** The descriptions that have been read. */
class Described {
  readonly #client: SageMakerClient;
  readonly #reading: Reading;
  readonly #found: { readonly event: KeptEvent; readonly change: StateChange }[] = [];
  #deleted = 0;
  #untagged = 0;

  constructor(client: SageMakerClient, reading: Reading) {
    this.#client = client;
    this.#reading = reading;
  }

  changes = (): StateChange[] => this.#found.map(({ change }) => change);

  events = (): KeptEvent[] =>
    this.#found.map(({ event }) => event).toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));

  leftOut(): string[] {
    const [gone, bare] = [counted(this.#deleted, 'job'), counted(this.#untagged, 'job')];
    return [
      ...(this.#deleted === 0
        ? []
        : [`${gone} ${agree(this.#deleted, 'was', 'were')} deleted while the history was read`]),
      ...(this.#untagged === 0 ? [] : [`SageMaker gave no tags of ${bare}: they count as jobs without tags`]),
    ];
  }

  /** Describes `jobs`. What the cache has is not described again. */
  async read(jobs: readonly Listed[]): Promise<void> {
    const { cache, progress } = this.#reading;
    const left: Listed[] = [];
    for (const job of jobs) {
      const event = cache.recall(keyOf(job));
      if (event === undefined) left.push(job);
      else this.#found.push({ event, change: BUDGETED_JOBS[job.type].parse(event) });
    }
    let done = jobs.length - left.length;
    const queue = left.values();
    const describe = describeWith(JOBS, this.#client);
    let failure: { readonly error: unknown } | undefined;
    const lane = async (): Promise<void> => {
      for (const job of queue) {
        if (failure !== undefined) return;
        try {
          this.#add(job, await describe(job.type, job));
          progress.jobs(++done, jobs.length);
        } catch (error) {
          failure ??= { error };
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    if (failure === undefined) return;
    const message = `${done} of ${counted(jobs.length, 'job')} had been read; the same command continues there`;
    throw new HistoryInterrupted(message, { cause: failure.error });
  }

  #add(job: Listed, described: Awaited<ReturnType<ReturnType<typeof describeWith>>>): void {
    const { now, cache } = this.#reading;
    if (described === undefined) {
      this.#deleted++;
      return;
    }
    if (!described.hasTags) this.#untagged++;
    const change = BUDGETED_JOBS[job.type].parse(described);
    const isRunning = judge(change).outcome === 'running';
    // A job that runs has cost money until now, not only until its last change.
    const event = keptEvent(job.type, isRunning ? { ...described, time: now.toISOString() } : described);
    this.#found.push({ event, change });
    const endedAt = change.endedAt ?? change.modifiedAt;
    const isSettled = !isRunning && endedAt !== undefined && now.getTime() - endedAt.getTime() > SETTLED_AFTER;
    if (isSettled && described.hasTags && job.status !== '') cache.keep(keyOf(job), event);
  }
}

/** Events in the order of their times (ISO 8601 in UTC), and of their ARNs. */
const orderOf = ({ time, resources }: KeptEvent): string => `${time}|${resources[0]}`;

/** A job that got the name of a deleted one, or another status, has another key. */
const keyOf = ({ arn, status, createdAt }: Listed): string => `${arn}|${status}|${createdAt?.getTime() ?? ''}`;
