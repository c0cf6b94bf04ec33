/** The codes of causes in the machine-readable alert. `docs/alerts.md` lists and explains them. */

/** Why something failed. A program can rely on them: within a version of the alert, codes are only added. */
export const FAILURE_CODES = [
  'user-code-error',
  'missing-module',
  'file-not-found-in-container',
  'gpu-memory',
  'host-memory',
  'shared-memory',
  'disk-full',
  'distributed-communication',
  'cuda-driver-mismatch',
  'data-format-or-shape',
  'no-input-data',
  's3-permission',
  'execution-role',
  'kms',
  'image-pull',
  'entry-point-or-arguments',
  'hyperparameter-invalid',
  'capacity',
  'quota',
  'throttling',
  'spot-interruption',
  'time-limit',
  'internal-service-error',
  'endpoint-health-check',
  'model-artifact-wrong',
  'network-or-vpc',
  'external-service',
  'labeling-configuration',
  'a2i',
  'framework-version-conflict',
  'dependency-install-failed',
  'unknown',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** How something ended, when that is no failure, or says nothing about its cause. */
export const END_CODES = [
  'stopped',
  'stopped-at-budget',
  'stopped-at-monthly-budget',
  'deleted',
  'approval-pending',
  'endpoint-failed',
  'out-of-service',
  'rolling-back',
  'rolled-back',
  'rollback-failed',
  'update-failed',
  'instances-missing',
  'task-expired',
  'agreement-below-level',
] as const;

/** Every code. Those about budgets and about the ends of labeling jobs say what Ground Control did. */
export type CauseCode =
  | FailureCode
  | (typeof END_CODES)[number]
  | `budget-${string}`
  | `monthly-budget-${string}`
  | `labeling-${string}`;
