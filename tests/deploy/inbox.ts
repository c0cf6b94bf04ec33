/** Queues that are subscribed to the alerts topic. */
import { randomUUID } from 'node:crypto';
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { TOPIC } from './deployment.ts';
import { countIn, receive, sns, sqs } from './stage.ts';

export interface Inbox {
  /** Waits for the next alert, as SNS wraps it. `attempts` are of 10 seconds. */
  readonly nextEnvelope: (attempts?: number) => Promise<Record<string, unknown>>;
  /** Waits for the next alert. */
  readonly next: (attempts?: number) => Promise<AlertMessage>;
  /** Number of alerts that nobody has taken out. */
  readonly count: () => Promise<number>;
}

/** Subscribes a new queue for the duration of the calling test, with the filter policy that is given. */
export async function openInbox(filterPolicy?: object): Promise<Inbox> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `inbox-${randomUUID()}` }));
  onTestFinished(async () => {
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: TOPIC,
      Protocol: 'sqs',
      Endpoint: Attributes?.['QueueArn'],
      ...(filterPolicy && { Attributes: { FilterPolicy: JSON.stringify(filterPolicy) } }),
    }),
  );
  // The last to be registered is the first to be called: no alert is sent to a queue that is gone.
  onTestFinished(async () => {
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  });
  const nextEnvelope = (attempts?: number) => receive(QueueUrl, attempts);
  return {
    nextEnvelope,
    next: async (attempts) => alertOf(await nextEnvelope(attempts)),
    count: () => countIn(QueueUrl),
  };
}

export const alertOf = (envelope: Record<string, unknown>) =>
  AlertMessage.parse(JSON.parse(String(envelope['Message'])));
