/**
 * The table of kinds: one row for each type of resource, with everything that Ground Control knows about that type.
 *
 * The compiler demands a row for each `ResourceType`. A type of job without a row (`quantum-job`, or a job family that
 * SageMaker adds tomorrow) gets what holds for all jobs.
 */
import type { ResourceType } from '../schemas/vocabulary.ts';
import { COMMON, JOB, LIFECYCLE, PACKAGE, PIPELINE, type Statuses, TASK } from './statuses.ts';

/** A log group of CloudWatch, and what the names of the resource's streams begin with. */
export interface Logs {
  readonly group: string;
  readonly streamPrefix?: string;
}

export interface Kind {
  /** What people call it, as a sentence begins with it. */
  readonly name: string;
  readonly statuses: Statuses;
  /**
   * What an end means. `final`: nothing follows, it runs once. `retryable`: it may go on under the same ARN
   * (RetryPipelineExecution). `none`: it never ends by itself, only its deletion is an end.
   */
  readonly end: 'final' | 'retryable' | 'none';
  /** Its events carry no status: its creation and its deletion look alike. */
  readonly withoutStatus?: true;
  /** Its page in the AWS console, behind the console's host. Absent: it is shown in SageMaker Studio only. */
  readonly consolePage?: (name: string) => string;
  /** Source: SageMaker developer guide, "Log groups and streams". */
  readonly logs?: (name: string) => Logs;
  /** The command of `aws sagemaker` that stops it, up to its name. */
  readonly stopCommand?: string;
}

const TRAINING_LOGS = '/aws/sagemaker/TrainingJobs';

