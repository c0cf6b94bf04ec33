/** Deploys the service to an emulator of AWS with the real framework, and tries it through the event bus. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import type { Call } from '../../local/embedded-aws/protocol.ts';
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import { type EmbeddedAws, type Fault, startEmbeddedAws } from '../../local/embedded-aws/server.ts';
import { readTable } from '../../local/embedded-aws/table.ts';
import { readRules } from '../../local/play/rules.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { eventFiles, ROOT, readEvent, trainingEvent } from '../support/events.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const STAGE = 'emulator';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const folder = mkdtempSync(join(tmpdir(), 'ground-control-test-'));
const TOPIC = `arn:aws:sns:us-east-1:000000000000:ground-control-${STAGE}-alerts`;

let emulator: Emulator;
/** SageMaker and the Price List, which the emulator does not have. */
let aws: EmbeddedAws;
let sns: SNSClient;
let sqs: SQSClient;
let events: EventBridgeClient;
let lambda: LambdaClient;

function serverless(...args: string[]) {
  return run(join(ROOT, 'node_modules/.bin/serverless'), ...args, '--stage', STAGE);
}

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      SLS_AWS_MONITORING_FREQUENCY: '500',
      GROUND_CONTROL_FILE: join(folder, 'ground-control.yml'),
    },
  });
  return { status, output: `${stdout}${stderr}` };
}

/** Puts `event` on the bus as SageMaker would. A list as source is how the emulator lets anybody but AWS say `aws.…`. */
async function put(event: { 'detail-type': string; detail: unknown; resources?: string[] }): Promise<void> {
  const { FailedEntryCount } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          Source: ['aws.sagemaker'] as never,
          DetailType: event['detail-type'],
          Detail: JSON.stringify(event.detail),
          Resources: event.resources,
        },
      ],
    }),
  );
  expect(FailedEntryCount).toBe(0);
}

/** Waits for the next message of `queueUrl`, takes it out and gives its body. */
async function receive(queueUrl: string, attempts = 6): Promise<Record<string, unknown>> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 1 }),
    );
    if (message === undefined) continue;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    return JSON.parse(message.Body ?? '');
  }
  throw new Error(`no message came to ${queueUrl}`);
}

const alertOf = (envelope: Record<string, unknown>) => AlertMessage.parse(JSON.parse(String(envelope['Message'])));

async function queueSubscribed(name: string, filterPolicy?: object): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  await sns.send(
    new SubscribeCommand({
      TopicArn: TOPIC,
      Protocol: 'sqs',
      Endpoint: Attributes?.['QueueArn'],
      ...(filterPolicy && { Attributes: { FilterPolicy: JSON.stringify(filterPolicy) } }),
    }),
  );
  return QueueUrl;
}

const PRICES = { 'us-east-1': { Training: { 'ml.m5.large': 36 } } };

/** Sets variables of a function's environment beside those it has. */
async function changeFunction(name: string, variables: Record<string, string>): Promise<void> {
  const FunctionName = `ground-control-${STAGE}-${name}`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, ...variables };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

const JOB = 'arn:aws:sagemaker:us-east-1:000000000000:training-job';
const PIPELINE = 'arn:aws:sagemaker:us-east-1:000000000000:pipeline/churn-weekly';

/** Messages in `queueUrl`, visible or not. */
async function peek(queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }));
  const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: taken } = Attributes ?? {};
  return Number(waiting ?? 0) + Number(taken ?? 0);
}

/** Asks until `true`; the test's time limit bounds it. */
async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 200));
}

const queueOfStage = async (name: string) =>
  (await sqs.send(new GetQueueUrlCommand({ QueueName: `ground-control-${STAGE}-${name}` }))).QueueUrl ?? '';

