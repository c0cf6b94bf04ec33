/** Facts about a labeling job that its event does not have. */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { ChainVerdict } from './chain.ts';
import type { LabelingEnd } from './end.ts';
import type { Standing } from './pace.ts';
import type { Progress } from './progress.ts';

/** How many tasks of a job came to each state, by the events that arrived. */
export type TaskCounts = Readonly<Record<CountedTask, number>>;
/** States in which a task has no answer of its worker. */
export const COUNTED_TASKS = ['Declined', 'Returned', 'Expired'] as const;
export type CountedTask = (typeof COUNTED_TASKS)[number];

/** A job that continues another one: its input is the output manifest of the other job. */
export interface Successor {
  readonly name: string;
  /** The job has the name that Ground Control gives to the next link: it counts as created by Ground Control. */
  readonly isOurs: boolean;
}

/** What SageMaker, S3 and the table say about an ended job at `now`. */
export interface LabelingEndFacts {
  readonly kind: 'ended';
  readonly job: LabelingDescription;
  readonly end: LabelingEnd;
  readonly now: Date;
  /** Counts of its output manifest; absent when there is no manifest, or it was not or cannot be read. */
  readonly progress: Progress | undefined;
  /** The error code of S3, when the manifest cannot be read. */
  readonly unreadable?: string | undefined;
  readonly tasks: TaskCounts;
  /** The name of the job that continues it, if there is one. */
  readonly successor: string | undefined;
}

/** The facts about an ended job, with the decision whether a new job continues it. */
export interface EndedLabeling {
  readonly kind: 'ended';
  readonly job: LabelingDescription;
  readonly verdict: ChainVerdict;
  /** Counts of its output manifest; absent when there is no manifest, or it was not or cannot be read. */
  readonly progress: Progress | undefined;
  /** The error code of S3, when the manifest cannot be read. */
  readonly unreadable?: string | undefined;
  readonly tasks: TaskCounts;
  readonly successor?: Successor | undefined;
}

/** What SageMaker and the table say about a running job at `now`. */
export interface RunningLabeling {
  readonly kind: 'running';
  readonly job: LabelingDescription;
  readonly standing: Standing;
  readonly now: Date;
}

export type LabelingFacts = LabelingEndFacts | RunningLabeling;

/**
 * The result of creating the next job. `created`: it exists. `taken`: a job with other objects has its name. `over`: it
 * existed, and has failed or was stopped since. `refused`: SageMaker refused, and `why` has its words, if they
 * may be quoted.
 */
export type ChainOutcome =
  | { readonly kind: 'created' | 'taken' | 'over' }
  | { readonly kind: 'refused'; readonly why: string | undefined };
