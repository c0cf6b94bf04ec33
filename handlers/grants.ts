/**
 * The permissions of each function. Packaging writes the IAM roles from this file, and `docs/permissions.md` shows
 * them.
 */
import { readNames } from '../adapters/cognito/names.ts';
import { READ_PARTS } from '../adapters/dynamodb/delivery/ended-parts.ts';
import { LET_WAIT } from '../adapters/dynamodb/delivery/waiting.ts';
import { TELL_WAITING } from '../adapters/dynamodb/delivery/windows.ts';
import { READ_TASKS } from '../adapters/dynamodb/labeling-jobs.ts';
import { HOLD_LEASE } from '../adapters/dynamodb/lease.ts';
import { READ_MONTHS } from '../adapters/dynamodb/months.ts';
import { RUN_ONCE } from '../adapters/dynamodb/once.ts';
import { COMPARE_STATE } from '../adapters/dynamodb/reconciliation-table.ts';
import { USE_STATE } from '../adapters/dynamodb/resource-table.ts';
import { READ_REVIEWS } from '../adapters/dynamodb/reviews.ts';
import { RELAY_CHANGES } from '../adapters/eventbridge/relay.ts';
import type { Grant } from '../adapters/grant.ts';
import { READ_LOGS } from '../adapters/logs/log-streams.ts';
import { READ_WORKER_ACTIVITY } from '../adapters/logs/worker-activity.ts';
import { READ_PRICES } from '../adapters/pricing/price-list.ts';
import { READ_MANIFESTS } from '../adapters/s3/manifests.ts';
import { readOutputs } from '../adapters/s3/review-outputs.ts';
import { WRITE_TEAM_REPORTS } from '../adapters/s3/team-reports.ts';
import { readResponses } from '../adapters/s3/worker-responses.ts';
import { COMPARE_SAGEMAKER } from '../adapters/sagemaker/account.ts';
import { DESCRIBE_JOBS } from '../adapters/sagemaker/describe.ts';
import { LIST_FAILED_PARTS } from '../adapters/sagemaker/failed-parts.ts';
import { createLabelingJobs, READ_LABELING_JOBS } from '../adapters/sagemaker/labeling-jobs.ts';
import { END_POOLS, stopJobs } from '../adapters/sagemaker/stop-job.ts';
import { READ_TUNED_JOBS } from '../adapters/sagemaker/tuned-jobs.ts';
import { SCHEDULE_CONTINUATION } from '../adapters/scheduler/continuation.ts';
import { SCHEDULE_CHECKS } from '../adapters/scheduler/deadlines.ts';
import { SCHEDULE_WINDOWS } from '../adapters/scheduler/window-ends.ts';
import { READ_PSEUDONYM_SECRET } from '../adapters/secrets-manager/pseudonym-secret.ts';
import { PUBLISH_ALERTS } from '../adapters/sns/publish.ts';
import { ASK_BUDGET } from '../adapters/sqs/budget-queue.ts';
import { QUARANTINE_INPUT } from '../adapters/sqs/quarantine.ts';
import { endsWarmPools, stoppableTypes } from '../domain/budget/stoppable.ts';
import { readsOutputs } from '../domain/review/loop.ts';
import type { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import { lookUp } from '../schemas/look-up.ts';

/** Lambda sends events that a function failed to handle to the failure queue, with the function's own role. */
const KEEP_FAILED: Grant = {
  name: 'failed',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['FailedQueue', 'Arn'] }] }],
};

/** For functions that hand events of labeling jobs over to the labeling function. */
const HAND_TO_LABELING: Grant = {
  name: 'hand-to-labeling',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['LabelingQueue', 'Arn'] }] }],
};

/** For functions that hand failures over to the function `diagnosis`. */
const HAND_TO_DIAGNOSIS: Grant = {
  name: 'hand-to-diagnosis',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['DiagnosisQueue', 'Arn'] }] }],
};

/** For the function that hands completed human loops over to the function `review`. */
const HAND_TO_REVIEW: Grant = {
  name: 'hand-to-review',
  statements: [{ actions: ['sqs:SendMessage'], on: [{ 'Fn::GetAtt': ['ReviewQueue', 'Arn'] }] }],
};

/** Lambda receives the messages of a function's queue with the function's own role. */
const receive = (queue: 'BudgetQueue' | 'LabelingQueue' | 'DiagnosisQueue' | 'ReviewQueue' | 'DigestQueue'): Grant => ({
  name: 'queue',
  statements: [
    {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      on: [{ 'Fn::GetAtt': [queue, 'Arn'] }],
    },
  ],
});

/** Functions that handle events send alerts, use the table, and keep what they cannot read or failed to handle. */
const BASE: readonly Grant[] = [PUBLISH_ALERTS, USE_STATE, LET_WAIT, QUARANTINE_INPUT, KEEP_FAILED];