beforeAll(async () => {
  emulator = await startEmulator();
  // Long enough for copies of an event to come while the first is acted on.
  const fault = ({ operation }: Call): Fault | undefined =>
    operation === 'CreateLabelingJob' ? { kind: 'slow', milliseconds: 1500 } : undefined;
  aws = await startEmbeddedAws({ topicArn: TOPIC, queuePaths: [], table: readTable('none'), fault });
  writeFileSync(
    join(folder, 'ground-control.yml'),
    'chat: on\nbudgets:\n  mode: enforce\n  warnAt: []\n  monthly: { project: { frugal: 60.50 } }\n  prices: { us-east-1: { Training: { ml.m5.large: 36 } } }\nlabeling:\n  mode: enforce\nsubscribers:\n  - email: team@ground-control.test\n  - phone: "+15555550100"\n    severities: [critical]\n    teams: [vision]\n',
  );
  const settings = { endpoint: emulator.endpoint, region: 'us-east-1', credentials: CREDENTIALS };
  sns = new SNSClient(settings);
  sqs = new SQSClient(settings);
  events = new EventBridgeClient(settings);
  lambda = new LambdaClient(settings);
});

afterAll(async () => {
  await emulator?.stop();
  await aws?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('serverless deploy', () => {
  it('creates the stack', () => {
    const { status, output } = serverless('deploy');
    expect([status, status === 0 ? '' : output]).toEqual([0, '']);
  });

  it('subscribes whom ground-control.yml names, with their filter policies', async () => {
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    const policies = await Promise.all(
      Subscriptions.map(async ({ Endpoint, SubscriptionArn }) => {
        const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
        return [Endpoint, JSON.parse(Attributes?.['FilterPolicy'] || 'null')];
      }),
    );
    expect(Object.fromEntries(policies)).toEqual({
      'team@ground-control.test': null,
      '+15555550100': { severity: ['critical'], team: ['vision'] },
    });
  });

  it('deploys patterns that the bus itself understands, and that agree with our matcher', async () => {
    const types = eventFiles('events/**/*.json').map((file) => readEvent(file)['detail-type']);
    for (const { pattern } of readRules(join(ROOT, 'serverless.yml'))) {
      for (const detailType of new Set(types.filter(Boolean))) {
        const event = {
          id: '1',
          source: 'aws.sagemaker',
          account: '1',
          time: '2026-11-20T00:00:00Z',
          region: 'us-east-1',
          resources: [],
          'detail-type': detailType,
          detail: {},
        };
        const { matches } = await import('../../local/play/event-pattern.ts');
        const { Result } = await events.send(
          new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) }),
        );
        expect([detailType, Result]).toEqual([detailType, matches(pattern, event)]);
      }
    }
  });
});

