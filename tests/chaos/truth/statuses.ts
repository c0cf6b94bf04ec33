/**
 * What each status must lead to: a table of its own, written from SageMaker's documentation and from what the README
 * promises to people. It imports nothing from the product, so that one mistake cannot be in both.
 */
import type { Reading } from './reading.ts';

/** Outcome, severity and label of the alert. A status that is not listed leads to no alert. */
export type Said = readonly [outcome: string, severity: Reading['severity'], label: string, cause?: string | null];

export const inWords = ([outcome, severity, label, cause]: Said) => ({
  outcome,
  severity,
  label,
  ...(cause !== undefined && { cause }),
});

/** A job that ends. `MaxRuntimeExceeded` is a secondary status: the job ended at its own time limit. */
const JOB: Readonly<Record<string, Said>> = {
  Completed: ['completed', 'info', 'COMPLETED', null],
  Failed: ['failed', 'error', 'FAILED'],
  Stopped: ['stopped', 'warning', 'STOPPED', 'stopped'],
  MaxRuntimeExceeded: ['time-limit', 'warning', 'TIME LIMIT', 'time-limit'],
};

export const STATUSES: Readonly<Record<string, Readonly<Record<string, Said>>>> = {
  'training-job': JOB,
  'processing-job': JOB,
  'transform-job': JOB,
  'tuning-job': JOB,
  endpoint: {
    InService: ['completed', 'info', 'IN SERVICE', null],
    Failed: ['failed', 'error', 'FAILED'],
    RollingBack: ['degraded', 'warning', 'ROLLING BACK'],
    UpdateRollbackFailed: ['failed', 'critical', 'FAILED (critical)', 'rollback-failed'],
    OutOfService: ['failed', 'critical', 'FAILED (critical)', 'out-of-service'],
    Deleted: ['deleted', 'info', 'DELETED', 'deleted'],
  },
  'pipeline-execution': {
    Succeeded: ['completed', 'info', 'COMPLETED', null],
    Failed: ['failed', 'error', 'FAILED'],
    Stopped: ['stopped', 'warning', 'STOPPED', 'stopped'],
  },
  // A step that succeeded is no news.
  'pipeline-step': { Failed: ['failed', 'error', 'FAILED'] },
  // A loop that completed is no news.
  'human-loop': {
    Failed: ['failed', 'error', 'FAILED'],
    Stopped: ['stopped', 'warning', 'STOPPED', 'stopped'],
  },
  'notebook-instance': {
    InService: ['completed', 'info', 'IN SERVICE', null],
    Failed: ['failed', 'error', 'FAILED'],
  },
  'cluster-node': {
    Unhealthy: ['degraded', 'error', 'UNHEALTHY'],
    Healthy: ['completed', 'info', 'HEALTHY', null],
  },
};

/** An endpoint in service after a failed update: when the event came that it was rolling back, and when it did not. */
export const ROLLED_BACK: readonly Said[] = [
  ['failed', 'error', 'ROLLED BACK', 'rolled-back'],
  ['failed', 'error', 'UPDATE FAILED', 'update-failed'],
];

/** The family by which people filter, where it is not the type itself. */
export const FAMILIES: Readonly<Record<string, string>> = {
  'pipeline-execution': 'pipeline',
  'pipeline-step': 'pipeline',
  'human-loop': 'human-review',
  'notebook-instance': 'resource',
  'cluster-node': 'resource',
};

/** How a labeling job's end is told, by what it left behind. The cause says what Ground Control did and why. */
export const LABELING: Readonly<Record<string, Said>> = {
  expired: ['failed', 'warning', 'CHAINED', 'labeling-chained'],
  finished: ['completed', 'info', 'COMPLETED', null],
  early: ['failed', 'error', 'FAILED', 'labeling-early'],
  stopped: ['stopped', 'warning', 'STOPPED', 'stopped'],
  'opted-out': ['failed', 'warning', 'EXPIRED', 'labeling-opted-out'],
  stalled: ['failed', 'error', 'EXPIRED, NOT CHAINED', 'labeling-no-progress'],
  // Somebody has continued it: nobody has anything to do.
  'made-on': ['failed', 'info', 'EXPIRED', 'labeling-carried-on'],
  taken: ['failed', 'error', 'EXPIRED, NOT CHAINED', 'labeling-name-taken'],
  refused: ['failed', 'error', 'EXPIRED, NOT CHAINED', 'labeling-refused'],
  unlisted: ['failed', 'error', 'EXPIRED, NOT CHAINED', 'labeling-role-not-listed'],
};
/** The same end where the mode is `observe`, and where its event is handled more than a week later. */
export const LABELING_OBSERVED: Said = ['failed', 'error', 'EXPIRED', 'labeling-observed'];
export const LABELING_LONG_AGO: Said = ['failed', 'error', 'EXPIRED, NOT CHAINED', 'labeling-long-ago'];

/** Alerts about a labeling job that still runs: nobody labels in it, or its 30 days are nearly over. */
export const WILL_EXPIRE: Said = ['labeling', 'warning', 'WILL EXPIRE', 'labeling-will-expire'];
export const NO_PROGRESS: Said = ['labeling', 'warning', 'NO PROGRESS', 'labeling-stalled'];

/** Alerts about a job's budget. */
export const BUDGETS = {
  nearCap: ['budget', 'warning', 'BUDGET 80 %', 'budget-warning'],
  stopped: ['budget', 'error', 'STOPPED AT BUDGET', 'budget-stopped'],
  stillRunning: ['budget', 'critical', 'STILL RUNNING (critical)', 'budget-not-stopped'],
  protected: ['budget', 'error', 'OVER BUDGET', 'budget-protected'],
  observed: ['budget', 'error', 'OVER BUDGET', 'budget-observed'],
  endAtCap: ['stopped', 'warning', 'STOPPED', 'stopped-at-budget'],
  endAtMonth: ['stopped', 'warning', 'STOPPED', 'stopped-at-monthly-budget'],
} as const satisfies Record<string, Said>;

/** Alerts about a month's budget. */
export const MONTHS = {
  half: ['budget', 'info', 'BUDGET 50 %', 'monthly-budget-warning'],
  most: ['budget', 'warning', 'BUDGET 80 %', 'monthly-budget-warning'],
  short: ['budget', 'error', 'BUDGET RUNS OUT', 'monthly-budget-short'],
  spent: ['budget', 'error', 'BUDGET SPENT', 'monthly-budget-spent'],
} as const satisfies Record<string, Said>;
