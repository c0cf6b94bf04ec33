/** What is published when events come again, out of order, with odd times, or while the bus takes nothing. */
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../domain/decide.ts';
import { handler as endpoint } from '../../functions/endpoint.ts';
import { handler as pipeline } from '../../functions/pipeline.ts';
import { schemas } from '../../functions/reconciliation.ts';
import { handler as trainingJob } from '../../functions/training-job.ts';
import { reconciliationHandler } from '../../handlers/reconciliation/handler.ts';
import type { EmbeddedResources } from '../../local/embedded-aws/server.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { RelayedChange } from '../../schemas/message/relay.ts';
import { trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { IMPATIENT } from '../support/simulated-clock.ts';

const TABLE = 'ground-control-local-state';
const ENDPOINT = 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e';
const PIPELINE = 'arn:aws:sagemaker:eu-west-1:123456789012:pipeline/p';
const MINUTE = 60_000;
const BEGUN = Date.UTC(2026, 10, 20, 3);

let fault: NonNullable<EmbeddedResources['fault']> = () => undefined;
const to = { all: { queue: 'arn:aws:sqs:us-east-1:123456789012:changes' } };
const aws = useLocalAws(Configuration.parse({ relays: { to } }), (call, path) => fault(call, path));
beforeEach(async () => {
  fault = () => undefined;
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
});

const refuse = () => {
  fault = ({ service }) => (service === 'events' ? { kind: 'error' } : undefined);
};
const published = () => aws().eventBridge.events.map(({ detail }) => RelayedChange.parse(detail));
const statuses = () => published().map(({ status, secondaryStatus }) => secondaryStatus ?? status);

const envelope = (id: string, at: number, resources: readonly string[]) => ({
  version: '0',
  id,
  source: 'aws.sagemaker',
  account: '123456789012',
  region: 'eu-west-1',
  time: new Date(at).toISOString(),
  resources,
});
const onJob = (status: string, minutes: number, detail: object = {}) =>
  trainingJob(
    trainingEvent({
      TrainingJobStatus: status === 'Completed' ? status : 'InProgress',
      SecondaryStatus: status,
      CreationTime: BEGUN,
      LastModifiedTime: BEGUN + minutes * MINUTE,
      FailureReason: undefined,
      ...detail,
    }),
    localContext('trainingJob', 30),
  );
const onEndpoint = (status: string, at: number, detail: object = {}) =>
  endpoint(
    {
      ...envelope(`${status}-${at}`, at, [ENDPOINT]),
      'detail-type': 'SageMaker Endpoint State Change',
      detail: { EndpointName: 'e', EndpointArn: ENDPOINT, EndpointStatus: status, ...detail },
    },
    localContext('endpoint', 30),
  );
const onStep = (status: string) =>
  pipeline(
    {
      ...envelope(status, BEGUN, [PIPELINE, `${PIPELINE}/execution/abc`]),
      'detail-type': 'SageMaker Model Building Pipeline Execution Step Status Change',
      detail: {
        stepName: 's',
        stepType: 'Condition',
        stepStartTime: new Date(BEGUN).toISOString(),
        currentStepStatus: status,
        pipelineArn: PIPELINE,
        pipelineExecutionArn: `${PIPELINE}/execution/abc`,
      },
    },
    localContext('pipeline', 30),
  );

/** Makes all resources that reconciliation checks due now, and runs it. */
async function reconcileNow() {
  const client = new DynamoDBClient({});
  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE, IndexName: 'byRunning' }));
  for (const { pk, sk } of Items)
    await client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { pk: pk ?? { S: '' }, sk: sk ?? { S: '' } },
        UpdateExpression: 'SET askAt = :long_ago',
        ExpressionAttributeValues: { ':long_ago': { N: '1' } },
      }),
    );
  return reconciliationHandler(schemas, decide, IMPATIENT)({}, localContext('reconciliation', 300));
}

describe('changes with the same time', () => {
  it('are published once each, although each is accepted again when its event comes again', async () => {
    for (const status of ['Starting', 'Downloading', 'Starting', 'Downloading']) await onJob(status, 1);
    expect(statuses()).toEqual(['Starting', 'Downloading']);
  });

  it('are published once each after the bus took nothing', async () => {
    refuse();
    await onJob('Starting', 1).catch(() => undefined);
    fault = () => undefined;
    for (const status of ['Downloading', 'Starting', 'Downloading']) await onJob(status, 1);
    expect(statuses()).toEqual(['Starting', 'Downloading']);
  });

  it('of a step leave the newest with the highest number', async () => {
    for (const status of ['Starting', 'Executing', 'Starting']) await onStep(status);
    const newest = published().toSorted((one, other) => other.order - one.order)[0];
    expect([newest?.status, published().length]).toEqual(['Executing', 2]);
  });
});

describe('an endpoint', () => {
  it('that was deleted is announced once to people and once to others, however long the bus takes nothing', async () => {
    const at = Date.now() - 40 * MINUTE;
    const times = { CreationTime: at - 60 * MINUTE, LastModifiedTime: at };
    refuse();
    await onEndpoint('DELETED', at, times).catch(() => undefined);
    for (let run = 0; run < 3; run++) await reconcileNow();
    fault = () => undefined;
    await reconcileNow();
    expect(aws().publications.map(({ subject }) => subject)).toEqual(['DELETED: endpoint e']);
    expect(new Set(published().map(({ id }) => id)).size).toBe(1);
  });

  it('of which people learn late that its update failed is published too, as older than what came first', async () => {
    for (const [status, minutes] of [
      ['IN_SERVICE', 10],
      ['UPDATING', 20],
      ['IN_SERVICE', 40],
      ['ROLLING_BACK', 30],
    ] as const)
      await onEndpoint(status, BEGUN + minutes * MINUTE, {
        CreationTime: BEGUN,
        LastModifiedTime: BEGUN + minutes * MINUTE,
      });
    const [, , last, late] = published();
    expect([late?.status, late?.outcome]).toEqual(['RollingBack', 'failed']);
    expect(late?.order).toBeLessThan(last?.order ?? 0);
  });

  it('that was created again has no status from before', async () => {
    for (const [status, minutes] of [
      ['IN_SERVICE', 10],
      ['DELETED', 20],
      ['CREATING', 40],
    ] as const)
      await onEndpoint(status, BEGUN + minutes * MINUTE);
    expect(published().map(({ previousStatus }) => previousStatus)).toEqual([null, 'InService', null]);
  });
});

describe('reconciliation publishes what the bus did not take', () => {
  it('of a step, which SageMaker does not list', async () => {
    refuse();
    await onStep('Succeeded').catch(() => undefined);
    fault = () => undefined;
    await reconcileNow();
    await reconcileNow();
    expect(statuses()).toEqual(['Succeeded']);
  });

  it('of a job that SageMaker no longer has', async () => {
    refuse();
    await onJob('Completed', 9).catch(() => undefined);
    fault = () => undefined;
    await reconcileNow();
    expect(statuses()).toEqual(['Completed']);
  });
});

it.each([253_402_300_800_000, -62_198_755_200_000, 8.64e15, 0, -1])(
  'a change with the odd time %s fits its schema',
  async (time) => {
    await onJob('Completed', 9, { CreationTime: time, TrainingStartTime: time, TrainingEndTime: time });
    expect(statuses()).toEqual(['Completed']);
  },
);