describe('the deployed service', () => {
  let everything: string;
  let errorsOfVision: string;

  beforeAll(async () => {
    const AWS_ENDPOINT_URL_SAGEMAKER = aws.endpoint;
    await changeFunction('budget', { AWS_ENDPOINT_URL_SAGEMAKER, AWS_ENDPOINT_URL_PRICING: aws.endpoint });
    await changeFunction('labeling', { AWS_ENDPOINT_URL_SAGEMAKER });
    everything = await queueSubscribed('hears-everything');
    errorsOfVision = await queueSubscribed('hears-errors-of-vision', { severity: ['error'], team: ['vision'] });
  });

  it('turns an event on the bus into an alert, with attributes beside the JSON structure', async () => {
    await put(readEvent('events/training-job/failed.json'));
    const envelope = await receive(everything);
    expect(envelope['Subject']).toBe('FAILED: training job churn-vit-20261120-000012 [vision]');
    expect(alertOf(envelope)).toMatchObject({
      family: 'training-job',
      severity: 'error',
      cause: { code: 'gpu-memory' },
      owner: { owner: 'maria', team: 'vision', project: 'churn' },
    });
    expect(envelope['MessageAttributes']).toMatchObject({
      severity: { Type: 'String', Value: 'error' },
      team: { Type: 'String', Value: 'vision' },
    });
    expect(alertOf(await receive(errorsOfVision)).resource.name).toBe('churn-vit-20261120-000012');
  });

  it('applies filter policies to those attributes', async () => {
    await put(readEvent('events/training-job/completed.json'));
    await put(readEvent('events/endpoint/failed.json'));
    await put(
      trainingEvent({ TrainingJobName: 'the-last', TrainingJobArn: `${JOB}/the-last`, Tags: { team: 'vision' } }),
    );
    const heard = [await receive(everything), await receive(everything), await receive(everything)];
    expect(heard.map((one) => alertOf(one).resource.name).sort()).toEqual([
      'CreditRisk-Staging',
      'churn-vit-20261119-220105',
      'the-last',
    ]);
    expect(alertOf(await receive(errorsOfVision)).resource.name).toBe('the-last');
  });

  it.each([
    ['tuning-job/completed', 'tuning-job'],
    ['processing-job/failed', 'processing-job'],
    ['transform-job/failed', 'transform-job'],
    ['endpoint/in-service', 'endpoint'],
    ['labeling-job/completed', 'labeling-job'],
    ['human-review/failed', 'human-review'],
    ['pipeline/failed', 'pipeline'],
    ['resource/of-tomorrow', 'resource'],
  ])('has a function for %s', async (file, family) => {
    await put(readEvent(`events/${file}.json`));
    expect(alertOf(await receive(everything)).family).toBe(family);
  });

  it('puts into quarantine what it cannot read, and alerts nobody', async () => {
    await put(readEvent('events/ignored/cloudtrail-api-call.json'));
    await put(trainingEvent({ TrainingJobStatus: 7 }));
    expect(await receive(await queueOfStage('quarantine'))).toMatchObject({
      reason: 'detail.TrainingJobStatus: Invalid input: expected string, received number',
      event: { 'detail-type': 'SageMaker Training Job State Change', detail: { TrainingJobName: 'churn' } },
    });
    await put(trainingEvent({ TrainingJobName: 'after-quarantine', TrainingJobArn: `${JOB}/after-quarantine` }));
    expect(alertOf(await receive(everything)).resource.name).toBe('after-quarantine');
  });

  it('tells once of a change whose event comes twice', async () => {
    const event = trainingEvent({ TrainingJobName: 'twice', TrainingJobArn: `${JOB}/twice` });
    await put(event);
    expect(alertOf(await receive(everything)).resource.name).toBe('twice');
    await put(event);
    await put(trainingEvent({ TrainingJobName: 'after-twice', TrainingJobArn: `${JOB}/after-twice` }));
    expect(alertOf(await receive(everything)).resource.name).toBe('after-twice');
  });

  it('lets a job that has ended stay ended when an older event comes late', async () => {
    const ended = {
      TrainingJobName: 'late',
      TrainingJobArn: `${JOB}/late`,
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
    };
    await put(trainingEvent(ended));
    expect(alertOf(await receive(everything)).outcome).toBe('completed');
    await put(trainingEvent({ ...ended, TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' }));
    await put(trainingEvent({ TrainingJobName: 'after-late', TrainingJobArn: `${JOB}/after-late` }));
    expect(alertOf(await receive(everything)).resource.name).toBe('after-late');
  });

  it('keeps an event that a function failed to handle, with the error, and puts it back', async () => {
    const FunctionName = `ground-control-${STAGE}-pipeline`;
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const broken = { ...Environment?.Variables, ALERTS_TOPIC_ARN: `${TOPIC}-that-is-not-there` };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: broken } }));
    const event = {
      ...readEvent('events/pipeline/failed.json'),
      detail: {
        pipelineArn: `${PIPELINE}`,
        pipelineExecutionArn: `${PIPELINE}/execution/redriven`,
        currentPipelineExecutionStatus: 'Failed',
      },
    };
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) }));
    const failed = await queueOfStage('failed');
    await until(async () => (await peek(failed)) === 1);
    const node = (...args: string[]) => run(process.execPath, 'commands/redrive.ts', '--stage', STAGE, ...args);
    const shown = node('--dry-run');
    expect(shown).toMatchObject({ status: 0 });
    expect(shown.output).toMatch(/Pipeline Execution Status Change.*\n +why: 1 of 1 actions failed: notify: NotFound/);
    expect(await peek(failed)).toBe(1);
    expect(node()).toMatchObject({ status: 1, output: expect.stringContaining('0 handled, 1 failed again') });
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        Environment: { Variables: Environment?.Variables ?? {} },
      }),
    );
    await until(async () => node().output.includes('1 handled, 0 failed again'));
    expect(alertOf(await receive(everything)).resource.name).toBe('churn-weekly');
    expect(await peek(failed)).toBe(0);
  });

  it('leaves in the quarantine what still cannot be read, once', async () => {
    const quarantined = await queueOfStage('quarantine');
    const before = await peek(quarantined);
    await put({ ...trainingEvent(), detail: { TrainingJobName: ['unreadable'] } });
    await until(async () => (await peek(quarantined)) === before + 1);
    const { status, output } = run(process.execPath, 'commands/redrive.ts', '--stage', STAGE, '--queue', 'quarantine');
    expect([status, output]).toEqual([1, expect.stringContaining('still unreadable for trainingJob')]);
    expect(output).toContain('0 handled,');
    expect(await peek(quarantined)).toBe(before + 1);
  });

  it('refuses to redrive a stage that is not there', () => {
    const { status, output } = run(process.execPath, 'commands/redrive.ts', '--stage', 'nowhere');
    expect([status, output]).toEqual([
      2,
      'redrive: there is no queue ground-control-nowhere-failed in us-east-1: is stage "nowhere" deployed there?\n',
    ]);
  });

  it('shows what it did by itself', () => {
    const { status, output } = run(
      process.execPath,
      'commands/audit.ts',
      '--stage',
      STAGE,
      '--resource',
      `${JOB}/twice`,
      '--json',
    );
    expect(status).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      action: 'notify',
      reason: 'failed, error',
      result: expect.stringMatching(/^message /),
    });
  });

  it('returns its decision when it is invoked directly', async () => {
    const { Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: `ground-control-${STAGE}-trainingJob`,
        Payload: JSON.stringify(readEvent('events/training-job/in-progress.json')),
      }),
    );
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toMatchObject({
      outcome: 'ignored',
      status: 'InProgress',
    });
  });
});

