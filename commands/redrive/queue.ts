/** A queue as `redrive` uses it: it hides messages from others, and deletes them or lets others receive them again. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A message with an id. */
export type Received = Message & { readonly MessageId: string };

/** How long a received message is hidden from others. No function that `redrive` invokes runs longer (serverless.yml). */
export const HIDDEN_MINUTES = 16;

/** URL of the queue `QueueName`. Throws what `absent` makes of SQS's error if the queue does not exist. */
export async function findQueue(sqs: SQSClient, QueueName: string, absent: (cause: unknown) => Error): Promise<string> {
  try {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return QueueUrl;
  } catch (error) {
    if (!(error instanceof Error) || !/QueueDoesNotExist|NonExistentQueue/.test(error.name)) throw error;
    throw absent(error);
  }
}

/** The queue at `QueueUrl`. Remembers which messages it hides: those that it received and did not delete. */
export function hidingQueue(sqs: SQSClient, QueueUrl: string) {
  /** Receipts by the id of the message. Only the last receipt of a message is valid. */
  const hidden = new Map<string, string>();
  return {
    /** The next messages, at most 10, with an id each. Waits a second for one; then there are none. */
    async receive(MaxNumberOfMessages: number): Promise<Received[]> {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages,
          VisibilityTimeout: HIDDEN_MINUTES * 60,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      return Messages.map((message) => {
        const { MessageId = '', ReceiptHandle = '' } = message;
        hidden.set(MessageId, ReceiptHandle);
        return { ...message, MessageId };
      });
    },

    async delete(id: string): Promise<void> {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: hidden.get(id) }));
      hidden.delete(id);
    },

    /** Lets others receive the hidden messages at once. Returns the errors of those that stay hidden for a while. */
    async release(): Promise<unknown[]> {
      const results = await Promise.allSettled(
        [...hidden.values()].map((ReceiptHandle) =>
          sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })),
        ),
      );
      hidden.clear();
      return results.flatMap((result) =>
        result.status === 'rejected' && !isNotHidden(result.reason) ? [result.reason] : [],
      );
    },
  };
}

/** The message is deleted, others can receive it already, or somebody else has received it since. */
const isNotHidden = (error: unknown) =>
  error instanceof Error && /InvalidParameterValue|MessageNotInflight|ReceiptHandleIsInvalid/.test(error.name);
