/** Words that events, configuration, alerts and filter policies share. */

/** What a change comes to: the words with which `ground-control.yml` says who hears of it. */
export const CHANGE_OUTCOMES = [
  'completed',
  'failed',
  'time-limit',
  'stopped',
  'degraded',
  'deleted',
  'running',
  'changed',
  'unknown',
] as const;
export type ChangeOutcome = (typeof CHANGE_OUTCOMES)[number];

/** All outcomes: of changes, and those of alerts about money and about labeling jobs that still run. */
export const OUTCOMES = [...CHANGE_OUTCOMES, 'budget', 'labeling'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** From "wake somebody" to "for your information". */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The ends of a job. */
const JOB_ENDS = ['completed', 'failed', 'time-limit', 'stopped', 'unknown'] as const;

/**
 * Families of events. Each has one Lambda function; routes and filter policies name them. The value is the outcomes that
 * become alerts where `ground-control.yml` does not say otherwise.
 */
export const FAMILIES = {
  'training-job': JOB_ENDS,
  'tuning-job': JOB_ENDS,
  'processing-job': JOB_ENDS,
  'transform-job': JOB_ENDS,
  endpoint: ['completed', 'failed', 'degraded', 'deleted', 'unknown'],
  'labeling-job': JOB_ENDS,
  // A human loop completes for every reviewed object: hundreds of mails a day that nobody acts on.
  'human-review': ['failed', 'stopped', 'unknown'],
  pipeline: ['completed', 'failed', 'stopped', 'unknown'],
  resource: ['completed', 'failed', 'time-limit', 'stopped', 'degraded', 'deleted', 'unknown'],
} as const satisfies Readonly<Record<string, readonly ChangeOutcome[]>>;
export type Family = keyof typeof FAMILIES;
export const FAMILY_NAMES = keysOf(FAMILIES);

/** Types of resources that `domain/kinds.ts` has a row for. The words are those of SageMaker's ARNs where it has one. */
export type ResourceType =
  | 'training-job'
  | 'tuning-job'
  | 'processing-job'
  | 'transform-job'
  | 'labeling-job'
  | 'labeling-task'
  | 'human-loop'
  | 'human-task'
  | 'pipeline-execution'
  | 'pipeline-step'
  | 'endpoint'
  | 'endpoint-config'
  | 'model'
  | 'model-package'
  | 'model-card'
  | 'algorithm'
  | 'notebook-instance'
  | 'notebook-instance-lifecycle-config'
  | 'feature-group'
  | 'image'
  | 'image-version'
  | 'cluster'
  | 'cluster-node'
  | 'cluster-event';

/** A type of job without a row: what holds for all jobs holds for it. */
export type JobType = `${string}-job`;

/** The keys of `record`, with their type. */
function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[];
function keysOf(record: object): string[] {
  return Object.keys(record);
}