describe('a budget, deployed', () => {
  const CAP = 'ground-control:max-cost-usd';
  const stops = () => aws.calls.filter(({ operation }) => operation === 'StopTrainingJob').map(({ input }) => input);

  /** Schedules that are still to fire. */
  const armed = async () => {
    const client = new SchedulerClient({ endpoint: emulator.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
    const { Schedules = [] } = await client.send(
      new ListSchedulesCommand({ GroupName: `ground-control-${STAGE}-budgets` }),
    );
    return Schedules.length;
  };

  /** A job that began now at a cent a second, and the event that tells of it. */
  async function begin(name: string, tags: Record<string, string>): Promise<SimulatedResource> {
    const start = new Date();
    const detail = {
      TrainingJobName: name,
      TrainingJobArn: `${JOB}/${name}`,
      TrainingStartTime: start.getTime() / 1000,
      CreationTime: start.getTime() / 1000 - 60,
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    };
    const job: SimulatedResource = {
      type: 'training-job',
      name,
      arn: detail.TrainingJobArn,
      status: 'InProgress',
      secondaryStatus: 'Training',
      createdAt: new Date(detail.CreationTime * 1000),
      modifiedAt: start,
      tags,
      detail,
    };
    aws.sageMaker.put(job);
    await put({
      'detail-type': 'SageMaker Training Job State Change',
      resources: [job.arn],
      detail: { ...detail, TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training', Tags: tags },
    });
    return job;
  }

  it('stops a job when a real one-time schedule fires, once, and leaves a protected one alone', async () => {
    const heard = await queueSubscribed('hears-budgets');
    const spendsItAll = await begin('spends-it-all', { [CAP]: '0.70' });
    const sheltered = await begin('sheltered', { [CAP]: '0.70', 'ground-control:protected': 'true' });
    const modest = await begin('modest', { [CAP]: '1000' });
    await until(async () => (await armed()) === 3);
    expect(stops()).toEqual([]);
    // The next minute begins within a minute; the emulator looks once in a while.
    const told = [alertOf(await receive(heard, 10)), alertOf(await receive(heard))];
    expect(Object.fromEntries(told.map(({ resource, cause }) => [resource.name, cause?.code]))).toEqual({
      'spends-it-all': 'budget-stopped',
      sheltered: 'budget-protected',
    });
    expect(stops()).toEqual([{ TrainingJobName: 'spends-it-all' }]);
    expect([spendsItAll.status, sheltered.status, modest.status]).toEqual(['Stopping', 'InProgress', 'InProgress']);
    // That it has ended is verified by a second schedule; the protected one is looked at again in an hour.
    await until(async () => (await armed()) === 3);
  }, 240_000);

  it('stops the newest job of a project whose month is given away', async () => {
    const heard = await queueSubscribed('hears-months');
    const older = await begin('frugal-older', { [CAP]: '60', project: 'frugal' });
    await until(async () => (await armed()) === 4);
    const newer = await begin('frugal-newer', { [CAP]: '60', project: 'frugal' });
    const told = [alertOf(await receive(heard)), alertOf(await receive(heard))];
    expect(Object.fromEntries(told.map(({ resource, cause }) => [resource.name, cause?.code]))).toEqual({
      'frugal-newer': 'budget-stopped',
      frugal: 'monthly-budget-given-away',
    });
    expect(stops()).toHaveLength(2);
    expect([older.status, newer.status]).toEqual(['InProgress', 'Stopping']);
  });

  it('stops nothing while it only observes', async () => {
    const observing = join(folder, 'observing.json');
    const { budgets, ...rest } = Configuration.parse({ budgets: { mode: 'observe', prices: PRICES } });
    writeCompiledConfiguration({ ...rest, budgets }, observing);
    await changeFunction('budget', { GROUND_CONTROL_CONFIG: observing });
    const heard = await queueSubscribed('hears-observations');
    const observed = await begin('observed', { [CAP]: '0.10' });
    expect(alertOf(await receive(heard))).toMatchObject({
      resource: { name: 'observed' },
      cause: { code: 'budget-observed' },
    });
    expect(observed.status).toBe('InProgress');
    expect(stops()).toHaveLength(2);
  });
});

describe('a labeling job, deployed', () => {
  const FUNCTION = `ground-control-${STAGE}-labeling`;
  const BUCKET = 'amzn-s3-demo-bucket';
  /** An hour ago the job of the fixtures expired. */
  const ENDED = new Date(Date.now() - 3_600_000);
  const CREATED = new Date(ENDED.getTime() - 30 * 86_400_000);
  const outputOf = (name: string) => `output/${name}/manifests/output/output.manifest`;
  let heard: string;
  let queue: string;
  let s3: S3Client;

  beforeAll(async () => {
    s3 = new S3Client({
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      credentials: CREDENTIALS,
      forcePathStyle: true,
    });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    heard = await queueSubscribed('hears-labeling');
    queue = await queueOfStage('labeling');
    // A copy that comes while another is handled is tried again in seconds, and not after the function's whole time.
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue, Attributes: { VisibilityTimeout: '3' } }));
  });

  /** A job that expired with its output in the bucket, and the event that tells of it. */
  async function expire(name: string, ...tags: { Key: string; Value: string }[]): Promise<Parameters<typeof put>[0]> {
    const read = (file: string) =>
      readFileSync(join(ROOT, 'tests/fixtures/labeling', file), 'utf8').replaceAll('identify-species', name);
    const described = JSON.parse(read('describe.expired.json'));
    // As many as the manifest has.
    const LabelCounters = { TotalLabeled: 2, HumanLabeled: 2, Unlabeled: 1, FailedNonRetryableError: 1 };
    const [CreationTime, LastModifiedTime] = [CREATED, ENDED].map((time) => time.getTime() / 1000);
    const job: SimulatedResource = {
      type: 'labeling-job',
      name,
      arn: described.LabelingJobArn,
      status: 'Failed',
      createdAt: CREATED,
      modifiedAt: ENDED,
      detail: { ...described, CreationTime, LastModifiedTime, LabelCounters, Tags: [...described.Tags, ...tags] },
    };
    aws.sageMaker.put(job);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: outputOf(name), Body: read('output.manifest') }));
    return { ...readEvent('events/labeling-job/failed.json'), resources: [job.arn] };
  }

  /** Lets the function take messages from its queue, or not. */
  async function listen(Enabled: boolean): Promise<void> {
    const { EventSourceMappings: [mapping] = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: FUNCTION }),
    );
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping?.UUID, Enabled }));
  }

  /** Waits until the function has looked at `name` as often as it was told of it, and has nothing left to do. */
  const settled = (name: string, times: number) =>
    until(async () => {
      const looks = aws.calls.filter(
        ({ operation, input }) => operation === 'DescribeLabelingJob' && input['LabelingJobName'] === name,
      );
      return looks.length >= times && (await peek(queue)) === 0;
    });
  const requests = () =>
    aws.calls.filter(({ operation }) => operation === 'CreateLabelingJob').map(({ input }) => input);

  it('is carried on from its output once, by a job of the same label attribute, however often its end is told', async () => {
    const ended = await expire('identify-species');
    // All three lie in the queue before the first is handled.
    await listen(false);
    for (let copy = 0; copy < 3; copy++) await put(ended);
    await until(async () => (await peek(queue)) === 3);
    await listen(true);
    expect(alertOf(await receive(heard))).toMatchObject({
      resource: { name: 'identify-species' },
      outcome: 'failed',
      owner: { team: 'vision' },
      cause: { code: 'labeling-chained' },
    });
    await settled('identify-species', 3);
    expect(requests()).toEqual([
      expect.objectContaining({
        LabelingJobName: 'identify-species-chain-1',
        LabelAttributeName: 'species',
        InputConfig: expect.objectContaining({
          DataSource: { S3DataSource: { ManifestS3Uri: `s3://${BUCKET}/${outputOf('identify-species')}` } },
        }),
      }),
    ]);
    expect(aws.sageMaker.created).toEqual(['identify-species-chain-1']);
    expect(await peek(heard)).toBe(0);
  });

  it('is not carried on where its tags say so, which is told', async () => {
    await put(await expire('left-to-people', { Key: 'ground-control:no-chain', Value: 'true' }));
    expect(alertOf(await receive(heard))).toMatchObject({
      resource: { name: 'left-to-people' },
      outcome: 'failed',
      cause: { code: 'labeling-opted-out' },
    });
    await settled('left-to-people', 1);
    expect(aws.sageMaker.created).toEqual(['identify-species-chain-1']);
    expect(await peek(heard)).toBe(0);
  });

  it('is created by a role that may, and that may read outputs and nothing else in a bucket', async () => {
    const iam = new IAMClient({ endpoint: emulator.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
    const { Role: PolicySourceArn } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: FUNCTION }),
    );
    const decisions = async (resource: string, ...ActionNames: string[]) => {
      const { EvaluationResults = [] } = await iam.send(
        new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames, ResourceArns: [resource] }),
      );
      return EvaluationResults.map(({ EvalDecision }) => EvalDecision);
    };
    const next = 'arn:aws:sagemaker:us-east-1:000000000000:labeling-job/identify-species-chain-1';
    expect(await decisions(next, 'sagemaker:CreateLabelingJob', 'sagemaker:AddTags')).toEqual(['allowed', 'allowed']);
    expect(await decisions(next, 'sagemaker:StopLabelingJob')).toEqual(['implicitDeny']);
    const objects = `arn:aws:s3:::${BUCKET}`;
    expect(await decisions(`${objects}/${outputOf('identify-species')}`, 's3:GetObject')).toEqual(['allowed']);
    expect(await decisions(`${objects}/images/0001.jpg`, 's3:GetObject')).toEqual(['implicitDeny']);
  });
});

describe('serverless remove', () => {
  it('leaves nothing of the stack', async () => {
    const { status, output } = serverless('remove');
    expect([status, status === 0 ? '' : output]).toEqual([0, '']);
    await expect(queueOfStage('quarantine')).rejects.toThrow(/does not exist/);
  });
});
