/** Simulates the part of SNS that we use: `Publish`, with SNS's own checks. */
import { randomUUID } from 'node:crypto';
import { AwsError, type Call } from './protocol.ts';

/** Bytes of message and attributes together, unless the topic allows more (SNS API reference, Publish). */
const LARGEST_PUBLICATION = 262_144;

/** One publication as the topic received it. */
export interface Publication {
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** Body per protocol; always contains `default`. */
  readonly bodies: ReadonlyMap<string, string>;
  readonly attributes: ReadonlyMap<string, string>;
}

/** The publication of a `Publish` call. Throws an `AwsError` where SNS would refuse it. */
export function readPublication({ input }: Call, topics: ReadonlySet<string>): Publication {
  const text = (name: string) => (typeof input[name] === 'string' ? input[name] : undefined);
  const topicArn = text('TopicArn') ?? '';
  if (!topics.has(topicArn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
  const subject = text('Subject');
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalid('Subject');
  const message = text('Message') ?? '';
  if (message === '') throw invalid('Empty message');
  const attributes = readAttributes(text);
  const bytes =
    Buffer.byteLength(message) +
    [...attributes].reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value) + 'String'.length, 0);
  if (bytes > LARGEST_PUBLICATION) throw invalid('Message too long');
  const bodies = text('MessageStructure') === 'json' ? readBodies(message) : new Map([['default', message]]);
  return { topicArn, subject, bodies, attributes };
}

/** The answer of `Publish`. */
export const publishOutput = () => ({ MessageId: randomUUID() });

function readBodies(message: string): Map<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch (error) {
    throw invalid(
      `Message Structure - JSON message body failed to parse (${error instanceof Error ? error.message : error})`,
    );
  }
  const entries = Object.entries(parsed ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const bodies = new Map(entries);
  if (!bodies.has('default')) throw invalid('Message Structure - No default entry in JSON message body');
  return bodies;
}

function readAttributes(text: (name: string) => string | undefined): Map<string, string> {
  const attributes = new Map<string, string>();
  for (let at = 1; ; at++) {
    const prefix = `MessageAttributes.entry.${at}`;
    const name = text(`${prefix}.Name`);
    if (name === undefined) return attributes;
    const value = text(`${prefix}.Value.StringValue`) ?? '';
    if (value === '' || /[\ud800-\udfff]/.test(value)) throw invalid(`Invalid attribute value for ${name}`);
    if (text(`${prefix}.Value.DataType`) === 'String.Array' && !isArray(value))
      throw invalid(`Invalid attribute value for ${name}`);
    if (!/^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/.test(name)) throw invalid(`Invalid attribute name ${name}`);
    attributes.set(name, value);
  }
}

/** The value of the type `String.Array` (SNS developer guide, message attributes). */
function isArray(value: string): boolean {
  try {
    return Array.isArray(JSON.parse(value));
  } catch {
    return false;
  }
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
