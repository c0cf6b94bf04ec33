/** Alerts that wait. */
import type { PendingAlert } from '../../schemas/stored/pending-alert.ts';

/** A failed training job, with `over` instead. */
export const pendingAlert = (over: Partial<PendingAlert> = {}): PendingAlert => ({
  id: 'training-job|arn|0|Failed|Failed|',
  at: Date.parse('2026-11-20T02:10:00Z'),
  severity: 'error',
  outcome: 'failed',
  family: 'training-job',
  type: 'training-job',
  name: 'churn',
  subject: 'FAILED: training job churn',
  headline: 'Training job churn failed.',
  owner: 'unknown',
  team: 'unknown',
  project: 'unknown',
  ...over,
});
