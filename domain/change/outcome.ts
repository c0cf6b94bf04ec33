/**
 * What a status means to a person.
 *
 * Per resource type, the statuses SageMaker documents (API enumerations and those seen only in events) and what each
 * comes to. A status that is not listed is never guessed at: it is `unknown`, and the alert says what was received.
 */
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Outcome, Severity } from '../../schemas/vocabulary.ts';

const SEVERITY = {
  completed: 'info',
  failed: 'error',
  'time-limit': 'warning',
  stopped: 'warning',
  degraded: 'warning',
  deleted: 'info',
  running: 'info',
  changed: 'info',
  unknown: 'warning',
  budget: 'warning',
  labeling: 'warning',
} as const satisfies Record<Outcome, Severity>;

/** An outcome, and its severity where that is not the outcome's usual one. */
type Meaning = Outcome | readonly [Outcome, Severity];
type Statuses = Readonly<Record<string, Meaning>>;

const JOB: Statuses = {
  InProgress: 'running',
  Completed: 'completed',
  Failed: 'failed',
  Stopping: 'running',
  Stopped: 'stopped',
  Deleting: 'running',
  DeleteFailed: 'failed',
};
const LIFECYCLE: Statuses = {
  Creating: 'running',
  Created: 'completed',
  CreateFailed: 'failed',
  Updating: 'running',
  UpdateFailed: 'failed',
  Deleting: 'running',
  DeleteFailed: 'failed',
  Deleted: 'deleted',
};
const PIPELINE: Statuses = {
  Starting: 'running',
  Executing: 'running',
  Stopping: 'running',
  Stopped: 'stopped',
  Failed: 'failed',
  Succeeded: 'completed',
};
const PACKAGE: Statuses = {
  Pending: 'running',
  InProgress: 'running',
  Completed: 'completed',
  Failed: 'failed',
  Deleting: 'running',
};
const TASK: Statuses = {
  Created: 'changed',
  Accepted: 'changed',
  Submitted: 'changed',
  Declined: 'changed',
  Returned: 'changed',
  Expired: 'changed',
};
/** Words of detail-types and of statuses that event types known only by name are likely to use. */
const COMMON: Statuses = {
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
};

const BY_TYPE: Readonly<Record<string, Statuses>> = {
  'training-job': JOB,
  'tuning-job': JOB,
  'processing-job': JOB,
  'transform-job': JOB,
  'labeling-job': { ...JOB, Initializing: 'running' },
  // They are counted, and told of with their job's end: one task is no news.
  'labeling-task': TASK,
  'human-task': { ...TASK, Expired: 'time-limit' },
  'human-loop': { ...JOB, Finished: 'completed' },
  'pipeline-execution': PIPELINE,
  // A step that went well is progress of its execution, which speaks for itself when it ends.
  'pipeline-step': { ...PIPELINE, Succeeded: 'running' },
  endpoint: {
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
  'model-package': { ...PACKAGE, Approved: 'completed', Rejected: 'completed', PendingManualApproval: 'completed' },
  algorithm: PACKAGE,
  'notebook-instance': {
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
  // `Active` is not in the API's enumeration, but it is what the documented event says.
  'feature-group': { ...LIFECYCLE, Active: 'completed' },
  image: LIFECYCLE,
  'image-version': LIFECYCLE,
  'model-card': { Draft: 'changed', PendingReview: 'changed', Approved: 'completed', Archived: 'changed' },
  cluster: {
    Creating: 'running',
    Deleting: 'running',
    Failed: 'failed',
    InService: 'completed',
    RollingBack: 'degraded',
    SystemUpdating: 'running',
    Updating: 'running',
  },
  'cluster-node': { Healthy: 'completed', Unhealthy: ['degraded', 'error'] },
  'cluster-event': {
    Info: 'changed',
    Warn: 'degraded',
    Error: 'failed',
    Started: 'changed',
    Succeeded: 'changed',
    Completed: 'changed',
    Failed: 'failed',
    TimedOut: 'failed',
  },
};

/** Event types that carry no status: their creation and their deletion look alike. */
const WITHOUT_STATUS: ReadonlySet<string> = new Set([
  'model',
  'endpoint-config',
  'notebook-instance-lifecycle-config',
  'algorithm',
  'cluster-event',
]);

/** A job that ran into its own limit ends `Stopped` with one of these; nobody stopped it. */
const TIME_LIMITS: ReadonlySet<string> = new Set(['maxruntimeexceeded', 'maxwaittimeexceeded']);

/** What a change comes to. `status` is in the API's spelling when it is a known one, else as received. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly severity: Severity;
  readonly status: string | undefined;
}

/** The verdict on `change`, from its resource type and status alone. */
export function judge(change: StateChange): Verdict {
  if (change.status === undefined)
    return verdict(WITHOUT_STATUS.has(change.resource.type) ? 'changed' : 'unknown', undefined);
  const known = lookUp(change.resource.type, change.status);
  if (known === undefined) return verdict('unknown', change.status);
  const [status, meaning] = known;
  if (meaning === 'stopped' && TIME_LIMITS.has(squash(change.secondaryStatus ?? '')))
    return verdict('time-limit', status);
  return verdict(meaning, status);
}

function verdict(meaning: Meaning, status: string | undefined): Verdict {
  const [outcome, severity] = typeof meaning === 'string' ? [meaning, SEVERITY[meaning]] : meaning;
  return { outcome, severity, status };
}

/** One spelling of `InService`, `IN_SERVICE`, `in service` and `in-service`. */
function squash(status: string): string {
  return status.toLowerCase().replace(/[\s_-]/g, '');
}

type Index = ReadonlyMap<string, readonly [string, Meaning]>;
const index = (statuses: Statuses): Index =>
  new Map(Object.entries(statuses).map(([status, meaning]) => [squash(status), [status, meaning]]));
const indices = new Map<string, Index>();

function lookUp(type: string, status: string): readonly [string, Meaning] | undefined {
  const own = Object.hasOwn(BY_TYPE, type) ? type : '';
  const known = indices.get(own) ?? index(BY_TYPE[own] ?? COMMON);
  indices.set(own, known);
  return known.get(squash(status));
}
