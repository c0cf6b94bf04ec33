/** The IAM actions that each kind of action needs; a test holds the roles against them. */
import type { Action } from '../domain/action.ts';
import { DEADLINE_PERMISSIONS } from './deadlines.ts';
import { STOP_PERMISSIONS } from './jobs.ts';
import { CHAIN_PERMISSIONS } from './labeling-jobs.ts';
import { PUBLISH_PERMISSIONS } from './publish-notice.ts';
import { TABLE_PERMISSIONS } from './table.ts';

export const PERMISSIONS = {
  notify: [...PUBLISH_PERMISSIONS, ...TABLE_PERMISSIONS],
  quarantine: ['sqs:SendMessage'],
  'check-budget': ['sqs:SendMessage', ...TABLE_PERMISSIONS],
  'hand-over': ['sqs:SendMessage'],
  'ask-budget': ['sqs:SendMessage'],
  'stop-job': [...Object.values(STOP_PERMISSIONS), ...PUBLISH_PERMISSIONS, ...TABLE_PERMISSIONS],
  'arm-budget': [...DEADLINE_PERMISSIONS, 'iam:PassRole'],
  'disarm-budget': [...DEADLINE_PERMISSIONS],
  'chain-labeling-job': [...CHAIN_PERMISSIONS, ...PUBLISH_PERMISSIONS, ...TABLE_PERMISSIONS],
  'count-task': ['dynamodb:PutItem'],
} as const satisfies Record<Action['kind'], readonly string[]>;
