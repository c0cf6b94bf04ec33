/** Simulates the part of SQS that we use: sending to standard queues, receiving and deleting. */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../protocol.ts';
import {
  type Delivery,
  type Input,
  invalid,
  md5,
  type QueuedMessage,
  readMessage,
  readReceipt,
  shown,
} from './message.ts';

/** Seconds for which a received message is hidden: SQS's default, and the longest time. */
const DEFAULT_VISIBILITY = 30;
const LONGEST_VISIBILITY = 43_200;

/** The queues of one account. Tests and stories change `messages` in place. */
export class SimulatedSqs {
  /** URLs of the queues that exist. */
  readonly queueUrls = new Set<string>();
  /** Messages in all queues, the oldest first, including hidden ones. */
  readonly messages: QueuedMessage[] = [];
  /** The time by which messages are hidden. Stories set their own clock. */
  clock = () => new Date();
  readonly #deliveries = new WeakMap<QueuedMessage, Delivery>();

  /** Answers one operation. Throws an `AwsError` for a call that SQS would refuse. */
  perform(operation: string, input: Input): Record<string, unknown> {
    switch (operation) {
      case 'GetQueueUrl':
        return { QueueUrl: this.#urlOf(input['QueueName']) };
      case 'GetQueueAttributes':
        return { Attributes: this.#countsOf(this.#queueOf(input)) };
      case 'SendMessage':
        return this.#send(input);
      case 'ReceiveMessage':
        return this.#receive(input);
      case 'DeleteMessage':
        return this.#delete(input);
      case 'ChangeMessageVisibility':
        return this.#changeVisibility(input);
      default:
        throw new AwsError('UnknownOperationException', `The embedded AWS does not know sqs:${operation}.`);
    }
  }

  #urlOf(name: unknown): string {
    const url = [...this.queueUrls].find((one) => one.split('/').at(-1) === name);
    if (url === undefined) throw noQueue();
    return url;
  }

  #queueOf({ QueueUrl }: Input): string {
    if (typeof QueueUrl !== 'string' || !this.queueUrls.has(QueueUrl)) throw noQueue();
    return QueueUrl;
  }

  /** The numbers of messages; other attributes are left out. */
  #countsOf(queueUrl: string): Record<string, string> {
    const now = this.clock().getTime();
    const all = this.messages.filter((message) => message.queueUrl === queueUrl);
    const hidden = all.filter((message) => this.#deliveryOf(message).hiddenUntil > now).length;
    return {
      ApproximateNumberOfMessages: String(all.length - hidden),
      ApproximateNumberOfMessagesNotVisible: String(hidden),
    };
  }

  #send(input: Input): Record<string, unknown> {
    const message = readMessage(this.#queueOf(input), input);
    this.messages.push(message);
    const delivery = this.#deliveryOf(message);
    delivery.hiddenUntil = delivery.sentAt + Number(input['DelaySeconds'] ?? 0) * 1000;
    return { MessageId: delivery.id, MD5OfMessageBody: md5(message.body) };
  }

  /** A message that came without a call counts as sent at the first `ReceiveMessage` of its queue. */
  #deliveryOf(message: QueuedMessage): Delivery {
    const known = this.#deliveries.get(message);
    if (known !== undefined) return known;
    const now = this.clock().getTime();
    const delivery = { id: randomUUID(), sentAt: now, hiddenUntil: 0, receives: 0 };
    this.#deliveries.set(message, delivery);
    return delivery;
  }

  /** Does not wait for messages, whatever `WaitTimeSeconds` is. */
  #receive(input: Input): Record<string, unknown> {
    const queueUrl = this.#queueOf(input);
    const most = numberIn({ MaxNumberOfMessages: 1, ...input }, 'MaxNumberOfMessages', 1, 10);
    const seconds = visibilityIn({ VisibilityTimeout: DEFAULT_VISIBILITY, ...input });
    const now = this.clock().getTime();
    const visible = this.messages.filter(
      (message) => message.queueUrl === queueUrl && this.#deliveryOf(message).hiddenUntil <= now,
    );
    const received = visible.slice(0, most).map((message) => {
      const delivery = this.#deliveryOf(message);
      delivery.hiddenUntil = now + seconds * 1000;
      delivery.receives++;
      return shown(message, delivery, input);
    });
    return received.length === 0 ? {} : { Messages: received };
  }

  /**
   * Deletes nothing with an old receipt handle: then the call "will succeed, but the message might not be deleted" (SQS
   * API reference, DeleteMessage). The handle of the last receive stays valid after the message is visible again.
   */
  #delete(input: Input): Record<string, unknown> {
    const message = this.#receivedAs(input);
    if (message !== undefined) this.messages.splice(this.messages.indexOf(message), 1);
    return {};
  }

  #changeVisibility(input: Input): Record<string, unknown> {
    const message = this.#receivedAs(input);
    const seconds = visibilityIn(input);
    const now = this.clock().getTime();
    if (message === undefined) {
      const why = 'Message does not exist or is not available for visibility timeout change.';
      throw invalid(`Value ${input['ReceiptHandle']} for parameter ReceiptHandle is invalid. Reason: ${why}`);
    }
    const delivery = this.#deliveryOf(message);
    if (delivery.hiddenUntil <= now)
      throw new AwsError('com.amazonaws.sqs#MessageNotInflight', 'The message referred to is not in flight.');
    delivery.hiddenUntil = now + seconds * 1000;
    return {};
  }

  /** The message whose last receive gave this receipt handle. Undefined if it is deleted, or the handle is old. */
  #receivedAs(input: Input): QueuedMessage | undefined {
    const queueUrl = this.#queueOf(input);
    const { id, receives } = readReceipt(input['ReceiptHandle']);
    return this.messages.find((message) => {
      const delivery = this.#deliveries.get(message);
      return message.queueUrl === queueUrl && delivery?.id === id && delivery.receives === receives;
    });
  }
}

const visibilityIn = (input: Input) => numberIn(input, 'VisibilityTimeout', 0, LONGEST_VISIBILITY);

function numberIn(input: Input, name: string, least: number, most: number): number {
  const value = Number(input[name]);
  if (value >= least && value <= most) return value;
  throw invalid(`Value ${input[name]} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}.`);
}

const noQueue = () => new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
