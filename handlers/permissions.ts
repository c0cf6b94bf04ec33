/** The IAM actions that each kind of action needs; a test holds the roles against them. */

import { TABLE_PERMISSIONS } from '../adapters/dynamodb/resource-table.ts';
import { CHAIN_PERMISSIONS } from '../adapters/sagemaker/labeling-jobs.ts';
import { STOP_PERMISSIONS } from '../adapters/sagemaker/stop-job.ts';
import { DEADLINE_PERMISSIONS } from '../adapters/scheduler/deadlines.ts';
import { PUBLISH_PERMISSIONS } from '../adapters/sns/publish.ts';
import type { Action } from '../domain/action.ts';

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
