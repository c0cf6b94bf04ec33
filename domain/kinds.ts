/**
 * The table of kinds: one row for each type of resource, with everything that Ground Control knows about the type.
 *
 * The compiler demands a row for each `ResourceType`. A type without a row (a job family that SageMaker adds tomorrow)
 * gets defaults from its name: see `kindOf`.
 */
import type { ResourceType } from '../schemas/vocabulary.ts';
import { COMMON, JOB, LIFECYCLE, PACKAGE, PIPELINE, type Statuses, TASK } from './statuses.ts';

/** A CloudWatch log group, and the prefix of the resource's log streams; without a prefix all streams are its own. */
export interface Logs {
  readonly group: string;
  readonly streamPrefix?: string;
}

/** What Ground Control knows about one type of resource. */
export interface Kind {
  /** What people call the resource, capitalised to begin a sentence. */
  readonly name: string;
  /** The statuses of this type, with their meanings. */
  readonly statuses: Statuses;
  /**
   * What an end status means. `final`: the resource runs once, and nothing but its deletion can follow.
   * `retryable`: it may run again under the same ARN (RetryPipelineExecution). `none`: only its deletion ends it.
   */
  readonly end: 'final' | 'retryable' | 'none';
  /** What the resource belongs to. Headlines, subjects and SMS then name both. */
  readonly partOf?: string;
  /** Events of this type may carry no status, for creation and for deletion. The outcome is then `changed`. */
  readonly withoutStatus?: true;
  /**
   * Path of the resource's page in the AWS console, without the host. `within`: see `StateChange`. Absent when the
   * resource has no page of its own, or its address is not known for certain.
   */
  readonly consolePage?: (name: string, within: string | undefined) => string;
  /** Where SageMaker Studio shows the resource. The link then leads to the page that opens Studio. */
  readonly inStudio?: string;
  /** Where the resource writes its logs. Source: SageMaker developer guide, "Log groups and streams". */
  readonly logs?: (name: string) => Logs;
  /**
   * The API call with which people and programs end the resource early: `Stop...`, or `Delete...` for what runs until it
   * is deleted. CloudTrail records the caller, with the event source `sagemaker.amazonaws.com`.
   */
  readonly endCall?: `${'Stop' | 'Delete'}${string}`;
  /** The `aws sagemaker` command that stops the resource; the name of the resource follows. */
  readonly stopCommand?: string;
}

const TRAINING_LOGS = '/aws/sagemaker/TrainingJobs';

export const KINDS = {
  'training-job': {
    name: 'Training job',
    statuses: JOB,
    end: 'final',
    consolePage: (name) => `sagemaker/home?#/jobs/${name}`,
    logs: (name) => ({ group: TRAINING_LOGS, streamPrefix: `${name}/` }),
    endCall: 'StopTrainingJob',
    stopCommand: 'stop-training-job --training-job-name',
  },
  'tuning-job': {
    name: 'Tuning job',
    statuses: JOB,
    end: 'final',
    consolePage: (name) => `sagemaker/home?#/hyper-tuning-jobs/${name}`,
    // The names of its training jobs begin with the name of the tuning job.
    logs: (name) => ({ group: TRAINING_LOGS, streamPrefix: `${name}-` }),
    endCall: 'StopHyperParameterTuningJob',
    stopCommand: 'stop-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name',
  },
  'processing-job': {
    name: 'Processing job',
    statuses: JOB,
    end: 'final',
    consolePage: (name) => `sagemaker/home?#/processing-jobs/${name}`,
    logs: (name) => ({ group: '/aws/sagemaker/ProcessingJobs', streamPrefix: `${name}/` }),
    endCall: 'StopProcessingJob',
    stopCommand: 'stop-processing-job --processing-job-name',
  },
  'transform-job': {
    name: 'Transform job',
    statuses: JOB,
    end: 'final',
    consolePage: (name) => `sagemaker/home?#/transform-jobs/${name}`,
    logs: (name) => ({ group: '/aws/sagemaker/TransformJobs', streamPrefix: `${name}/` }),
    endCall: 'StopTransformJob',
    stopCommand: 'stop-transform-job --transform-job-name',
  },
  'labeling-job': {
    name: 'Labeling job',
    // The console shows the last one when objects are left without a label. The API calls this `Completed`.
    statuses: { ...JOB, Initializing: 'running', 'Complete with labeling errors': ['completed', 'warning'] },
    end: 'final',
    consolePage: (name) => `sagemaker/groundtruth?#/labeling-jobs/details/${name}`,
    logs: (name) => ({ group: '/aws/sagemaker/LabelingJobs', streamPrefix: name }),
    endCall: 'StopLabelingJob',
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
    // Seen in public tools that build these addresses, which moved from a2i/home to this page of Ground Truth.
    consolePage: (name, workflow) =>
      `sagemaker/groundtruth?#/a2i/human-review-workflows${workflow === undefined ? '' : `/${workflow}/human-loops/${name}`}`,
  },
  'human-task': { name: 'Human task', statuses: { ...TASK, Expired: 'time-limit' }, end: 'none' },
  'pipeline-execution': {
    name: 'Pipeline',
    statuses: PIPELINE,
    end: 'retryable',
    inStudio: 'Pipelines',
    endCall: 'StopPipelineExecution',
  },
  // A step that succeeded is progress; the alert about the end of the execution covers it.
  'pipeline-step': {
    name: 'Pipeline step',
    partOf: 'pipeline',
    statuses: { ...PIPELINE, Succeeded: 'running' },
    end: 'retryable',
    inStudio: 'Pipelines',
    endCall: 'StopPipelineExecution',
  },
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
    endCall: 'DeleteEndpoint',
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
    inStudio: 'Models',
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
    endCall: 'DeleteNotebookInstance',
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
    // The documented event has `Active`; the API's enumeration does not.
    statuses: { ...LIFECYCLE, Active: 'completed' },
    end: 'none',
    inStudio: 'Data, then Feature Store',
    endCall: 'DeleteFeatureGroup',
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

/** Defaults for a type without a row. A type that ends in `job` (`job`, `evaluation-job`) runs once, as all jobs do. */
const kindWithoutRow = (type: string): Kind => ({
  name: type.charAt(0).toUpperCase() + type.slice(1).replaceAll('-', ' '),
  statuses: COMMON,
  end: /job$/.test(type) ? 'final' : 'none',
});

const ROWS: ReadonlyMap<string, Kind> = new Map(Object.entries(KINDS));

/** All types that have a row. */
export const KNOWN_TYPES = [...ROWS.keys()];

/** What Ground Control knows about resources of `type`: its row, or defaults when it has none. */
export const kindOf = (type: string): Kind => ROWS.get(type) ?? kindWithoutRow(type);

/** Types that reconciliation lists in SageMaker and compares with the stored state, in this order. */
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
