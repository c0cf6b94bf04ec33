/** What people must, or may, read about a life. */

/** The group of the readings about the end of a job: it is told as one of them. */
export const END = 'end';

/** One alert, by what people read in it. Absent fields are not compared. */
export interface Reading {
  /** The name of the resource that the alert is about. */
  readonly resource: string;
  /** Its type, family and ARN; absent where the alert is about something else than a life. */
  readonly type?: string;
  readonly family?: string;
  readonly arn?: string;
  /** For messages of the harness: `its end Failed`. */
  readonly about: string;
  /** `must`: people have to be told, exactly once. `may`: once or never. */
  readonly need: 'must' | 'may';
  /** Groups of readings. Of each group that has a `must`, at least one has to be told, instead of each `must`. */
  readonly oneOf?: readonly string[];
  readonly status?: string | null;
  readonly secondaryStatus?: string | null;
  readonly outcome: string;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  /** The first words of the subject and of the SMS. */
  readonly label: string;
  /** The code of the cause; null when the alert explains none. */
  readonly cause?: string | null;
  readonly team: string;
  /** The reason in SageMaker's words; null when the alert quotes none. */
  readonly reason?: string | null;
  /** Seconds from start to end; null when nobody can know them. */
  readonly seconds?: number | null;
  /** USD; null when nobody can know the cost, or nothing is charged. */
  readonly usd?: Amount | null;
  /** When it happened, epoch milliseconds; tells a change from an earlier one to the same status. */
  readonly at?: number;
  /** Words that the mail must contain. */
  readonly says?: readonly string[];
  /** The mail must contain at least one of these texts. */
  readonly saysOneOf?: readonly string[];
  /** Only a function whose configuration has this mode may say it. */
  readonly mode?: Mode;
}

/** The modes of budgets and labeling, which change together in a story. */
export type Mode = 'observe' | 'enforce';

/** USD, both included. */
export interface Amount {
  readonly least: number;
  readonly most: number;
}

/** What happened in a run that the plan alone cannot tell, by the name of the life. */
export interface Course {
  /** Ground Control asked SageMaker to stop the job, and SageMaker agreed. */
  readonly stops: number;
  /** When the job was seen to end after a stop, epoch milliseconds; absent when it never ended. */
  readonly endedAt: number | undefined;
  /** Changes that were handled before the next one happened, by their number. Nothing can excuse not telling them. */
  readonly inTime: ReadonlySet<number>;
  /** Changes whose event came at least once, by their number. */
  readonly came: ReadonlySet<number>;
  /** Its event was handled again more than a week later. */
  readonly isRedrivenLate: boolean;
  /** When the story ended by the clock of the functions, epoch milliseconds. */
  readonly until: number;
}
