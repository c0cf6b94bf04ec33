/**
 * Starts the embedded AWS, and sets the environment so that AWS clients call it whatever the user's AWS configuration
 * is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPILED_CONFIGURATION, writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { readTable } from './dynamodb/table.ts';
import { type EmbeddedAws, type EmbeddedResources, startEmbeddedAws } from './server.ts';

/** The account 000000000000 does not exist in AWS. */
export const LOCAL_TOPIC = 'arn:aws:sns:us-east-1:000000000000:ground-control-local-alerts';
const LOCAL_TABLE = 'ground-control-local-state';
/** Environment of the budget function. */
const LOCAL_BUDGETS = {
  BUDGET_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:ground-control-local-budget',
  SCHEDULE_GROUP: 'ground-control-local-budgets',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::000000000000:role/ground-control-local-schedules',
  UNDELIVERED_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:ground-control-local-undelivered',
};
/** Environment of the function digest. */
const LOCAL_WINDOWS = {
  WINDOW_GROUP: 'ground-control-local-windows',
  DIGEST_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:ground-control-local-digest',
  WINDOW_ROLE_ARN: 'arn:aws:iam::000000000000:role/ground-control-local-windows',
};
/** Environment of the function reconciliation. */
const LOCAL_CONTINUATIONS = {
  CONTINUATION_GROUP: 'ground-control-local-reconciliation',
  CONTINUATION_BUS_ARN: 'arn:aws:events:us-east-1:000000000000:event-bus/default',
  CONTINUATION_ROLE_ARN: 'arn:aws:iam::000000000000:role/ground-control-local-continuations',
};
/** Environment of the function teamReport. */
const LOCAL_REPORTS = {
  STAGE: 'local',
  TEAM_REPORTS_BUCKET: 'ground-control-local-team-reports',
  TEAM_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:ground-control-local',
};
/** Paths of the queues' URLs. */
const LOCAL_QUEUES = {
  quarantine: '/000000000000/ground-control-local-quarantine',
  failed: '/000000000000/ground-control-local-failed',
  budget: '/000000000000/ground-control-local-budget',
  labeling: '/000000000000/ground-control-local-labeling',
  diagnosis: '/000000000000/ground-control-local-diagnosis',
  review: '/000000000000/ground-control-local-review',
  digest: '/000000000000/ground-control-local-digest',
  undelivered: '/000000000000/ground-control-local-undelivered',
};

/** The embedded AWS that the clients of this process call. */
export interface LocalAws extends EmbeddedAws {
  /** Removes all messages, even hidden ones, from a queue and returns their bodies, the oldest first. */
  readonly take: (queue: keyof typeof LOCAL_QUEUES) => string[];
  /** Puts a message into a queue. */
  readonly send: (queue: keyof typeof LOCAL_QUEUES, body: string) => void;
  /** Stops the embedded AWS and deletes its files. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the embedded AWS, and sets this process's environment so that functions read `configuration` and call it.
 * `fault` injects faults, `invoke` runs functions for Lambda's `Invoke`, and `answered` learns of each answer. The
 * user's AWS configuration is not read: no profile, no credentials, no endpoints. With `GROUND_CONTROL_DYNAMODB`, the
 * URL of a DynamoDB Local, that one answers the calls to DynamoDB.
 */
export async function startLocalAws(
  configuration: Configuration,
  fault?: EmbeddedResources['fault'],
  invoke?: EmbeddedResources['invoke'],
  answered?: EmbeddedResources['answered'],
): Promise<LocalAws> {
  const dynamoDb = process.env['GROUND_CONTROL_DYNAMODB'];
  const aws = await startEmbeddedAws({
    ...(dynamoDb !== undefined && { dynamoDb }),
    ...(fault && { fault }),
    ...(invoke && { invoke }),
    ...(answered && { answered }),
    topicArn: LOCAL_TOPIC,
    queuePaths: Object.values(LOCAL_QUEUES),
    table: readTable(LOCAL_TABLE),
  });
  aws.secrets.set(LOCAL_REPORTS.TEAM_SECRET_ARN, 'the secret of this machine');
  const folder = mkdtempSync(join(tmpdir(), 'ground-control-'));
  const config = join(folder, COMPILED_CONFIGURATION);
  writeCompiledConfiguration(configuration, config);
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    POWERTOOLS_SERVICE_NAME: 'ground-control-local',
    ALERTS_TOPIC_ARN: LOCAL_TOPIC,
    STATE_TABLE: LOCAL_TABLE,
    QUARANTINE_QUEUE_URL: `${aws.endpoint}${LOCAL_QUEUES.quarantine}`,
    FAILED_QUEUE_URL: `${aws.endpoint}${LOCAL_QUEUES.failed}`,
    ...LOCAL_BUDGETS,
    ...LOCAL_WINDOWS,
    ...LOCAL_CONTINUATIONS,
    ...LOCAL_REPORTS,
    BUDGET_QUEUE_URL: `${aws.endpoint}${LOCAL_QUEUES.budget}`,
    LABELING_QUEUE_URL: `${aws.endpoint}${LOCAL_QUEUES.labeling}`,
    DIAGNOSIS_QUEUE_URL: `${aws.endpoint}${LOCAL_QUEUES.diagnosis}`,
    REVIEW_QUEUE_URL: `${aws.endpoint}${LOCAL_QUEUES.review}`,
    DIGEST_QUEUE_URL: `${aws.endpoint}${LOCAL_QUEUES.digest}`,
    RELAY_BUS_NAME: 'ground-control-local',
    GROUND_CONTROL_CONFIG: config,
  });
  const clean = () => rmSync(folder, { recursive: true, force: true });
  // Deletes the files even when the process ends early, such as on Ctrl-C.
  process.once('exit', clean);
  return {
    ...aws,
    take: (queue) => {
      const path = LOCAL_QUEUES[queue];
      const mine = aws.messages.filter(({ queueUrl }) => queueUrl.endsWith(path));
      for (const message of mine) aws.messages.splice(aws.messages.indexOf(message), 1);
      return mine.map(({ body }) => body);
    },
    send: (queue, body) => void aws.messages.push({ queueUrl: `${aws.endpoint}${LOCAL_QUEUES[queue]}`, body }),
    stop: async () => {
      await aws.close();
      process.off('exit', clean);
      clean();
    },
  };
}
