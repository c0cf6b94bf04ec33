/**
 * One entry of the log group `/aws/sagemaker/groundtruth/WorkerActivity`: a worker of a private team submitted a task
 * of a labeling job, or accepted, returned or declined one.
 *
 * Source: developer guide, "Track worker performance" (workteam-private-tracking). All values are strings, `""` for what
 * does not apply. Only `TasksSubmitted` is documented as `event_type`; the other types follow the names of metrics.
 */
import * as z from 'zod/mini';
import * as v from '../event/values.ts';
import { lookUp } from '../look-up.ts';
import { plainText } from '../text/plain-text.ts';
import { taskTime } from './task-time.ts';

/** What a worker did with a task. */
export type ActivityKind = 'submitted' | 'accepted' | 'returned' | 'declined';

/** One entry. It has no name, no object of the data and no label: the log has none. */
export interface WorkerActivity {
  /** Absent when the type of the event is unknown. */
  readonly kind: ActivityKind | undefined;
  /** `event_type` as received, at most 40 characters. */
  readonly type: string | undefined;
  /** When it happened, in epoch milliseconds. Absent when the entry has no time that can be read. */
  readonly at: number | undefined;
  /** When the worker accepted the task, in epoch milliseconds. */
  readonly acceptedAt: number | undefined;
  /** The worker's `sub` in Amazon Cognito, in lower case. Absent when it is not a UUID. */
  readonly sub: string | undefined;
  readonly workerId: string | undefined;
  readonly teamArn: string | undefined;
  readonly jobArn: string | undefined;
  /**
   * Whole seconds from accepting to submitting the task. This is wall time: breaks count. Absent when a time is missing,
   * and when the difference is impossible.
   */
  readonly wallSeconds: number | undefined;
}

/** Seconds. The longest time limit of a task is 30 days (API reference, HumanTaskConfig). */
export const LONGEST_TASK_SECONDS = 2_592_000;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A Cognito `sub`: a UUID in lower case; absent when it is anything else, which no later code may send to Cognito. */
export const subject = v.mapped(z.optional(z.unknown()), (value) => {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return UUID.test(text) ? text : undefined;
});

/** What needs no cleaning: ids and ARNs, as AWS writes them. Reading a million entries is twice as fast with it. */
const HARMLESS = /^[\w:/.@+=,-]{1,256}$/;

/** An id or ARN as one printable line; absent when it is missing, empty or no text. */
export const identifier = v.mapped(z.optional(z.unknown()), (value) => {
  if (typeof value !== 'string' || HARMLESS.test(value)) return typeof value === 'string' ? value : undefined;
  return plainText(value, 2048) || undefined;
});

const time = v.mapped(z.optional(z.unknown()), taskTime);
const anything = z.optional(z.unknown());

const Entry = z.object({
  worker_id: identifier,
  cognito_sub_id: subject,
  task_accepted_time: time,
  task_submitted_time: time,
  task_returned_time: time,
  task_declined_time: time,
  workteam_arn: identifier,
  labeling_job_arn: identifier,
  event_type: identifier,
  event_timestamp: time,
});
type Entry = z.output<typeof Entry>;

/** Fields of which an entry has at least one. */
const Recognizable = z.object({ event_type: anything, worker_id: anything, task_submitted_time: anything });

/** The entry, or why it cannot be read: a few words without any of its content. */
export type ReadActivity =
  | { readonly activity: WorkerActivity; readonly why?: undefined }
  | { readonly activity?: undefined; readonly why: string };

/** Reads one entry of the log, whatever it is. `loggedAt`: when CloudWatch Logs got the entry, epoch milliseconds. */
export function readActivity(value: unknown, loggedAt?: number): ReadActivity {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { why: 'is not an object' };
  const known = z.safeParse(Recognizable, value);
  if (!known.success || Object.values(known.data).every((field) => field === undefined))
    return { why: 'is not an entry of worker activity' };
  const read = z.safeParse(Entry, value);
  if (!read.success) return { why: 'is not an entry of worker activity' };
  const activity = activityOf(read.data, loggedAt);
  return activity.kind !== undefined && activity.at === undefined
    ? { why: 'has no time that can be read' }
    : { activity };
}

const KINDS: Readonly<Record<string, ActivityKind>> = {
  submitted: 'submitted',
  accepted: 'accepted',
  returned: 'returned',
  declined: 'declined',
};

/** `TasksSubmitted`, `TaskSubmitted`, `tasks_submitted` and `submitted` are the same type. */
const kindNamed = (type: string): ActivityKind | undefined =>
  lookUp(KINDS, TYPE.exec(type.toLowerCase().replaceAll(/[^a-z]/g, ''))?.[1]);
const TYPE = /^(?:tasks?)?(submitted|accepted|returned|declined)$/;

function kindOf(entry: Entry): ActivityKind | undefined {
  if (entry.event_type !== undefined) return kindNamed(entry.event_type);
  if (entry.task_submitted_time !== undefined) return 'submitted';
  if (entry.task_declined_time !== undefined) return 'declined';
  if (entry.task_returned_time !== undefined) return 'returned';
  return entry.task_accepted_time === undefined ? undefined : 'accepted';
}

const TIME_OF = {
  submitted: 'task_submitted_time',
  accepted: 'task_accepted_time',
  returned: 'task_returned_time',
  declined: 'task_declined_time',
} as const satisfies Record<ActivityKind, keyof Entry>;

function activityOf(entry: Entry, loggedAt: number | undefined): WorkerActivity {
  const kind = kindOf(entry);
  const own = kind === undefined ? undefined : entry[TIME_OF[kind]];
  const { task_accepted_time: accepted, task_submitted_time: submitted } = entry;
  const isTimed = kind === 'submitted' && accepted !== undefined && submitted !== undefined;
  const wall = isTimed ? Math.round((submitted - accepted) / 1000) : -1;
  return {
    kind,
    type: entry.event_type === undefined ? undefined : plainText(entry.event_type, 40),
    at: own ?? entry.event_timestamp ?? loggedAt,
    acceptedAt: accepted,
    sub: entry.cognito_sub_id,
    workerId: entry.worker_id || undefined,
    teamArn: entry.workteam_arn || undefined,
    jobArn: entry.labeling_job_arn || undefined,
    wallSeconds: wall < 0 || wall > LONGEST_TASK_SECONDS ? undefined : wall,
  };
}
