/** The role with which EventBridge sends to the target of a relay. */
import type { Kind, RunCommand } from '../../schemas/configuration/relay-targets.ts';
import type { Relay } from '../../schemas/configuration/relays-section.ts';
import type { Resources, Stack } from '../per-function.ts';
import { arn, idOf, ruleArnOf } from './names.ts';

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

/** Kinds without a role: EventBridge calls functions and writes logs by a policy on the function and the log group. */
const WITHOUT_ROLE: ReadonlySet<Kind> = new Set(['lambda', 'logs']);

export const hasRole = (kind: Kind): boolean => !WITHOUT_ROLE.has(kind);

/** The role of the relay called `name`. Only the relay's own rule can use it, and only for its own target. */
export const roleOf = (name: string, relay: Relay, stack: Stack): Resources[string] => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sts:AssumeRole',
          // EventBridge user guide, cross-service confused deputy prevention.
          Condition: {
            ArnEquals: { 'aws:SourceArn': ruleArnOf(name, stack) },
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          },
        },
      ],
    },
    Policies: [
      { PolicyName: 'relay', PolicyDocument: { Version: '2012-10-17', Statement: statementsOf(name, relay) } },
    ],
  },
});

/** What the role may do (EventBridge user guide, IAM roles for sending events to targets). */
function statementsOf(name: string, relay: Relay): readonly Statement[] {
  const { kinesis, queue, topic, stateMachine, bus, runCommand, key } = relay;
  if (kinesis !== undefined) return [allow('kinesis:PutRecord', kinesis), ...useKey(key, ['kms:GenerateDataKey'])];
  if (queue !== undefined) return [allow('sqs:SendMessage', queue), ...useKey(key, ENCRYPT_MESSAGES)];
  if (topic !== undefined) return [allow('sns:Publish', topic), ...useKey(key, ENCRYPT_MESSAGES)];
  if (stateMachine !== undefined) return [allow('states:StartExecution', stateMachine)];
  if (bus !== undefined) return [allow('events:PutEvents', bus)];
  if (runCommand !== undefined) return sendCommand(runCommand);
  // `ArnForPolicy` is the ARN in the form that policies need (CloudFormation, AWS::Events::ApiDestination).
  return [allow('events:InvokeApiDestination', { 'Fn::GetAtt': [`${idOf(name)}Destination`, 'ArnForPolicy'] })];
}

const ENCRYPT_MESSAGES = ['kms:GenerateDataKey', 'kms:Decrypt'];

const allow = (Action: Statement['Action'], Resource: unknown, Condition?: object): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

const useKey = (key: string | undefined, actions: readonly string[]): readonly Statement[] =>
  key === undefined ? [] : [allow(actions, key)];

/** The ARN of a document of the account and region of the deployment. */
export const documentArn = (document: string) => arn('ssm', `document/${document}`);

/** EventBridge needs one permission for the document and one for the instances. */
function sendCommand({ document, instances, tag }: RunCommand): readonly Statement[] {
  const onDocument = allow('ssm:SendCommand', documentArn(document));
  if (instances !== undefined) {
    const arns = instances.map((id) =>
      id.startsWith('mi-') ? arn('ssm', `managed-instance/${id}`) : arn('ec2', `instance/${id}`),
    );
    return [onDocument, allow('ssm:SendCommand', arns)];
  }
  const [[key, values] = ['', []]] = Object.entries(tag ?? {});
  return [
    onDocument,
    // Service authorization reference, condition keys of SendCommand. EventBridge's guide names `ec2:ResourceTag`, which
    // SendCommand does not know.
    allow('ssm:SendCommand', arn('ec2', 'instance/*'), { StringEquals: { [`ssm:resourceTag/${key}`]: values } }),
  ];
}
