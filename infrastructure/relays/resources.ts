/** The CloudFormation resources of all relays in `ground-control.yml`. */
import { kindsOf, type Relay, type Relays } from '../../schemas/configuration/relays-section.ts';
import type { Resources, Stack } from '../per-function.ts';
import { endpointOf } from './connection.ts';
import { deadLettersOf } from './dead-letters.ts';
import { arn, BUS, busOf, idOf, logGroupOf, ruleArnOf, ruleOf } from './names.ts';
import { patternOf } from './pattern.ts';
import { hasRole, roleOf } from './role.ts';
import { targetOf } from './target.ts';

/** Days for which the log groups of relays keep events. */
const LOG_DAYS = 90;

/** The bus and each relay's resources; nothing without relays. */
export function relayResources({ to, on }: Relays, stack: Stack): Resources {
  if (!on) return {};
  return Object.assign(
    {
      [BUS]: {
        Type: 'AWS::Events::EventBus',
        Properties: { Name: busOf(stack), Description: 'Changes of SageMaker resources, and what Ground Control did' },
      },
    },
    ...Object.entries(to).map(([name, relay]) => resourcesOf(name, relay, stack)),
  );
}

function resourcesOf(name: string, relay: Relay, stack: Stack): Resources {
  const [kind] = kindsOf(relay);
  if (kind === undefined) throw new Error(`the relay ${name} has no target`);
  return {
    [`${idOf(name)}Rule`]: {
      Type: 'AWS::Events::Rule',
      // The ARN of the log group is written out, so that CloudFormation does not see that the rule needs it.
      ...(kind === 'logs' && { DependsOn: [`${idOf(name)}LogGroup`] }),
      Properties: {
        Name: ruleOf(name, stack),
        Description: `Relays events to ${name}`,
        EventBusName: { Ref: BUS },
        EventPattern: patternOf(name, relay),
        State: 'ENABLED',
        Targets: [targetOf(name, kind, relay, stack)],
      },
    },
    ...deadLettersOf(name, stack),
    ...(hasRole(kind) && { [`${idOf(name)}Role`]: roleOf(name, relay, stack) }),
    ...(relay.lambda !== undefined && { [`${idOf(name)}Permission`]: permission(relay.lambda, name, stack) }),
    ...(kind === 'logs' && { [`${idOf(name)}LogGroup`]: logGroup(name, stack) }),
    ...endpointOf(name, relay, stack),
  };
}

/** Adds a statement to the policy of the function. Its other statements stay as they are. */
const permission = (lambda: string, name: string, stack: Stack): Resources[string] => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: lambda,
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: ruleArnOf(name, stack),
    SourceAccount: { Ref: 'AWS::AccountId' },
  },
});

/**
 * A log group with a policy of its own: an account may have only 10 policies for log groups in a region (CloudFormation,
 * AWS::Logs::ResourcePolicy).
 */
function logGroup(name: string, stack: Stack): Resources[string] {
  const group = logGroupOf(name, stack);
  const statement = (Action: string, Condition?: object) => ({
    Effect: 'Allow',
    Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
    Action,
    Resource: arn('logs', `log-group:${group}:*`),
    ...(Condition && { Condition }),
  });
  return {
    Type: 'AWS::Logs::LogGroup',
    ...ACCEPTED_OF_LOG,
    Properties: {
      LogGroupName: group,
      RetentionInDays: LOG_DAYS,
      ResourcePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          statement('logs:CreateLogStream'),
          statement('logs:PutLogEvents', { ArnEquals: { 'aws:SourceArn': ruleArnOf(name, stack) } }),
        ],
      },
    },
  };
}

const ACCEPTED_OF_LOG = {
  Metadata: {
    checkov: {
      skip: [
        {
          id: 'CKV_AWS_158',
          comment: 'CloudWatch encrypts logs with its own key; events hold no text of others except names and tags',
        },
      ],
    },
  },
};
