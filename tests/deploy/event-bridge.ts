/**
 * Does what the emulator's EventBridge does not: it delivers to Kinesis, log groups and Run Command, resolves message
 * groups, and keeps what it could not deliver in a dead-letter queue. It reads the deployed rule and its target, and does what they
 * say as the EventBridge user guide documents it. The emulator itself delivers to standard queues, topics, functions,
 * state machines and buses.
 */
import { randomUUID } from 'node:crypto';
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand, ListTargetsByRuleCommand, type Target } from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { matches } from '../../local/play/event-pattern.ts';
import { PREFIX } from './deployment.ts';
import { callJson } from './relay-targets.ts';
import { events, logs, sqs } from './stage.ts';

const { endpoint } = inject('deployment');
const BUS = PREFIX.slice(0, -1);

/** A call of `ssm:SendCommand`. */
export interface Command {
  readonly document: string;
  readonly targets: unknown;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

/** Runs a command, or throws as SSM refuses it. */
export type SendCommand = (command: Command) => void;

/**
 * Delivers `event` to the target of the relay called `name`, if its rule matches. What fails goes to the dead-letter
 * queue of the target: the whole event, with the reason in the message attributes.
 */
export async function deliver(name: string, event: object, sendCommand?: SendCommand): Promise<void> {
  const Rule = `${PREFIX}${name}`;
  const { EventPattern = '', Arn } = await events.send(new DescribeRuleCommand({ Name: Rule, EventBusName: BUS }));
  if (!matches(JSON.parse(EventPattern), event)) return;
  const { Targets: [target] = [] } = await events.send(new ListTargetsByRuleCommand({ Rule, EventBusName: BUS }));
  if (target === undefined) throw new Error(`the rule ${Rule} has no target`);
  try {
    await send(target, event, sendCommand);
  } catch (error) {
    const text = (StringValue = '') => ({ DataType: 'String', StringValue });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: await urlOf(target.DeadLetterConfig?.Arn),
        MessageBody: JSON.stringify(event),
        // EventBridge user guide, dead-letter queues.
        MessageAttributes: {
          RULE_ARN: text(Arn),
          TARGET_ARN: text(target.Arn),
          ERROR_CODE: text('SDK_CLIENT_ERROR'),
          ERROR_MESSAGE: text(error instanceof Error ? error.message : String(error)),
        },
      }),
    );
  }
}

async function send(target: Target, event: object, sendCommand: SendCommand | undefined): Promise<void> {
  const { Arn = '', KinesisParameters, SqsParameters, RunCommandParameters } = target;
  const input = inputOf(target, event);
  const [, , service, , , resource = '', name = ''] = Arn.split(':');
  switch (service) {
    case 'sqs':
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: await urlOf(Arn),
          MessageBody: input,
          ...(SqsParameters && { MessageGroupId: String(valueAt(event, SqsParameters.MessageGroupId)) }),
        }),
      );
      return;
    case 'kinesis':
      await callJson(endpoint, 'kinesis', 'Kinesis_20131202.PutRecord', {
        StreamName: resource.replace('stream/', ''),
        PartitionKey: valueAt(event, KinesisParameters?.PartitionKeyPath),
        Data: Buffer.from(input).toString('base64'),
      });
      return;
    case 'logs': {
      const stream = { logGroupName: name, logStreamName: randomUUID() };
      await logs.send(new CreateLogStreamCommand(stream));
      await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message: input }] }));
      return;
    }
    case 'ssm':
      return sendCommand?.({
        document: resource.replace('document/', ''),
        targets: RunCommandParameters?.RunCommandTargets,
        parameters: JSON.parse(input),
      });
    default:
      throw new Error(`the emulator itself delivers to ${Arn}`);
  }
}

/** What the target gets. */
function inputOf({ InputPath, InputTransformer }: Target, event: object): string {
  if (InputTransformer === undefined) return JSON.stringify(valueAt(event, InputPath));
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer;
  // Within quotes, EventBridge inserts text as it is.
  return InputTemplate.replaceAll(/"<\w+>"|<(\w+)>/g, (quoted, name) => {
    const value = valueAt(event, InputPathsMap[name ?? quoted.slice(2, -2)]) ?? '';
    return name === undefined ? `"${value}"` : JSON.stringify(value);
  });
}

/** The value at a path like `$.detail.id`. */
function valueAt(event: object, path = '$'): unknown {
  const names = path.split('.').slice(1);
  return names.reduce<unknown>((value, name) => new Map(Object.entries(value ?? {})).get(name), event);
}

async function urlOf(arn = ''): Promise<string | undefined> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: arn.split(':').at(-1) }));
  return QueueUrl;
}
