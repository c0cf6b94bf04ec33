import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  DeleteRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { relayResources } from '../../infrastructure/relays/resources.ts';
import { listen } from '../../local/embedded-aws/network.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { RelayedAction, RelayedChange } from '../../schemas/message/relay.ts';
import { ROOT } from '../support/events.ts';
import { PREFIX, REGION, STAGE } from './deployment.ts';
import { type Command, deliver } from './event-bridge.ts';
import { CAP, startPriced } from './priced-job.ts';
import { callJson } from './relay-targets.ts';
import { useSageMaker } from './sagemaker.ts';
import { command, countIn, events, failedTraining, logs, put, queueOfStage, sqs, until } from './stage.ts';

const { endpoint } = inject('deployment');
const BUS = PREFIX.slice(0, -1);
const MACHINE = `arn:aws:states:${REGION}:000000000000:stateMachine:relay-machine`;

/** An event as EventBridge wraps it. */
const Whole = z.looseObject({
  source: z.string(),
  'detail-type': z.string(),
  resources: z.array(z.string()),
  detail: RelayedChange,
});

const Action = z.looseObject({ source: z.string(), detail: RelayedAction });

const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';

/** Takes messages out of a queue until one holds the text `last` in its JSON. Gives their bodies. */
async function takeUntil(queue: string, last: string): Promise<unknown[]> {
  const QueueUrl = await urlOf(queue);
  const bodies: string[] = [];
  await until(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      bodies.push(Body);
    }
    return bodies.some((body) => body.includes(last) || body.includes(JSON.stringify(last).slice(1, -1)));
  });
  return bodies.map((body) => JSON.parse(body));
}

/** The event that the training job `name` of the project has failed. */
const failed = (name: string) => failedTraining(name, { Tags: { project: 'relays', team: 'vision', secret: 'no' } });

/** Puts the event of SageMaker that `name` has failed on the bus. Gives the event of our bus that follows, as a whole. */
async function relayed(name: string): Promise<z.output<typeof Whole>> {
  await put(failed(name));
  return Whole.parse((await takeUntil('relay-other-got', name)).at(-1));
}

const QUEUES = ['relay-plain', 'relay-ordered.fifo', 'relay-topic-got', 'relay-function-got', 'relay-other-got'];
beforeEach(async () => {
  for (const queue of QUEUES) await sqs.send(new PurgeQueueCommand({ QueueUrl: await urlOf(queue) }));
});

