/**
 * What SageMaker's statuses mean.
 *
 * A status that no table lists is never guessed at: its outcome is `unknown`, and the alert quotes it.
 * Source: the enumerations of the API reference, and the statuses seen in events.
 */
import type { ChangeOutcome, Severity } from '../schemas/vocabulary.ts';

/** An outcome, with its severity where that differs from the outcome's usual one. */
export type Meaning = ChangeOutcome | readonly [ChangeOutcome, Severity];
/** Meanings by status, in the spelling of the API. */
export type Statuses = Readonly<Record<string, Meaning>>;

export const JOB = {
  InProgress: 'running',
  Completed: 'completed',
  Failed: 'failed',
  Stopping: 'running',
  Stopped: 'stopped',
  Deleting: 'running',
  DeleteFailed: 'failed',
  Deleted: 'deleted',
} as const satisfies Statuses;

/** Of what is created, changed and deleted. */
export const LIFECYCLE = {
  Creating: 'running',
  Created: 'completed',
  CreateFailed: 'failed',
  Updating: 'running',
  UpdateFailed: 'failed',
  Deleting: 'running',
  DeleteFailed: 'failed',
  Deleted: 'deleted',
} as const satisfies Statuses;

export const PIPELINE = {
  Starting: 'running',
  Executing: 'running',
  Stopping: 'running',
  Stopped: 'stopped',
  Failed: 'failed',
  Succeeded: 'completed',
} as const satisfies Statuses;

/** Of a model package, and of an algorithm. */
export const PACKAGE = {
  Pending: 'running',
  InProgress: 'running',
  Completed: 'completed',
  Failed: 'failed',
  Deleting: 'running',
} as const satisfies Statuses;

/** Of what a worker is given to do. One task is no news: tasks are counted, and the end of their job tells the count. */
export const TASK = {
  Created: 'changed',
  Accepted: 'changed',
  Submitted: 'changed',
  Declined: 'changed',
  Returned: 'changed',
  Expired: 'changed',
} as const satisfies Statuses;

/** Words that event types known only by their name are likely to use, in their detail-type or as their status. */
export const COMMON = {
  ...JOB,
  ...LIFECYCLE,
  InService: 'completed',
  Active: 'completed',
  Succeeded: 'completed',
  Started: 'completed',
  Updated: 'completed',
  Complete: 'completed',
  Finished: 'completed',
  Scheduled: 'completed',
  CompletedWithViolations: 'degraded',
  Expired: 'time-limit',
  Pending: 'running',
  Starting: 'running',
  Executing: 'running',
  InMaintenance: 'running',
  Transitioning: 'running',
  Setting: 'running',
  Accepted: 'changed',
  Declined: 'changed',
  Returned: 'changed',
  Submitted: 'changed',
} as const satisfies Statuses;

/** Statuses with which a resource that was just created begins. */
export const BEGINNINGS: ReadonlySet<string> = new Set([
  'Creating',
  'Created',
  'Pending',
  'Starting',
  'Initializing',
  'InProgress',
  'Executing',
]);

/** Statuses at which a job, a human loop or a pipeline execution has ended. */
export const ENDS: ReadonlySet<string> = new Set([
  'Completed',
  'Complete',
  'CompletedWithViolations',
  'Succeeded',
  'Finished',
  'Failed',
  'Stopped',
  'Expired',
]);