const KINDS = {
  'training-job': {
    name: 'Training job',
    statuses: JOB,
    end: 'final',
    consolePage: (name) => `sagemaker/home?#/jobs/${name}`,
    logs: (name) => ({ group: TRAINING_LOGS, streamPrefix: `${name}/` }),
    stopCommand: 'stop-training-job --training-job-name',
  },
  'tuning-job': {
    name: 'Tuning job',
    statuses: JOB,
    end: 'final',
    consolePage: (name) => `sagemaker/home?#/hyper-tuning-jobs/${name}`,
    // The names of its training jobs begin with its own.
    logs: (name) => ({ group: TRAINING_LOGS, streamPrefix: `${name}-` }),
    stopCommand: 'stop-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name',
  },
  'processing-job': {
    name: 'Processing job',
    statuses: JOB,
    end: 'final',
    consolePage: (name) => `sagemaker/home?#/processing-jobs/${name}`,
    logs: (name) => ({ group: '/aws/sagemaker/ProcessingJobs', streamPrefix: `${name}/` }),
    stopCommand: 'stop-processing-job --processing-job-name',
  },
  'transform-job': {
    name: 'Transform job',
    statuses: JOB,
    end: 'final',
    consolePage: (name) => `sagemaker/home?#/transform-jobs/${name}`,
    logs: (name) => ({ group: '/aws/sagemaker/TransformJobs', streamPrefix: `${name}/` }),
    stopCommand: 'stop-transform-job --transform-job-name',
  },
  'labeling-job': {
    name: 'Labeling job',
    statuses: { ...JOB, Initializing: 'running' },
    end: 'final',
    consolePage: (name) => `sagemaker/groundtruth?#/labeling-jobs/details/${name}`,
    logs: (name) => ({ group: '/aws/sagemaker/LabelingJobs', streamPrefix: name }),
    stopCommand: 'stop-labeling-job --labeling-job-name',
  },
  'labeling-task': {
    name: 'A task of labeling job',
    statuses: TASK,
    end: 'none',
    consolePage: (name) => `sagemaker/groundtruth?#/labeling-jobs/details/${name}`,
  },
  'human-loop': {
    name: 'Human loop',
    statuses: { ...JOB, Finished: 'completed' },
    end: 'final',
    consolePage: () => 'a2i/home?#/human-review-workflows',
  },
  'human-task': { name: 'Human task', statuses: { ...TASK, Expired: 'time-limit' }, end: 'none' },
  'pipeline-execution': { name: 'Pipeline', statuses: PIPELINE, end: 'retryable' },
  // A step that went well is progress of its execution, whose end is told.
  'pipeline-step': { name: 'Pipeline step', statuses: { ...PIPELINE, Succeeded: 'running' }, end: 'retryable' },
  endpoint: {
    name: 'Endpoint',
    statuses: {
      Creating: 'running',
      InService: 'completed',
      Updating: 'running',
      SystemUpdating: 'running',
      RollingBack: 'degraded',
      OutOfService: ['failed', 'critical'],
      Deleting: 'running',
      Deleted: 'deleted',
      Failed: 'failed',
      UpdateRollbackFailed: ['failed', 'critical'],
    },
    end: 'none',
    consolePage: (name) => `sagemaker/home?#/endpoints/${name}`,
    logs: (name) => ({ group: `/aws/sagemaker/Endpoints/${name}` }),
  },
  'endpoint-config': {
    name: 'Endpoint config',
    statuses: COMMON,
    end: 'none',
    withoutStatus: true,
    consolePage: (name) => `sagemaker/home?#/endpointConfig/${name}`,
  },
  model: {
    name: 'Model',
    statuses: COMMON,
    end: 'none',
    withoutStatus: true,
    consolePage: (name) => `sagemaker/home?#/models/${name}`,
  },
  'model-package': {
    name: 'Model package',
    statuses: { ...PACKAGE, Approved: 'completed', Rejected: 'completed', PendingManualApproval: 'completed' },
    end: 'none',
  },
  'model-card': {
    name: 'Model card',
    statuses: { Draft: 'changed', PendingReview: 'changed', Approved: 'completed', Archived: 'changed' },
    end: 'none',
  },
  algorithm: {
    name: 'Algorithm',
    statuses: PACKAGE,
    end: 'none',
    withoutStatus: true,
    consolePage: (name) => `sagemaker/home?#/algorithms/${name}`,
  },
  'notebook-instance': {
    name: 'Notebook instance',
    statuses: {
      Pending: 'running',
      InService: 'completed',
      Stopping: 'running',
      // People stop notebooks every evening.
      Stopped: 'changed',
      Failed: 'failed',
      Deleting: 'running',
      Deleted: 'deleted',
      Updating: 'running',
      InMaintenance: 'running',
      PendingMaintenance: 'running',
    },
    end: 'none',
    consolePage: (name) => `sagemaker/home?#/notebook-instances/${name}`,
    logs: (name) => ({ group: '/aws/sagemaker/NotebookInstances', streamPrefix: `${name}/` }),
  },
  'notebook-instance-lifecycle-config': {
    name: 'Notebook instance lifecycle config',
    statuses: COMMON,
    end: 'none',
    withoutStatus: true,
    consolePage: (name) => `sagemaker/home?#/notebook-instance-lifecycle-configs/${name}`,
  },
  'feature-group': {
    name: 'Feature group',
    // `Active` is in the documented event, though not in the API's enumeration.
    statuses: { ...LIFECYCLE, Active: 'completed' },
    end: 'none',
  },
  image: {
    name: 'Image',
    statuses: LIFECYCLE,
    end: 'none',
    consolePage: (name) => `sagemaker/home?#/images/${name}`,
  },
  'image-version': { name: 'Image version', statuses: LIFECYCLE, end: 'none' },
  cluster: {
    name: 'HyperPod cluster',
    statuses: {
      Creating: 'running',
      Deleting: 'running',
      Failed: 'failed',
      InService: 'completed',
      RollingBack: 'degraded',
      SystemUpdating: 'running',
      Updating: 'running',
    },
    end: 'none',
    consolePage: (name) => `sagemaker/home?#/cluster-management/${name}`,
  },
  'cluster-node': {
    name: 'Node of HyperPod cluster',
    statuses: { Healthy: 'completed', Unhealthy: ['degraded', 'error'] },
    end: 'none',
    consolePage: (name) => `sagemaker/home?#/cluster-management/${name}`,
  },
  'cluster-event': {
    name: 'HyperPod cluster',
    statuses: {
      Info: 'changed',
      Warn: 'degraded',
      Error: 'failed',
      Started: 'changed',
      Succeeded: 'changed',
      Completed: 'changed',
      Failed: 'failed',
      TimedOut: 'failed',
    },
    end: 'none',
    withoutStatus: true,
    consolePage: (name) => `sagemaker/home?#/cluster-management/${name}`,
  },
} as const satisfies Record<ResourceType, Kind>;

/** Types without a row of their own: jobs (`job`, `evaluation-job`, `quantum-job`), and anything else. */
const kindWithoutRow = (type: string): Kind => ({
  name: type.charAt(0).toUpperCase() + type.slice(1).replaceAll('-', ' '),
  statuses: COMMON,
  end: /job$/.test(type) ? 'final' : 'none',
});

const ROWS: ReadonlyMap<string, Kind> = new Map(Object.entries(KINDS));

/** Types that have a row. */
export const KNOWN_TYPES = [...ROWS.keys()];

/** What is known about resources of `type`. */
export const kindOf = (type: string): Kind => ROWS.get(type) ?? kindWithoutRow(type);

/** Types whose lists reconciliation compares with the table, in that order. */
export const RECONCILED = [
  'training-job',
  'tuning-job',
  'processing-job',
  'transform-job',
  'labeling-job',
  'endpoint',
  'pipeline-execution',
] as const satisfies readonly ResourceType[];
export type Reconciled = (typeof RECONCILED)[number];
