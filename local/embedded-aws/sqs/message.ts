/** A message of the simulated SQS, as calls give and get it. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../protocol.ts';

/** Bytes of a message (SQS quotas, 1 MiB since 2025). */
const LARGEST_MESSAGE = 1_048_576;

/** A message in a queue. Tests and stories may put one there without a call. */
export interface QueuedMessage {
  readonly queueUrl: string;
  readonly body: string;
  /** Message attributes in the API's shape: `{ ERROR_MESSAGE: { DataType: 'String', StringValue: 'no' } }`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What a queue remembers of a message. Times are in milliseconds. */
export interface Delivery {
  readonly id: string;
  readonly sentAt: number;
  hiddenUntil: number;
  /** How often it was received. It is in the receipt handle: only that of the last time is valid. */
  receives: number;
}

/** Parameters of a call. */
export type Input = Readonly<Record<string, unknown>>;

const Receipt = z.object({ id: z.string(), receives: z.number() });
const Attributes = z.record(z.string(), z.unknown());

/** The message of a `SendMessage` call. Throws an `AwsError` where SQS would refuse it. */
export function readMessage(queueUrl: string, { MessageBody: body, MessageAttributes }: Input): QueuedMessage {
  if (typeof body !== 'string' || body === '')
    throw new AwsError(
      'com.amazon.coral.service#ValidationException',
      'The request must contain the parameter MessageBody.',
    );
  if (Buffer.byteLength(body) > LARGEST_MESSAGE)
    throw invalid('One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.');
  const { data: attributes } = Attributes.safeParse(MessageAttributes);
  return { queueUrl, body, ...(attributes && { attributes }) };
}

/** A message as `ReceiveMessage` returns it: with the attributes that the call names, as SQS does. */
export function shown({ body, attributes = {} }: QueuedMessage, { id, sentAt, receives }: Delivery, input: Input) {
  const system = { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(receives) };
  return {
    MessageId: id,
    ReceiptHandle: Buffer.from(JSON.stringify({ id, receives })).toString('base64'),
    Body: body,
    MD5OfBody: md5(body),
    ...named('Attributes', system, input['MessageSystemAttributeNames'] ?? input['AttributeNames']),
    ...named('MessageAttributes', attributes, input['MessageAttributeNames']),
  };
}

/** The field with those attributes that `names` asks for. No field if there are none. */
function named(field: string, attributes: Readonly<Record<string, unknown>>, names: unknown): object {
  const wanted: readonly unknown[] = Array.isArray(names) ? names : [];
  const given = Object.entries(attributes).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return given.length === 0 ? {} : { [field]: Object.fromEntries(given) };
}

/** What a receipt handle says. Throws an `AwsError` for a text that never was one. */
export function readReceipt(handle: unknown): z.infer<typeof Receipt> {
  try {
    return Receipt.parse(JSON.parse(Buffer.from(String(handle), 'base64').toString('utf8')));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof z.ZodError)) throw cause;
    throw new AwsError(
      'com.amazonaws.sqs#ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
}

/** The checksum that SQS adds to a body. */
export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** The refusal of a parameter. */
export const invalid = (why: string) => new AwsError('com.amazonaws.sqs#InvalidParameterValue', why);
