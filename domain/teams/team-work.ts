/** Sums up what workers of labeling teams did, entry by entry, in any order, in bounded memory. */
import type { ActivityKind, WorkerActivity } from '../../schemas/teams/worker-activity.ts';
import type { WorkerAnswer } from '../../schemas/teams/worker-response.ts';
import type { ComparedAnswer } from './agreement/job-comparison.ts';
import { Copies } from './copies.ts';
import { type Fingerprint, TooMuchToCount } from './fingerprints.ts';
import { Minutes } from './minutes.ts';
import { hoursIn, type Period, type Span, spanAt } from './period.ts';
import { Tally } from './tally.ts';
import { Workers } from './workers.ts';

/** Pairs of a worker and a job. Each holds up to four histograms. */
const MOST_PAIRS = 100_000;

/** What one worker did in one job: in the period, and in the one before. */
export type WorkerTallies = Readonly<Record<Span, Tally>>;

/** What a team did in one job. */
export interface JobWork {
  /** By the final key of the worker (`Workers`). */
  readonly workers: Map<string, WorkerTallies>;
  /** How many tasks were submitted in the period, by hour of the day. */
  readonly hours: number[];
  /** When tasks were submitted in the period. */
  readonly minutes: Minutes;
}

/** The work of each team: by its ARN and the ARN of a job. An ARN is empty when entries have none. */
export type Work = ReadonlyMap<string, ReadonlyMap<string, JobWork>>;

/** Everything that was read. */
export interface Collected {
  readonly work: Work;
  /** Kinds of entries that the log has at all. It may have none about returned and declined tasks. */
  readonly kinds: ReadonlySet<ActivityKind>;
  /** Entries in the period or the one before, of any kind, without copies. */
  readonly counted: number;
  readonly copies: number;
  /** Entries outside of both. */
  readonly outside: number;
  /** How many entries have a type that is not known: of at most ten types that may be quoted, and of `OTHER_TYPES`. */
  readonly unknownTypes: ReadonlyMap<string, number>;
  /** Submitted tasks in the period whose wall time is missing or impossible, and those without a worker. */
  readonly withoutWall: number;
  readonly withoutWorker: number;
  /** The earliest entry, in epoch milliseconds. */
  readonly earliest: number | undefined;
  /** Answers in the period or the one before, without copies, and those that belong to no job of the log. */
  readonly answers: number;
  readonly answersWithoutJob: number;
}

const MOST_TYPES = 10;
/** A type as AWS writes it. Reports are stored, so other text in its place, which may be about people, is not quoted. */
const TYPE = /^[A-Za-z_]{1,40}$/;
const OTHER_TYPES = 'others';

/** Where an answer was found. */
export interface AnswerPlace {
  /** The name of the labeling job, in any case; absent when the path does not have it. */
  readonly jobName: string | undefined;
  /** What tells this answer's file from others of the job. */
  readonly file: string;
}

export class TeamWork {
  readonly #period: Period;
  readonly #hourOf: (at: number) => number;
  readonly #copies: Copies;
  readonly #workers = new Workers();
  readonly #teams = new Map<string, Map<string, JobWork>>();
  /** Active times and agreement, by the name of the job in lower case, until it is known which team has it. */
  readonly #answers = new Map<string, Map<string, WorkerTallies>>();
  readonly #kinds = new Set<ActivityKind>();
  readonly #unknownTypes = new Map<string, number>();
  readonly #counts = { counted: 0, copies: 0, outside: 0, withoutWall: 0, withoutWorker: 0, answers: 0 };
  #earliest: number | undefined;
  #pairs = 0;

  constructor(period: Period, fingerprint: Fingerprint) {
    this.#period = period;
    this.#hourOf = hoursIn(period.timeZone);
    this.#copies = new Copies(fingerprint);
  }

  /** How many entries of a known type were added, copies and those of other days too. */
  get entries(): number {
    const { counted, copies, outside } = this.#counts;
    return counted + copies + outside;
  }

