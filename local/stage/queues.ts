/** The queues of a stage in which something waits for people. */
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Attempt, attempt } from './attempt.ts';

export interface Queue {
  /** As `redrive` names it. */
  readonly name: string;
  /** What waits in it. */
  readonly about: string;
  readonly waiting: Attempt<Waiting>;
}

/** Numbers of messages, as SQS counts them approximately. */
export interface Waiting {
  readonly visible: number;
  /** Somebody reads them now, such as `redrive`. */
  readonly hidden: number;
}

/** Queues that every stage has, and what waits in them. */
const ABOUT = [
  ['failed', 'functions failed on them after all retries'],
  ['quarantine', 'no schema can read them'],
  ['undelivered', 'EventBridge or the scheduler could not deliver them'],
] as const;

/** The names of those. */
export const QUEUES = ABOUT.map(([name]) => name);
/** Before the name of a relay, in the name of its dead-letter queue. */
export const RELAY_PREFIX = 'relay-';
/** The dead-letter queue of a relay. ground-control.yml names relays in this form. */
const OF_RELAY = /^relay-[a-z][a-z0-9-]{0,29}$/;

/** Whether a stage may have a queue of this name. */
export const isQueue = (name: string): boolean => QUEUES.some((one) => one === name) || OF_RELAY.test(name);

/** The queues of `stage` with these relays, and how much waits in them. It receives no message. */
export function queuesOf(stage: string, sqs: SQSClient, relays: readonly string[]): Promise<Queue[]> {
  const named = [
    ...ABOUT,
    ...relays.map((name) => [`${RELAY_PREFIX}${name}`, `the relay "${name}" could not deliver them`] as const),
  ];
  return Promise.all(
    named.map(async ([name, about]) => ({
      name,
      about,
      waiting: await attempt(`the queue ${name}`, () => waitingIn(`ground-control-${stage}-${name}`, sqs)),
    })),
  );
}

async function waitingIn(QueueName: string, sqs: SQSClient): Promise<Waiting> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    visible: Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0),
    hidden: Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
}
