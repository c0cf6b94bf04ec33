/** Targets of the relays in `ground-control.yml` of the deployment test. They belong to others, so the stack has none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/events.ts';
import { CREDENTIALS, REGION } from './deployment.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:000000000000:${resource}`;
const role = arn('iam', 'role/relay-targets').replace(`:${REGION}:`, '::');
const queue = (QueueName: string, properties: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...properties },
});

/** Sends what it gets to the queue `relay-function-got`. */
const FUNCTION = `exports.handler = async (event) => {
  const answer = await fetch(process.env.ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessage',
      authorization: process.env.AUTHORIZATION,
    },
    body: JSON.stringify({
      QueueUrl: process.env.ENDPOINT + '/000000000000/relay-function-got',
      MessageBody: JSON.stringify(event),
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
};`;

const resources = (ENDPOINT: string) => ({
  Plain: queue('relay-plain'),
  Ordered: queue('relay-ordered.fifo', { FifoQueue: true, ContentBasedDeduplication: true }),
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'relay-topic' } },
  TopicGot: queue('relay-topic-got'),
  Subscription: {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      TopicArn: { Ref: 'Topic' },
      Protocol: 'sqs',
      Endpoint: { 'Fn::GetAtt': ['TopicGot', 'Arn'] },
      RawMessageDelivery: true,
    },
  },
  FunctionGot: queue('relay-function-got'),
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'relay-function',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role,
      Code: { ZipFile: FUNCTION },
      Environment: { Variables: { ENDPOINT, AUTHORIZATION: authorization('sqs') } },
    },
  },
  Machine: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: 'relay-machine',
      RoleArn: role,
      DefinitionString: readFileSync(join(ROOT, 'examples/relays/once.asl.json'), 'utf8'),
    },
  },
  Once: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'sagemaker-changes-once',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  },
  Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'relay-stream', ShardCount: 1 } },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'relay-other' } },
  BusGot: queue('relay-other-got'),
  BusRule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: [{ prefix: 'ground-control' }] },
      Targets: [{ Id: 'queue', Arn: arn('sqs', 'relay-other-got') }],
    },
  },
});

const STACK = 'relay-targets';

/** Makes the targets, if the emulator does not have them yet. They end with the emulator. */
export async function makeRelayTargets(endpoint: string): Promise<void> {
  const cloudFormation = async (Action: string, input: Record<string, string> = {}) => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: authorization('cloudformation') },
      body: new URLSearchParams({ Action, Version: '2010-05-15', StackName: STACK, ...input }),
    });
    const text = await answer.text();
    if (!answer.ok && !text.includes('AlreadyExistsException')) throw new Error(`${Action}: ${text}`);
    return text;
  };
  await cloudFormation('CreateStack', { TemplateBody: JSON.stringify({ Resources: resources(endpoint) }) });
  for (;;) {
    const [, status] = /<StackStatus>(\w+)</.exec(await cloudFormation('DescribeStacks')) ?? [];
    if (status === 'CREATE_COMPLETE') return;
    if (status !== 'CREATE_IN_PROGRESS')
      throw new Error(`the stack ${STACK} is ${status}: ${await cloudFormation('DescribeStackEvents')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One call of a service with AWS JSON that the tests have no client for. `target`: as in `X-Amz-Target`. */
export async function callJson(endpoint: string, service: string, target: string, input: object): Promise<unknown> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: authorization(service),
    },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`${target}: ${await answer.text()}`);
  return answer.json();
}

/** The emulator reads the region and the service, and checks no signature. */
function authorization(service: string): string {
  const { accessKeyId } = CREDENTIALS;
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261121/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