  /**
   * Adds an entry of the log. `id` is that of its event in CloudWatch Logs, if it was exported. Throws a
   * `TooMuchToCount`.
   */
  add(activity: WorkerActivity, id?: string): void {
    const { kind, type, at, acceptedAt, sub, workerId, teamArn = '', jobArn = '', wallSeconds } = activity;
    const worker = this.#workers.keyOf(sub, workerId);
    if (kind === undefined || at === undefined) {
      this.#addUnknown(type ?? '');
      return;
    }
    this.#kinds.add(kind);
    this.#earliest = Math.min(this.#earliest ?? at, at);
    const span = spanAt(this.#period, at);
    if (span === undefined) {
      this.#counts.outside++;
      return;
    }
    if (!this.#copies.isNew([kind, worker, teamArn, jobArn, at, acceptedAt].join('\n'), id)) {
      this.#counts.copies++;
      return;
    }
    this.#counts.counted++;
    if (kind === 'accepted') return;
    const job = this.#jobOf(teamArn, jobArn);
    const tally = this.#talliesOf(job.workers, worker)[span];
    if (kind !== 'submitted') {
      tally[kind]++;
      return;
    }
    tally.tasks++;
    if (wallSeconds !== undefined) tally.wall.add(wallSeconds);
    if (span === 'before') return;
    if (wallSeconds === undefined) this.#counts.withoutWall++;
    if (worker === '') this.#counts.withoutWorker++;
    const hour = this.#hourOf(at);
    job.hours[hour] = (job.hours[hour] ?? 0) + 1;
    job.minutes.add(at);
  }

  /** Adds the time of an answer in a worker-response file. Throws a `TooMuchToCount`. */
  answer({ sub, workerId, submittedAt, activeSeconds }: WorkerAnswer, { jobName = '', file }: AnswerPlace): void {
    const worker = this.#workers.keyOf(sub, workerId);
    const span = submittedAt === undefined ? undefined : spanAt(this.#period, submittedAt);
    if (span === undefined || activeSeconds === undefined) return;
    const name = jobName.toLowerCase();
    if (!this.#copies.isNew(['answer', name, file, worker, submittedAt, activeSeconds].join('\n'), undefined)) return;
    this.#counts.answers++;
    const workers = this.#answers.get(name) ?? new Map<string, WorkerTallies>();
    this.#answers.set(name, workers);
    this.#talliesOf(workers, worker)[span].active.add(Math.round(activeSeconds * 1000));
  }

  /** The names of the jobs in the entries so far, in lower case. */
  jobNames(): ReadonlySet<string> {
    const names = [...this.#teams.values()].flatMap((jobs) => [...jobs.keys()].map(jobNameIn));
    return new Set(names.filter((name) => name !== ''));
  }

  /** Adds whether an answer equals the consolidated label of its job. Throws a `TooMuchToCount`. */
  compared({ sub, workerId, submittedAt, isEqual }: ComparedAnswer, { jobName = '', file }: AnswerPlace): void {
    const worker = this.#workers.keyOf(sub, workerId);
    const span = submittedAt === undefined ? undefined : spanAt(this.#period, submittedAt);
    if (span === undefined) return;
    const name = jobName.toLowerCase();
    if (!this.#copies.isNew(['compared', name, file, worker, submittedAt].join('\n'), undefined)) return;
    const workers = this.#answers.get(name) ?? new Map<string, WorkerTallies>();
    this.#answers.set(name, workers);
    const tally = this.#talliesOf(workers, worker)[span];
    tally.compared++;
    if (isEqual) tally.equal++;
  }

  #addUnknown(type: string): void {
    const isNamed = TYPE.test(type) && (this.#unknownTypes.has(type) || this.#unknownTypes.size < MOST_TYPES);
    const quoted = isNamed ? type : OTHER_TYPES;
    this.#unknownTypes.set(quoted, (this.#unknownTypes.get(quoted) ?? 0) + 1);
  }

  #jobOf(teamArn: string, jobArn: string): JobWork {
    const jobs = this.#teams.get(teamArn) ?? new Map<string, JobWork>();
    this.#teams.set(teamArn, jobs);
    const job = jobs.get(jobArn) ?? newJob();
    jobs.set(jobArn, job);
    return job;
  }

  #talliesOf(workers: Map<string, WorkerTallies>, worker: string): WorkerTallies {
    const known = workers.get(worker);
    if (known !== undefined) return known;
    if (++this.#pairs > MOST_PAIRS)
      throw new TooMuchToCount(
        `these are more than ${MOST_PAIRS} pairs of a worker and a job: report a shorter period, or fewer teams`,
      );
    const tallies = { now: new Tally(), before: new Tally() };
    workers.set(worker, tallies);
    return tallies;
  }

  /** Everything that was added. Call it once, at the end. */
  result(): Collected {
    const work = new Map(
      [...this.#teams].map(([team, jobs]) => [
        team,
        new Map([...jobs].map(([job, one]) => [job, { ...one, workers: this.#resolved(one.workers) }])),
      ]),
    );
    const answersWithoutJob = this.#giveAnswersTo(work);
    return {
      work,
      kinds: this.#kinds,
      unknownTypes: this.#unknownTypes,
      earliest: this.#earliest,
      ...this.#counts,
      answersWithoutJob,
    };
  }

  /** Adds the active times to the jobs of the log. Returns how many belong to none of them, or to several. */
  #giveAnswersTo(work: ReadonlyMap<string, ReadonlyMap<string, JobWork>>): number {
    const named = new Map<string, JobWork[]>();
    for (const jobs of work.values()) {
      for (const [arn, job] of jobs) {
        const name = jobNameIn(arn);
        named.set(name, [...(named.get(name) ?? []), job]);
      }
    }
    let left = 0;
    for (const [name, workers] of this.#answers) {
      const [job, ...others] = (name === '' ? undefined : named.get(name)) ?? [];
      const resolved = this.#resolved(workers);
      if (job === undefined || others.length > 0) {
        for (const { now, before } of resolved.values()) left += now.active.total + before.active.total;
      } else merge(job.workers, resolved);
    }
    return left;
  }

  #resolved(workers: ReadonlyMap<string, WorkerTallies>): Map<string, WorkerTallies> {
    const resolved = new Map<string, WorkerTallies>();
    for (const [key, tallies] of workers) merge(resolved, [[this.#workers.resolve(key), tallies]]);
    return resolved;
  }
}

/** The name of a job in its ARN, in lower case as the log writes it. */
const jobNameIn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1).toLowerCase();

const newJob = (): JobWork => ({
  workers: new Map(),
  hours: Array.from({ length: 24 }, () => 0),
  minutes: new Minutes(),
});

/** Adds `from` to `into`, which takes over the tallies of workers it did not have. */
function merge(into: Map<string, WorkerTallies>, from: Iterable<readonly [string, WorkerTallies]>): void {
  for (const [worker, { now, before }] of from) {
    const known = into.get(worker);
    if (known === undefined) into.set(worker, { now, before });
    else {
      known.now.merge(now);
      known.before.merge(before);
    }
  }
}