type Mode = Pick<FunctionConfiguration, 'labeling' | 'budgets' | 'logs' | 'review' | 'teams' | 'relays'>;

/** Grants in addition to `BASE`, by the function's name in `serverless.yml`. Other functions get `BASE` alone. */
const GRANTS: Readonly<Record<string, (mode: Mode) => readonly Grant[]>> = {
  trainingJob: () => [ASK_BUDGET, HAND_TO_DIAGNOSIS],
  tuningJob: () => [ASK_BUDGET, HAND_TO_DIAGNOSIS],
  processingJob: () => [ASK_BUDGET, HAND_TO_DIAGNOSIS],
  transformJob: () => [ASK_BUDGET, HAND_TO_DIAGNOSIS],
  pipeline: () => [HAND_TO_DIAGNOSIS],
  labelingJob: () => [HAND_TO_LABELING],
  humanReview: ({ review }) => (readsOutputs(review) ? [HAND_TO_REVIEW] : []),
  // It may read only the outputs that `ground-control.yml` lists.
  review: ({ review }) => [RUN_ONCE, READ_REVIEWS, receive('ReviewQueue'), ...readOutputs(review)],
  reconciliation: () => [
    RUN_ONCE,
    HOLD_LEASE,
    COMPARE_STATE,
    READ_MONTHS,
    COMPARE_SAGEMAKER,
    READ_TUNED_JOBS,
    ASK_BUDGET,
    HAND_TO_LABELING,
    HAND_TO_DIAGNOSIS,
    READ_PRICES,
    SCHEDULE_CONTINUATION,
  ],
  // With `logs: off` the function is deployed without the permission to read logs.
  diagnosis: ({ logs }) => [
    ASK_BUDGET,
    DESCRIBE_JOBS,
    LIST_FAILED_PARTS,
    READ_PARTS,
    READ_PRICES,
    READ_TUNED_JOBS,
    receive('DiagnosisQueue'),
    ...(logs === 'tail' ? [READ_LOGS] : []),
  ],
  // In mode `observe` the function is deployed without the permission to stop jobs and to end warm pools.
  budget: ({ budgets }) => [
    RUN_ONCE,
    ASK_BUDGET,
    READ_PRICES,
    DESCRIBE_JOBS,
    READ_TUNED_JOBS,
    SCHEDULE_CHECKS,
    READ_MONTHS,
    receive('BudgetQueue'),
    ...stopJobs(stoppableTypes(budgets)),
    ...(endsWarmPools(budgets) ? [END_POOLS] : []),
  ],
  // In mode `observe` the function is deployed without the permission to create jobs. It may pass only listed roles.
  labeling: ({ labeling }) => [
    RUN_ONCE,
    READ_LABELING_JOBS,
    READ_MANIFESTS,
    READ_TASKS,
    receive('LabelingQueue'),
    ...(labeling.mode === 'enforce' ? createLabelingJobs(labeling.roles) : []),
  ],
  digest: () => [
    ...[PUBLISH_ALERTS, USE_STATE, LET_WAIT, RUN_ONCE, TELL_WAITING],
    ...[SCHEDULE_WINDOWS, KEEP_FAILED, receive('DigestQueue')],
  ],
  teamReport: ({ teams }) => [
    PUBLISH_ALERTS,
    USE_STATE,
    LET_WAIT,
    RUN_ONCE,
    KEEP_FAILED,
    READ_WORKER_ACTIVITY,
    READ_PSEUDONYM_SECRET,
    WRITE_TEAM_REPORTS,
    ...readResponses(teams.outputs, teams.keys),
    ...readNames(teams.names),
  ],
};

/**
 * Functions that handle no event of SageMaker. `digest` sends what others let wait. `workerActivity` sends no alerts either, and no queue may keep what it
 * gets, because it is about people.
 */
const WITHOUT_BASE: ReadonlySet<string> = new Set(['digest', 'teamReport', 'workerActivity']);

/** Whether the function called `name` handles events of SageMaker and sends alerts about them. */
export const hasBase = (name: string): boolean => !WITHOUT_BASE.has(name);

/** Whether the function called `name` decides on alerts, and may let them wait. */
export const sendsAlerts = (name: string): boolean => hasBase(name) || name === 'teamReport';

/** The grants of the function called `name`. `infrastructure/` adds the permission to write its own log. */
export const grantsOf = (name: string, mode: Mode): readonly Grant[] => [
  ...(hasBase(name) ? BASE : []),
  // Without relays there is no bus.
  ...(hasBase(name) && mode.relays.on ? [RELAY_CHANGES] : []),
  ...(lookUp(GRANTS, name)?.(mode) ?? []),
];
