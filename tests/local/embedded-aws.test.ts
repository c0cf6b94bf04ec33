import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { functionNotFound, type Invoke } from '../../local/embedded-aws/lambda.ts';
import { startEmbeddedAws } from '../../local/embedded-aws/server.ts';
import { LOCAL_TOPIC } from '../../local/embedded-aws/start.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { usePlannedFaults } from '../support/planned-faults.ts';

const faults = usePlannedFaults();
const invoke: Invoke = async (name, payload) => {
  if (name === 'repeats') return { payload };
  if (name === 'throws') return { error: 'SNS is down' };
  throw functionNotFound(name);
};
const aws = useLocalAws(undefined, faults.fault, invoke);

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

describe('the embedded SQS', () => {
  const sqs = () => new SQSClient({ maxAttempts: 1 });
  const QueueUrl = () => `${aws().endpoint}/000000000000/ground-control-local-failed`;
  const put = (...bodies: string[]) => aws().messages.push(...bodies.map((body) => ({ queueUrl: QueueUrl(), body })));
  async function receive(input: Partial<ReceiveMessageCommandInput> = {}) {
    const { Messages } = await sqs().send(new ReceiveMessageCommand({ QueueUrl: QueueUrl(), ...input }));
    return Messages ?? [];
  }
  const bodies = async () => (await receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body);
  const hide = (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
    sqs().send(new ChangeMessageVisibilityCommand({ QueueUrl: QueueUrl(), ReceiptHandle, VisibilityTimeout }));
  const remove = (ReceiptHandle: string | undefined) =>
    sqs().send(new DeleteMessageCommand({ QueueUrl: QueueUrl(), ReceiptHandle }));

  const NOON = Date.parse('2026-11-21T12:00:00Z');
  const setClock = (second: number) => {
    aws().sqs.clock = () => new Date(NOON + second * 1000);
  };
  beforeAll(() => setClock(0));
  afterEach(() => setClock(0));

  it('finds a queue by its name', async () => {
    const find = (QueueName: string) => sqs().send(new GetQueueUrlCommand({ QueueName }));
    await expect(find('ground-control-local-failed')).resolves.toMatchObject({ QueueUrl: QueueUrl() });
    await expect(find('ground-control-prod-failed')).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('returns a sent message with the attributes that the call names', async () => {
    const why = { DataType: 'String', StringValue: 'SNS is down' };
    const { MessageId } = await sqs().send(
      new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: 'a', MessageAttributes: { ERROR_MESSAGE: why } }),
    );
    const plain = {
      MessageId,
      ReceiptHandle: expect.any(String),
      Body: 'a',
      MD5OfBody: '0cc175b9c0f1b6a831c399e269772661',
    };
    await expect(receive({ VisibilityTimeout: 0 })).resolves.toEqual([plain]);
    await expect(
      receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['SentTimestamp'] }),
    ).resolves.toEqual([
      { ...plain, Attributes: { SentTimestamp: String(NOON) }, MessageAttributes: { ERROR_MESSAGE: why } },
    ]);
  });

  it('returns one message, or as many as the call asks for, and never the messages of another queue', async () => {
    put('a', 'b', 'c', 'd');
    aws().messages.unshift({ queueUrl: QueueUrl().replace('failed', 'budget'), body: 'e' });
    expect((await receive()).map(({ Body }) => Body)).toEqual(['a']);
    expect((await receive({ MaxNumberOfMessages: 2 })).map(({ Body }) => Body)).toEqual(['b', 'c']);
    expect([await bodies(), await bodies()]).toEqual([['d'], []]);
  });

  it('hides a received message for 30 seconds, or as long as the call says', async () => {
    put('a');
    await receive();
    setClock(29);
    expect(await bodies()).toEqual([]);
    setClock(30);
    expect((await receive({ VisibilityTimeout: 120 })).map(({ Body }) => Body)).toEqual(['a']);
    setClock(149);
    expect(await bodies()).toEqual([]);
    setClock(150);
    expect(await bodies()).toEqual(['a']);
  });

  it('hides a delayed message until its delay ends', async () => {
    await sqs().send(new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: 'a', DelaySeconds: 60 }));
    setClock(59);
    expect(await bodies()).toEqual([]);
    setClock(60);
    expect(await bodies()).toEqual(['a']);
  });

  it('counts a new visibility timeout from the call that sets it', async () => {
    put('a');
    const [message] = await receive();
    setClock(20);
    await hide(message?.ReceiptHandle, 30);
    setClock(49);
    expect(await bodies()).toEqual([]);
    await hide(message?.ReceiptHandle, 0);
    expect(await bodies()).toEqual(['a']);
  });

  it('deletes a message with its latest receipt handle, even when the message is visible again', async () => {
    put('a', 'b');
    const [first] = await receive({ VisibilityTimeout: 0 });
    const [again] = await receive({ VisibilityTimeout: 0 });
    await remove(first?.ReceiptHandle);
    expect(aws().messages.map(({ body }) => body)).toEqual(['a', 'b']);
    await remove(again?.ReceiptHandle);
    await remove(again?.ReceiptHandle);
    expect(aws().messages.map(({ body }) => body)).toEqual(['b']);
  });

  it('refuses a new visibility timeout for a message that is visible, received again or gone', async () => {
    put('a');
    const [first] = await receive();
    setClock(30);
    await expect(hide(first?.ReceiptHandle, 30)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    const [again] = await receive();
    await expect(hide(first?.ReceiptHandle, 30)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await remove(again?.ReceiptHandle);
    await expect(hide(again?.ReceiptHandle, 30)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('refuses what never was a receipt handle, and numbers out of bounds', async () => {
    await expect(remove('x')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(hide('bnVsbA==', 30)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(receive({ VisibilityTimeout: 43_201 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('hides a message whose answer was lost', async () => {
    put('a');
    faults.plan({ operation: 'ReceiveMessage', kind: 'lost' });
    await expect(receive()).rejects.toThrow();
    expect(await bodies()).toEqual([]);
    expect(aws().take('failed')).toEqual(['a']);
  });
});

describe('the embedded Lambda', () => {
  async function call(FunctionName: string, payload?: unknown, endpoint = aws().endpoint) {
    const lambda = new LambdaClient({ maxAttempts: 1, endpoint });
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName, ...(payload !== undefined && { Payload: JSON.stringify(payload) }) }),
    );
    return { FunctionError, payload: JSON.parse(Buffer.from(Payload ?? []).toString('utf8')) };
  }

  it.each([[{ id: 'é' }], [[1, null]], ['text'], [null]])(
    'passes the payload %j on and returns the result',
    async (payload) => {
      await expect(call('repeats', payload)).resolves.toEqual({ FunctionError: undefined, payload });
      expect(aws().calls).toEqual([
        { service: 'lambda', operation: 'Invoke', input: { FunctionName: 'repeats', Payload: payload } },
      ]);
    },
  );

  it('invokes a function without a payload with an empty object', async () => {
    await expect(call('repeats')).resolves.toMatchObject({ payload: {} });
  });

  it('returns the error that the function threw', async () => {
    await expect(call('throws', {})).resolves.toEqual({
      FunctionError: 'Unhandled',
      payload: { errorType: 'Error', errorMessage: 'SNS is down' },
    });
  });

  const missing = {
    name: 'ResourceNotFoundException',
    message: expect.stringMatching(/^Function not found: arn:.*:other$/),
  };

  it('refuses a function that does not exist', async () => {
    await expect(call('other', {})).rejects.toMatchObject(missing);
  });

  it('has no functions unless it is told how to run them', async () => {
    const empty = await startEmbeddedAws({ topicArn: LOCAL_TOPIC, queuePaths: [], table: {} });
    await expect(call('other', {}, empty.endpoint)).rejects.toMatchObject(missing);
    await empty.close();
  });

  it('injects faults into invocations', async () => {
    faults.plan({ operation: 'Invoke', kind: 'error' });
    await expect(call('repeats', {})).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    faults.plan({ operation: 'Invoke', kind: 'lost' });
    await expect(call('repeats', {})).rejects.toThrow();
  });
});

describe('a batch that DynamoDB reads in part', () => {
  const TableName = 'ground-control-local-state';
  const dynamo = () => new DynamoDBClient({ maxAttempts: 1 });
  const item = (pk: string) => ({ pk: { S: pk }, sk: { S: '-' } });
  beforeAll(async () => {
    for (const pk of ['a', 'b', 'c']) await dynamo().send(new PutItemCommand({ TableName, Item: item(pk) }));
  });
  const read = (...pks: string[]) =>
    dynamo().send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: pks.map(item), ConsistentRead: true } } }),
    );

  it.each([
    [['a', 'b', 'c'], ['a'], ['b', 'c']],
    [['x', 'b'], [], ['b']],
    [['a'], [], ['a']],
  ])('of the keys %j has the items %j and leaves %j unread', async (asked, found, left) => {
    faults.plan({ operation: 'BatchGetItem', kind: 'partial' });
    const { Responses, UnprocessedKeys } = await read(...asked);
    expect([Responses?.[TableName] ?? [], UnprocessedKeys]).toEqual([
      found.map(item),
      { [TableName]: { Keys: left.map(item), ConsistentRead: true } },
    ]);
  });

  it('is refused as by DynamoDB when it is wrong', async () => {
    faults.plan({ operation: 'BatchGetItem', kind: 'partial' }, 2);
    const wrong = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [{ pk: { S: 'a' } }, item('b')] } } });
    await expect(dynamo().send(wrong)).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(dynamo().send(new BatchGetItemCommand({ RequestItems: {} }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('is the only call that this fault changes', async () => {
    faults.plan({ operation: 'GetItem', kind: 'partial' });
    const { Item } = await dynamo().send(new GetItemCommand({ TableName, Key: item('a') }));
    expect(Item).toEqual(item('a'));
  });
});
