/** The target of a relay's rule: where EventBridge sends to, and what it sends. */
import type { Kind, RunCommand } from '../../schemas/configuration/relay-targets.ts';
import type { Relay } from '../../schemas/configuration/relays-section.ts';
import type { Stack } from '../per-function.ts';
import { arn, idOf, logGroupOf } from './names.ts';
import { documentArn, hasRole } from './role.ts';

/** Equal for all events of one resource: 64 hexadecimal digits. A message group may have 100 characters. */
const RESOURCE = '$.detail.resource.id';

/** Most targets get only what we publish, without what EventBridge adds to each delivery. */
const ENVELOPE = { InputPath: '$.detail' };

/** The target of the rule of the relay called `name`, which is of this `kind`. */
export function targetOf(name: string, kind: Kind, relay: Relay, stack: Stack): object {
  return {
    Id: 'target',
    ...addressOf(name, kind, relay, stack),
    ...(hasRole(kind) && { RoleArn: { 'Fn::GetAtt': [`${idOf(name)}Role`, 'Arn'] } }),
    RetryPolicy: {
      MaximumEventAgeInSeconds: Math.round(relay.retry.hours * 3600),
      MaximumRetryAttempts: relay.retry.attempts,
    },
    DeadLetterConfig: { Arn: { 'Fn::GetAtt': [`${idOf(name)}Queue`, 'Arn'] } },
  };
}

function addressOf(name: string, kind: Kind, relay: Relay, stack: Stack): object {
  const { kinesis, queue, runCommand } = relay;
  if (kinesis !== undefined) return { Arn: kinesis, ...ENVELOPE, KinesisParameters: { PartitionKeyPath: RESOURCE } };
  if (queue !== undefined)
    return {
      Arn: queue,
      ...ENVELOPE,
      ...(queue.endsWith('.fifo') && { SqsParameters: { MessageGroupId: RESOURCE } }),
    };
  if (runCommand !== undefined) return command(runCommand);
  const Destination = { 'Fn::GetAtt': [`${idOf(name)}Destination`, 'Arn'] };
  switch (kind) {
    case 'webhook':
      // The id of a change is the same in each repetition, so that an endpoint can drop it.
      return {
        Arn: Destination,
        ...ENVELOPE,
        HttpParameters: { HeaderParameters: { 'Idempotency-Key': '$.detail.id' } },
      };
    case 'pagerDuty':
      return { Arn: Destination, InputTransformer: PAGERDUTY_EVENT };
    // Buses and logs get the whole event: both keep its source, its type and its time.
    case 'logs':
      // Without the `:*` at the end of the log group's own ARN.
      return { Arn: arn('logs', `log-group:${logGroupOf(name, stack)}`) };
    case 'bus':
      return { Arn: relay.bus };
    default:
      return { Arn: relay.lambda ?? relay.topic ?? relay.stateMachine, ...ENVELOPE };
  }
}

/**
 * A template with the fields that `paths` name. Each placeholder is a whole value without quotes: then EventBridge writes
 * the value as JSON, with quotes and escapes of its own. Inside quotes it would not escape the value (EventBridge user
 * guide, input transformation), and a hostile name could end the text and add fields.
 */
function templateOf(paths: Readonly<Record<string, string>>, template: (value: (name: string) => string) => string) {
  return { InputPathsMap: paths, InputTemplate: template((name) => `<${name}>`) };
}

/** SSM wants each parameter as a list of texts. */
function command({ document, instances, tag, parameters }: RunCommand): object {
  const [[key, values] = ['', []]] = Object.entries(tag ?? {});
  const entries = Object.entries(parameters);
  return {
    Arn: documentArn(document),
    InputTransformer: templateOf(
      Object.fromEntries(entries.map(([parameter, field]) => [parameter, `$.detail.${field}`])),
      (value) => `{${entries.map(([parameter]) => `"${parameter}":[${value(parameter)}]`).join(',')}}`,
    ),
    RunCommandParameters: {
      RunCommandTargets: [
        instances === undefined ? { Key: `tag:${key}`, Values: values } : { Key: 'InstanceIds', Values: instances },
      ],
    },
  };
}

/**
 * An alert of PagerDuty's Events API v2. Its severities are ours. Alerts with the same `dedup_key` become one while it is
 * open, so that repetitions, and all events of one resource, become one alert. The connection adds `routing_key`.
 */
const PAGERDUTY_EVENT = templateOf(
  {
    resource: RESOURCE,
    headline: '$.detail.headline',
    type: '$.detail.resource.type',
    severity: '$.detail.severity',
    outcome: '$.detail.outcome',
    account: '$.detail.account',
    team: '$.detail.team',
    detail: '$.detail',
  },
  (value) =>
    `{"event_action":"trigger","client":"Ground Control","dedup_key":${value('resource')},"payload":{` +
    `"summary":${value('headline')},"source":${value('account')},"severity":${value('severity')},` +
    `"component":${value('type')},"group":${value('team')},"class":${value('outcome')},` +
    `"custom_details":${value('detail')}}}`,
);
