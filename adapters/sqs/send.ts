/** Sends JSON to a queue. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_SETTINGS } from '../client-settings.ts';

/** Sends `body` as JSON; the message is delivered after `delaySeconds` (SQS allows up to 900). */
export type Send = (body: unknown, delaySeconds?: number) => Promise<void>;

/** Sends to the queue at `QueueUrl`. */
export function senderTo(QueueUrl: string): Send {
  const client = new SQSClient(CLIENT_SETTINGS);
  return async (body, DelaySeconds = 0) => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), DelaySeconds }));
  };
}
