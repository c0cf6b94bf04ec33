import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TASK_PERMISSIONS } from '../../adapters/dynamodb/labeling-jobs.ts';
import { LEDGER_PERMISSIONS } from '../../adapters/dynamodb/ledgers.ts';
import { SCAN_PERMISSIONS } from '../../adapters/dynamodb/resource-table.ts';
import { PRICE_PERMISSIONS } from '../../adapters/pricing/price-list.ts';
import { MANIFEST_PERMISSIONS } from '../../adapters/s3/manifests.ts';
import { CHAIN_PERMISSIONS, LABELING_PERMISSIONS } from '../../adapters/sagemaker/labeling-jobs.ts';
import { RECONCILE_PERMISSIONS } from '../../adapters/sagemaker/lists.ts';
import { TRAINING_JOBS_PERMISSIONS } from '../../adapters/sagemaker/tuned-jobs.ts';
import { TOPIC_DISPLAY_NAME } from '../../domain/alert/render/sms.ts';
import { PERMISSIONS } from '../../handlers/permissions.ts';
import { readRules } from '../../local/play/rules.ts';
import { ROOT } from '../support/events.ts';

const read = (file: string) => parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true, logLevel: 'silent' });
const roles = Object.entries<{
  Properties: {
    Policies: { PolicyName: string; PolicyDocument: { Statement: { Action: string[]; Resource: string }[] } }[];
  };
}>(read('infrastructure/roles.yml').Resources);

const LEAST = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'sqs:SendMessage',
  ...PERMISSIONS.notify,
  ...PERMISSIONS.quarantine,
];
/** Of functions whose jobs are charged by the hour. */
const CHARGED = [...LEAST, ...PERMISSIONS['check-budget'], ...PERMISSIONS['hand-over']];
const NEEDED: Record<string, readonly string[]> = {
  TrainingJobRole: CHARGED,
  TuningJobRole: CHARGED,
  ProcessingJobRole: CHARGED,
  TransformJobRole: CHARGED,
  LabelingJobRole: [...LEAST, ...PERMISSIONS['hand-over'], ...PERMISSIONS['count-task']],
  LabelingRole: [
    ...LEAST,
    ...LABELING_PERMISSIONS,
    ...MANIFEST_PERMISSIONS,
    ...TASK_PERMISSIONS,
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
  ],
  ReconciliationRole: [
    ...CHARGED,
    ...PRICE_PERMISSIONS,
    ...SCAN_PERMISSIONS,
    ...RECONCILE_PERMISSIONS,
    ...TRAINING_JOBS_PERMISSIONS,
  ],
  BudgetRole: [
    ...CHARGED,
    ...PRICE_PERMISSIONS,
    ...TRAINING_JOBS_PERMISSIONS,
    ...PERMISSIONS['stop-job'],
    ...PERMISSIONS['arm-budget'],
    ...LEDGER_PERMISSIONS,
    'sagemaker:DescribeProcessingJob',
    'sagemaker:DescribeTransformJob',
    'sagemaker:ListTags',
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
  ],
};

describe('the role of a function', () => {
  it('exists for every function, and for nothing else', () => {
    const functions = [
      ...readRules(join(ROOT, 'serverless.yml')).map(({ functionName }) => functionName),
      'reconciliation',
      'budget',
      'labeling',
    ];
    const expected = functions.map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Role`);
    expect(roles.map(([name]) => name).sort()).toEqual(expected.sort());
  });

  it.each(roles)('%s allows what the code does, and no more', (name, { Properties: { Policies } }) => {
    const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const allowed = new Set(statements.flatMap(({ Action }) => Action));
    expect([...allowed].sort()).toEqual([...new Set(NEEDED[name] ?? LEAST)].sort());
    expect(statements.map(({ Resource }) => Resource).slice(0, 6)).toEqual([
      `\${${name.replace(/Role$/, '')}LogGroup.Arn}`,
      'AlertsTopic',
      'AlertsKey.Arn',
      'StateTable.Arn',
      'QuarantineQueue.Arn',
      'FailedQueue.Arn',
    ]);
  });
});

describe('what creates labeling jobs', () => {
  it('is allowed beside the role, and no more than the code does', () => {
    const { Roles, PolicyDocument } = read('infrastructure/labeling.yml').Resources.LabelingChainPolicy.Properties;
    const allowed = PolicyDocument.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
    expect([Roles, allowed.sort()]).toEqual([['LabelingRole'], [...CHAIN_PERMISSIONS].sort()]);
    expect(PolicyDocument.Statement.at(-1).Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    });
  });
});

describe('the alerts topic', () => {
  it('has the display name that SMS leave room for', () => {
    expect(read('infrastructure/alerts.yml').Resources.AlertsTopic.Properties.DisplayName).toBe(TOPIC_DISPLAY_NAME);
  });
});
