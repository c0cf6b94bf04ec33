/** Simulates the part of SQS that we use: `SendMessage`. */
import { createHash, randomUUID } from 'node:crypto';
import { AwsError, type Call } from './protocol.ts';

/** Bytes of a message (SQS quotas, 1 MiB since 2025). */
const LARGEST_MESSAGE = 1_048_576;

/** A message in a queue. */
export interface QueuedMessage {
  readonly queueUrl: string;
  readonly body: string;
}

/** The message of a `SendMessage` call. Throws an `AwsError` where SQS would refuse it. */
export function readMessage({ input }: Call, queues: ReadonlySet<string>): QueuedMessage {
  const { QueueUrl: queueUrl, MessageBody: body } = input;
  if (typeof queueUrl !== 'string' || !queues.has(queueUrl)) {
    throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
  }
  if (typeof body !== 'string' || body === '')
    throw new AwsError(
      'com.amazon.coral.service#ValidationException',
      'The request must contain the parameter MessageBody.',
    );
  if (Buffer.byteLength(body) > LARGEST_MESSAGE) {
    throw new AwsError(
      'com.amazonaws.sqs#InvalidParameterValue',
      'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    );
  }
  return { queueUrl, body };
}

/** The answer of `SendMessage`. */
export const sendOutput = ({ body }: QueuedMessage) => ({
  MessageId: randomUUID(),
  MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
});
