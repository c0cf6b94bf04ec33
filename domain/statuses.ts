/**
 * What the statuses of SageMaker mean.
 *
 * Ground Control never guesses: a status that no table lists has the outcome `unknown`, and the alert quotes it.
 * Source: the enumerations of the API reference, and the statuses seen in events.
 */
import type { Status } from '../schemas/configuration/statuses.ts';
import type { ChangeOutcome, Severity } from '../schemas/vocabulary.ts';

/** An outcome; with a severity when it is not the usual one of this outcome. */
export type Meaning = ChangeOutcome | readonly [ChangeOutcome, Severity];
/** Meanings by status, in the spelling of the API. */
export type Statuses = Readonly<Partial<Record<Status, Meaning>>>;

/** Statuses of every kind of job. */
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

/** Statuses of resources that are created, updated and deleted. */
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

/** Statuses of pipeline executions and of their steps. */
export const PIPELINE = {
  Starting: 'running',
  Executing: 'running',
  Stopping: 'running',
  Stopped: 'stopped',
  Failed: 'failed',
  Succeeded: 'completed',
} as const satisfies Statuses;

/** Statuses of model packages and algorithms. */
export const PACKAGE = {
  Pending: 'running',
  InProgress: 'running',
  Completed: 'completed',
  Failed: 'failed',
  Deleting: 'running',
} as const satisfies Statuses;

/** Statuses of one worker's task. Tasks are only counted; the alert about the labeling job has the counts. */
export const TASK = {
  Created: 'changed',
  Accepted: 'changed',
  Submitted: 'changed',
  Declined: 'changed',
  Returned: 'changed',
  Expired: 'changed',
} as const satisfies Statuses;

/** Statuses for types without a table of their own: words that their events are likely to use. */
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

/** Statuses that a newly created resource may have first. */
export const BEGINNINGS: ReadonlySet<string> = new Set([
  'Creating',
  'Created',
  'Pending',
  'Starting',
  'Initializing',
  'InProgress',
  'Executing',
]);

/** Statuses in which a job, a human loop or a pipeline execution has ended. */
export const ENDS: ReadonlySet<string> = new Set([
  'Completed',
  'Complete',
  'CompletedWithViolations',
  'Complete with labeling errors',
  'Succeeded',
  'Finished',
  'Failed',
  'Stopped',
  'Expired',
]);
