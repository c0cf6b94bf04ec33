/** Words that events, configuration, alerts and filter policies share. */

/** What a change means. `ground-control.yml` uses these words to say which changes become alerts. */
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

/**
 * All outcomes: those of changes, `budget` for alerts about money, `labeling` for alerts about running labeling jobs,
 * `review` for alerts about human review workflows.
 */
export const OUTCOMES = [...CHANGE_OUTCOMES, 'budget', 'labeling', 'review'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** From most to least urgent. */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Outcomes with which a job ends. */
const JOB_ENDS = ['completed', 'failed', 'time-limit', 'stopped', 'unknown'] as const;

/**
 * Families of events. Each has one Lambda function; filter policies name them. The value is the default in
 * `ground-control.yml`: the outcomes that become alerts.
 */
export const FAMILIES = {
  'training-job': JOB_ENDS,
  'tuning-job': JOB_ENDS,
  'processing-job': JOB_ENDS,
  'transform-job': JOB_ENDS,
  endpoint: ['completed', 'failed', 'degraded', 'deleted', 'unknown'],
  'labeling-job': JOB_ENDS,
  // A human loop completes for every reviewed object: hundreds of e-mails a day that need no action.
  'human-review': ['failed', 'stopped', 'unknown'],
  pipeline: ['completed', 'failed', 'stopped', 'unknown'],
  resource: ['completed', 'failed', 'time-limit', 'stopped', 'degraded', 'deleted', 'unknown'],
} as const satisfies Readonly<Record<string, readonly ChangeOutcome[]>>;
export type Family = keyof typeof FAMILIES;
export const FAMILY_NAMES = keysOf(FAMILIES);

/** Resource types with a row in `domain/kinds.ts`, spelled as in SageMaker's ARNs where the type appears in one. */
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

/** A job type without a row in `domain/kinds.ts`: it gets the rules that hold for all jobs. */
export type JobType = `${string}-job`;

/** `Object.keys`, typed. */
function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[];
function keysOf(record: object): string[] {
  return Object.keys(record);
}
