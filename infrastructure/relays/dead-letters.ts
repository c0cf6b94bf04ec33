/** Where a relay's events wait when they could not be delivered, and the alarm about it. */
import type { Resources, Stack } from '../per-function.ts';
import { deadLetterQueueOf, idOf, ruleArnOf } from './names.ts';

/**
 * The dead-letter queue of the relay called `name`, with its policy and its alarm. EventBridge needs a standard queue in
 * the same region (EventBridge user guide, dead-letter queues).
 */
export function deadLettersOf(name: string, stack: Stack): Resources {
  const queue = `${idOf(name)}Queue`;
  const arn = { 'Fn::GetAtt': [queue, 'Arn'] };
  return {
    [queue]: {
      Type: 'AWS::SQS::Queue',
      ...RETAINED,
      Properties: {
        QueueName: deadLetterQueueOf(name, stack),
        MessageRetentionPeriod: 1_209_600, // 14 days, the maximum
        MaximumMessageSize: 1_048_576, // 1 MiB, the maximum of an event
        SqsManagedSseEnabled: true,
      },
    },
    [`${queue}Policy`]: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: queue }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'OwnRuleSends',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arn,
              Condition: { ArnEquals: { 'aws:SourceArn': ruleArnOf(name, stack) } },
            },
            {
              Sid: 'OnlyEncryptedConnections',
              Effect: 'Deny',
              Principal: '*',
              Action: 'sqs:*',
              Resource: arn,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
    [`${idOf(name)}Alarm`]: alarm(name, stack),
  };
}

/**
 * As the other queues (`infrastructure/queues.yml`), it goes away with what it belongs to. Its name is fixed: if it
 * stayed behind, the next deployment of a relay with the same name would fail, because CloudFormation would find a queue
 * that is not its own. docs/relays.md tells people to empty it first.
 */
const RETAINED = {
  DeletionPolicy: 'Delete',
  UpdateReplacePolicy: 'Retain',
  Metadata: {
    checkov: {
      skip: [
        {
          id: 'CKV_AWS_27',
          comment: 'Encrypted by SQS (SqsManagedSseEnabled); EventBridge delivers without a key policy',
        },
      ],
    },
  },
};

const alarm = (name: string, stack: Stack): Resources[string] => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [{ Ref: 'OperatorsTopic' }],
    AlarmName: deadLetterQueueOf(name, stack),
    AlarmDescription: {
      'Fn::Sub': `The target of the relay "${name}" lacks events: EventBridge could not deliver them, and they wait in the queue "relay-${name}". First step: see the errors with npm run redrive -- --stage ${stack.stage} --region \${AWS::Region} --queue relay-${name} --dry-run`,
    },
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [`${idOf(name)}Queue`, 'QueueName'] } }],
  },
});
