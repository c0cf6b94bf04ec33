/** The deployed stage, as tests use it: its clients, its event bus, its queues. */
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, inject } from 'vitest';
import { type AnyEvent, trainingEvent } from '../support/events.ts';
import { clientsOf } from './clients.ts';
import { type Finished, PREFIX, REGION, runIn, STAGE } from './deployment.ts';

const deployment = inject('deployment');

export const { folder } = deployment;
export const { cloudWatch, dynamoDb, events, iam, lambda, logs, s3, scheduler, sns, sqs } = clientsOf(
  deployment.endpoint,
);

/** Runs a command of `commands/` on the stage: `npm run <name> -- --stage <stage> …`. */
export const command = (name: string, args: readonly string[] = [], stage = STAGE): Finished =>
  runIn(deployment, process.execPath, `commands/${name}.ts`, '--stage', stage, ...args);

/** Puts `event` on the bus as SageMaker would. */
export async function put(event: AnyEvent): Promise<void> {
  const { FailedEntryCount } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          // The emulator accepts a source that begins with `aws.` only as a list.
          Source: ['aws.sagemaker'] as never,
          DetailType: event['detail-type'],
          Detail: JSON.stringify(event.detail),
          Resources: event.resources,
        },
      ],
    }),
  );
  expect(FailedEntryCount).toBe(0);
}

export const trainingArn = (name: string) => `arn:aws:sagemaker:${REGION}:000000000000:training-job/${name}`;

/** The event that the training job `name` has failed, with `detail` over it. */
export const failedTraining = (name: string, detail: object = {}): AnyEvent =>
  trainingEvent({ TrainingJobName: name, TrainingJobArn: trainingArn(name), ...detail });

/** URL of the stage's queue `name`: `quarantine`, `failed`, `labeling`. */
export async function queueOfStage(name: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: `${PREFIX}${name}` }));
  return QueueUrl;
}

/** Number of messages in `queueUrl`, visible or not. */
export async function countIn(queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }));
  const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: taken } = Attributes ?? {};
  return Number(visible ?? 0) + Number(taken ?? 0);
}

/** Waits for the next message of `queueUrl`, deletes it and gives its body. `attempts` are of 10 seconds. */
export async function receive(queueUrl: string, attempts = 6): Promise<Record<string, unknown>> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 1 }),
    );
    if (message === undefined) continue;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    return JSON.parse(message.Body ?? '');
  }
  throw new Error(`no message came to ${queueUrl}`);
}

/** Asks until the answer is `true`. The test's time limit ends it. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 200));
}
