import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { LOCAL_TOPIC } from '../../local/embedded-aws/start.ts';
import { useLocalAws } from '../support/local-aws.ts';

const aws = useLocalAws();

/** Calls DynamoDB over its wire protocol. */
async function dynamoDb(operation: string, input: object): Promise<unknown> {
  const response = await fetch(aws().endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'content-type': 'application/x-amz-json-1.0',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-date': '20261121T000000Z',
    },
    body: JSON.stringify(input),
  });
  return response.json();
}

const publish = (input: Partial<PublishCommandInput>) =>
  new SNSClient({ maxAttempts: 1 }).send(new PublishCommand({ TopicArn: LOCAL_TOPIC, Message: 'x', ...input }));

describe('the embedded AWS', () => {
  it.each([
    ['a topic it does not have', { TopicArn: `${LOCAL_TOPIC}x` }, 'NotFoundException'],
    ['a subject with a line break', { Subject: 'a\nb' }, 'InvalidParameterException'],
    ['a subject of 100 characters', { Subject: 'x'.repeat(100) }, 'InvalidParameterException'],
    ['an empty message', { Message: '' }, 'InvalidParameterException'],
    ['a message over 256 KiB', { Message: 'x'.repeat(262_145) }, 'InvalidParameterException'],
    ['a structure without default', { MessageStructure: 'json', Message: '{"sms":"x"}' }, 'InvalidParameterException'],
    ['a structure that is not JSON', { MessageStructure: 'json', Message: 'x' }, 'InvalidParameterException'],
    [
      'an attribute with an emoji',
      { MessageAttributes: { team: { DataType: 'String', StringValue: '😀' } } },
      'InvalidParameterException',
    ],
    [
      'an empty attribute',
      { MessageAttributes: { team: { DataType: 'String', StringValue: '' } } },
      'InvalidParameterException',
    ],
  ])('refuses %s as SNS does', async (_, input, name) => {
    await expect(publish(input)).rejects.toMatchObject({ name });
    expect(aws().publications).toEqual([]);
  });

  it('accepts a publication and returns its id', async () => {
    await expect(publish({ Subject: 'Hello' })).resolves.toMatchObject({ MessageId: expect.any(String) });
    expect(aws().publications).toMatchObject([{ topicArn: LOCAL_TOPIC, subject: 'Hello' }]);
  });

  it('refuses a queue it does not have', async () => {
    const send = new SendMessageCommand({ QueueUrl: `${aws().endpoint}/000000000000/other`, MessageBody: 'x' });
    await expect(new SQSClient({ maxAttempts: 1 }).send(send)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('refuses an operation it does not know with an AWS error', async () => {
    await expect(new SQSClient({ maxAttempts: 1 }).send(new ListQueuesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The embedded AWS does not know sqs:ListQueues.',
    });
  });

  it('refuses a body that is not JSON', async () => {
    const response = await fetch(aws().endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: '{',
    });
    expect([response.status, await response.json()]).toMatchObject([400, { __type: 'SerializationException' }]);
  });

  it('stores items in tables', async () => {
    await dynamoDb('CreateTable', {
      TableName: 'state',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    await dynamoDb('PutItem', { TableName: 'state', Item: { pk: { S: 'a' }, n: { N: '1' } } });
    await expect(dynamoDb('GetItem', { TableName: 'state', Key: { pk: { S: 'a' } } })).resolves.toEqual({
      Item: { pk: { S: 'a' }, n: { N: '1' } },
    });
  });
});
