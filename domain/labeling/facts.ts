/** What is known of a labeling job besides its event. */
import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { ChainVerdict, LabelingEnd } from './chain.ts';
import type { Standing } from './pace.ts';
import type { Progress } from './progress.ts';

/** How often tasks came to these states, as SageMaker told. */
export type TaskCounts = Readonly<Record<CountedTask, number>>;
/** What may become of a task, besides an answer. */
export const COUNTED_TASKS = ['Declined', 'Returned', 'Expired'] as const;
export type CountedTask = (typeof COUNTED_TASKS)[number];

/** A job that was made from the output of another one, to go on with its labels. */
export interface Successor {
  readonly name: string;
  /** It is the link that Ground Control would create, or has. */
  readonly isOurs: boolean;
}

/** What SageMaker, S3 and the table say about a job that has ended, at `now`. */
export interface LabelingEndFacts {
  readonly kind: 'ended';
  readonly job: LabelingDescription;
  readonly end: LabelingEnd;
  readonly now: Date;
  /** What its output manifest says; absent where there is none, or it cannot be read. */
  readonly progress: Progress | undefined;
  /** Why the manifest cannot be read: the service's code. */
  readonly unreadable?: string | undefined;
  readonly tasks: TaskCounts;
  /** The name of the job that was made from its output. */
  readonly successor: string | undefined;
}

/** The same, with the decision whether a new job continues it. */
export interface EndedLabeling {
  readonly kind: 'ended';
  readonly job: LabelingDescription;
  readonly verdict: ChainVerdict;
  /** What its output manifest says; absent where there is none, or it cannot be read. */
  readonly progress: Progress | undefined;
  /** Why the manifest cannot be read: the service's code. */
  readonly unreadable?: string | undefined;
  readonly tasks: TaskCounts;
  readonly successor?: Successor | undefined;
}

export interface RunningLabeling {
  readonly kind: 'running';
  readonly job: LabelingDescription;
  readonly standing: Standing;
  readonly now: Date;
}

export type LabelingFacts = LabelingEndFacts | RunningLabeling;

/** What came of creating the job that carries one on: its name `taken` by a job of other objects, the one of its name `over` already, or refused in the service's words. */
export type ChainOutcome =
  | { readonly kind: 'created' | 'taken' | 'over' }
  | { readonly kind: 'refused'; readonly why: string };