describe('a change of SageMaker', { timeout: 30_000 }, () => {
  it('reaches a queue, a topic, a function, a state machine and a bus as one envelope', async () => {
    const { detail, ...whole } = await relayed('churn-everywhere');
    expect(whole).toMatchObject({
      source: 'ground-control',
      'detail-type': 'ground-control.change.v1',
      resources: [detail.resource.arn],
    });
    expect(detail).toMatchObject({
      resource: { type: 'training-job', name: 'churn-everywhere' },
      status: 'Failed',
      outcome: 'failed',
      ended: true,
      team: 'vision',
      project: 'relays',
      tags: {},
    });
    expect(await takeUntil('relay-plain', 'churn-everywhere')).toEqual([detail]);
    expect(await takeUntil('relay-topic-got', 'churn-everywhere')).toEqual([detail]);
    expect(await takeUntil('relay-function-got', 'churn-everywhere')).toEqual([detail]);
    await until(async () => (await executionsFor(detail)).length === 1);
    expect(await executionsFor(detail)).toEqual([{ status: 'SUCCEEDED', states: ['Remember the id', 'Your work'] }]);
  });

  it('starts an execution for each delivery, of which the example does its work in one', async () => {
    const { detail, ...event } = await relayed('churn-once');
    await events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: BUS,
            Source: 'ground-control.redriven.machine',
            DetailType: event['detail-type'],
            Resources: event.resources,
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    );
    await until(async () => (await executionsFor(detail)).length === 2);
    const last = (await executionsFor(detail)).map(({ states }) => states.at(-1));
    expect(last.toSorted()).toEqual(['Already done', 'Your work']);
  });

  it('is published once when its event arrives twice, and not for projects that no relay has', async () => {
    await put(failed('churn-twice'));
    await takeUntil('relay-other-got', 'churn-twice');
    await put(failed('churn-twice'));
    await put(failedTraining('of-another-project', { Tags: { project: 'churn' } }));
    await put(failed('churn-after'));
    const names = (await takeUntil('relay-plain', 'churn-after')).map((one) => RelayedChange.parse(one).resource.name);
    expect(names).toEqual(['churn-twice', 'churn-after']);
  });

  it('is in a FIFO queue once, in the group of its resource, though EventBridge delivers it twice', async () => {
    const event = await relayed('churn-ordered');
    await takeUntil('relay-ordered.fifo', 'churn-ordered');
    await deliver('ordered', event);
    await deliver('ordered', event);
    const QueueUrl = await urlOf('relay-ordered.fifo');
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['MessageGroupId'] }),
    );
    expect(Messages.map(({ Body = '', Attributes }) => [JSON.parse(Body), Attributes?.MessageGroupId])).toEqual([
      [event.detail, event.detail.resource.id],
    ]);
  });

  it('is in a Kinesis stream with the partition key of its resource', async () => {
    const event = await relayed('churn-streamed');
    await deliver('stream', event);
    const { resource } = event.detail;
    expect(await recordsOfStream()).toContainEqual({ key: resource.id, data: event.detail });
  });

  it('is in the log group of its relay, as a whole event', async () => {
    const event = await relayed('churn-logged');
    await deliver('log', event);
    const { events: found = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/events/${BUS}.log`, filterPattern: '"churn-logged"' }),
    );
    expect(found.map(({ message = '' }) => JSON.parse(message))).toEqual([event]);
  });

  it('reaches an endpoint with the key of its secret, and an id by which the endpoint knows repetitions', async () => {
    const requests = await openEndpoint('hook', {
      webhook: { url: 'https://hooks.example.com/', apiKey: { header: 'X-Api-Key', secret: SECRET } },
    });
    const { detail } = await relayed('churn-posted');
    await until(async () => requests.length > 0);
    expect(requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        body: detail,
        headers: expect.objectContaining({ 'x-api-key': 'the secret', 'idempotency-key': detail.id }),
      }),
    ]);
  });

  it('is an alert in PagerDuty, in which a hostile name stays text', async () => {
    const requests = await openEndpoint('pager', { pagerDuty: { secret: SECRET } });
    const name = 'x","severity":"info","routing_key":"y';
    const { detail } = await relayed(name);
    await until(async () => requests.length > 0);
    expect(requests.map(({ body }) => body)).toEqual([
      {
        routing_key: 'the secret',
        event_action: 'trigger',
        client: 'Ground Control',
        dedup_key: detail.resource.id,
        payload: expect.objectContaining({ severity: 'error', custom_details: detail }),
      },
    ]);
    expect(requests[0]?.body).toMatchObject({ payload: { summary: expect.stringContaining(name) } });
  });
});

describe('what Ground Control does', { timeout: 60_000 }, () => {
  const aws = useSageMaker('budget');

  it('is published as an action, once it has stopped a job', async () => {
    const stops = () => aws().calls.flatMap(({ operation, input }) => (operation === 'StopTrainingJob' ? [input] : []));
    // The month of the project does not last for two jobs.
    await startPriced(aws().sageMaker, 'relays-older', { [CAP]: '60', project: 'relays' });
    await takeUntil('relay-other-got', 'relays-older');
    await startPriced(aws().sageMaker, 'relays-newer', { [CAP]: '60', project: 'relays' });
    const all = await takeUntil('relay-other-got', '"stopped"');
    expect(stops()).toEqual([{ TrainingJobName: 'relays-newer' }]);
    // People are also warned about the month of the project.
    const stopped = all
      .flatMap((one) => Action.safeParse(one).data ?? [])
      .filter(({ detail }) => detail.action === 'stopped');
    expect(stopped).toEqual([
      expect.objectContaining({ source: 'ground-control', 'detail-type': 'ground-control.action.v1' }),
    ]);
    expect(stopped[0]?.detail).toMatchObject({ resource: { name: 'relays-newer' }, project: 'relays' });
  });
});

describe('a command of a relay', { timeout: 30_000 }, () => {
  const { parameters } = parse(readFileSync(join(ROOT, 'examples/relays/restart-exporter.ssm.yml'), 'utf8'));
  const commands: Command[] = [];
  /** As SSM: a value that the document does not allow refuses the whole command. */
  const ssm = (sent: Command) => {
    for (const [name, values] of Object.entries(sent.parameters))
      if (!values.every((value) => new RegExp(parameters[name].allowedPattern).test(value)))
        throw new Error(`InvalidParameters: ${name}`);
    commands.push(sent);
  };

  it('gets the name of the resource as a parameter of its document', async () => {
    const event = await relayed('churn-restart');
    await deliver('command', event, ssm);
    expect(commands).toEqual([
      {
        document: 'restart-exporter',
        targets: [{ Key: 'InstanceIds', Values: ['i-0123456789abcdef0'] }],
        parameters: { Id: [event.detail.id], Name: ['churn-restart'] },
      },
    ]);
  });

  it.each(['x;reboot', '$(reboot)', '`reboot`', 'x","Id":["y', "x' && reboot '", '{{ global:x }}'])(
    'does not run for the name %j, which waits in the dead-letter queue',
    async (name) => {
      commands.length = 0;
      const event = await relayed(name);
      expect(event.detail.resource.name).toBe(name);
      await deliver('command', event, ssm);
      const queue = await queueOfStage('relay-command');
      expect([commands, await countIn(queue)]).toEqual([[], 1]);
      await sqs.send(new PurgeQueueCommand({ QueueUrl: queue }));
    },
  );
});

describe('an event that a relay could not deliver', { timeout: 30_000 }, () => {
  it('is listed with its reason, and goes to this relay alone after a redrive', async () => {
    const event = await relayed('churn-broken');
    await deliver('broken', event);
    const redrive = (...args: string[]) => command('redrive', ['--queue', 'relay-broken', ...args]);
    const shown = redrive('--dry-run');
    expect(shown).toMatchObject({ status: 0 });
    expect(shown.output).toMatch(
      /ground-control\.change\.v1 {2}arn:.*churn-broken\n +why: SDK_CLIENT_ERROR: .*not exist/,
    );
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'relay-missing' }));
    onTestFinished(async () => {
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    });
    const { status, output } = redrive();
    expect([status, output]).toEqual([0, expect.stringContaining('1 put back, 0 failed again\n')]);
    expect(await takeUntil('relay-missing', 'churn-broken')).toEqual([event.detail]);
    expect(await countIn(await queueOfStage('relay-broken'))).toBe(0);
    // No other relay gets it again.
    await put(failed('churn-after-redrive'));
    const others = await takeUntil('relay-plain', 'churn-after-redrive');
    expect(others.map((one) => RelayedChange.parse(one).resource.name)).toEqual([
      'churn-broken',
      'churn-after-redrive',
    ]);
  });

  it('refuses a relay that is not deployed', () => {
    const { status, output } = command('redrive', ['--queue', 'relay-unknown']);
    expect([status, output]).toEqual([2, expect.stringContaining(`there is no queue ${PREFIX}relay-unknown`)]);
  });
});

/** Ended executions of the state machine with the input `detail`: how they ended, and the states that they entered. */
async function executionsFor(detail: RelayedChange) {
  const stepFunctions = (operation: string, input: object) =>
    callJson(endpoint, 'states', `AWSStepFunctions.${operation}`, input);
  const list = z.object({ executions: z.array(z.object({ executionArn: z.string() })) });
  const { executions } = list.parse(await stepFunctions('ListExecutions', { stateMachineArn: MACHINE }));
  const Execution = z.object({ status: z.string(), input: z.string() });
  const Entered = z.object({ stateEnteredEventDetails: z.object({ name: z.string() }).optional() });
  const all = await Promise.all(
    executions.map(async ({ executionArn }) => {
      const { status, input } = Execution.parse(await stepFunctions('DescribeExecution', { executionArn }));
      const history = await stepFunctions('GetExecutionHistory', { executionArn });
      const states = z
        .object({ events: z.array(Entered) })
        .parse(history)
        .events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
      return { status, states, id: RelayedChange.parse(JSON.parse(input)).id };
    }),
  );
  return all.flatMap(({ id, ...rest }) => (id === detail.id && rest.status !== 'RUNNING' ? [rest] : []));
}

/** The records of the only shard of the stream. */
async function recordsOfStream() {
  const kinesis = (operation: string, input: object) =>
    callJson(endpoint, 'kinesis', `Kinesis_20131202.${operation}`, input);
  const { ShardIterator } = z.object({ ShardIterator: z.string() }).parse(
    await kinesis('GetShardIterator', {
      StreamName: 'relay-stream',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  const { Records } = z
    .object({ Records: z.array(z.object({ PartitionKey: z.string(), Data: z.string() })) })
    .parse(await kinesis('GetRecords', { ShardIterator }));
  return Records.map(({ PartitionKey, Data }) => ({
    key: PartitionKey,
    data: JSON.parse(Buffer.from(Data, 'base64').toString('utf8')),
  }));
}

interface Request {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

const SECRET = `arn:aws:secretsmanager:${REGION}:000000000000:secret:relay-AbCdEf`;

/**
 * Makes what the packaged template has for the relay `name` to an endpoint, for the duration of the calling test: the
 * emulator knows connections and API destinations, but its CloudFormation does not. A server of the test takes the place
 * of the endpoint. Gives its requests.
 */
async function openEndpoint(name: string, relay: object): Promise<Request[]> {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const { method, headers } = request;
      requests.push({ method, headers, body: JSON.parse(text) });
      response.end();
    });
  });
  const url = await listen(server);
  onTestFinished(() => {
    server.close();
  });
  const { relays } = Configuration.parse({ relays: { to: { [name]: { ...relay, projects: ['relays'] } } } });
  const resources = relayResources(relays, { service: 'ground-control', stage: STAGE });
  /** The properties of the resource of this type, with what CloudFormation would put in their place. */
  const propertiesOf = (type: string, Arn = '') =>
    JSON.parse(
      JSON.stringify(Object.values(resources).find(({ Type }) => Type === type)?.Properties, (key, value) => {
        if (typeof value === 'string' && value.startsWith('{{resolve:secretsmanager:')) return 'the secret';
        if (key === 'InvocationEndpoint') return url;
        if (value?.Ref === 'RelayBus') return BUS;
        const [id] = value?.['Fn::GetAtt'] ?? [];
        return id === undefined ? value : /(?:Connection|Destination)$/.test(id) ? Arn : `arn:aws:of:${id}`;
      }),
    );
  const connection = await events.send(new CreateConnectionCommand(propertiesOf('AWS::Events::Connection')));
  const destination = await events.send(
    new CreateApiDestinationCommand(propertiesOf('AWS::Events::ApiDestination', connection.ConnectionArn)),
  );
  const rule = propertiesOf('AWS::Events::Rule', destination.ApiDestinationArn);
  const { Targets, EventPattern, Name, EventBusName, State } = rule;
  await events.send(new PutRuleCommand({ Name, EventBusName, State, EventPattern: JSON.stringify(EventPattern) }));
  await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
  onTestFinished(async () => {
    await events.send(new RemoveTargetsCommand({ Rule: Name, EventBusName, Ids: [Targets[0].Id] }));
    await events.send(new DeleteRuleCommand({ Name, EventBusName }));
  });
  return requests;
}
