/**
 * A complete consumer of a relay to a queue: a Lambda function on an SQS queue, standard or FIFO. Copy it and write your
 * own `act` at the end.
 *
 * Messages may come twice, and on a standard queue in any order. The function acts on each event once. It ignores a
 * change if it has acted on a later one of the same resource. If `act` throws, the message comes again, and so does the
 * action. If the function dies meanwhile, the next delivery acts again once `LEASE` is over.
 *
 * It needs a DynamoDB table with the partition key `pk` (a string) and time to live on `expires`, its name in the
 * environment as TABLE, and the permissions dynamodb:PutItem and dynamodb:UpdateItem on it. The event source mapping
 * needs `FunctionResponseTypes: [ReportBatchItemFailures]`. The queue needs a visibility timeout of six times the
 * function's timeout, and a dead-letter queue.
 */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** What this consumer reads. docs/relays.md lists all fields. */
export interface Envelope {
  readonly schema: string;
  /** The same in every copy of an event. */
  readonly id: string;
  /** Of a change: it rises with each change of one resource. Actions have none. */
  readonly order?: number;
  readonly resource: { readonly id: string; readonly name: string };
  readonly [field: string]: unknown;
}

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly MessageGroupId?: string };
}

/** What Lambda gets from the function: SQS delivers these messages again, and deletes the others. */
interface Failures {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** How long a dead function keeps its claim, in seconds: longer than its timeout, shorter than the queue's visibility. */
const LEASE = 60;
/** Seconds. Longer than an event can wait: a day for EventBridge's tries, and 14 days in each of two queues. */
const KEPT = 60 * 86_400;

/** Another invocation is acting on the same event. The message must come again, in case that invocation fails. */
export class Busy extends Error {}

/** The envelope in a message. Throws an error for anything else, so that the message ends in your dead-letter queue. */
export function readEnvelope(body: string): Envelope {
  const envelope = JSON.parse(body);
  const { schema, version, id, order, resource } = envelope;
  const isChange = schema === 'ground-control/change';
  if (!isChange && schema !== 'ground-control/action') throw new Error('not an event of Ground Control');
  if (!/^1\./.test(version)) throw new Error(`version ${version} is not known here`);
  if (typeof id !== 'string' || typeof resource?.id !== 'string' || (isChange && !Number.isSafeInteger(order)))
    throw new Error('an event without id, resource.id or order');
  return envelope;
}

/** The function for Lambda: calls `act` once for each event that is not outdated. `now` is in seconds. */
export function consumer(
  act: (envelope: Envelope) => Promise<void>,
  dynamoDb = new DynamoDBClient({}),
  now = () => Math.floor(Date.now() / 1000),
) {
  const TableName = process.env['TABLE'];

  /**
   * Remembers that this invocation acts on the event, and until when the claim lasts. Undefined if nobody should act on
   * it. Throws `Busy`.
   */
  async function claim({ id, order = 0, resource, schema }: Envelope): Promise<number | undefined> {
    const pk = keyOf({ id, resource, schema });
    const until = now() + LEASE;
    try {
      await dynamoDb.send(
        new PutItemCommand({
          TableName,
          Item: {
            pk: { S: pk },
            id: { S: id },
            order: { N: String(order) },
            done: { BOOL: false },
            until: { N: String(until) },
            expires: { N: String(now() + KEPT) },
          },
          // New; or later than the last; or the last itself, if its action failed or its function died.
          ConditionExpression:
            'attribute_not_exists(pk) OR #order < :order OR (#id = :id AND #done = :no AND #until < :now)',
          ExpressionAttributeNames: { '#order': 'order', '#id': 'id', '#done': 'done', '#until': 'until' },
          ExpressionAttributeValues: {
            ':order': { N: String(order) },
            ':id': { S: id },
            ':no': { BOOL: false },
            ':now': { N: String(now()) },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return until;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (error.Item?.['id']?.S === id && error.Item['done']?.BOOL === false) throw new Busy(`${id} is being handled`);
      return undefined;
    }
  }

  /** Remembers that the action is done, unless a later change has taken the place since. */
  async function finish(envelope: Envelope): Promise<void> {
    try {
      await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: keyOf(envelope) } },
          UpdateExpression: 'SET #done = :yes',
          ConditionExpression: '#id = :id',
          ExpressionAttributeNames: { '#done': 'done', '#id': 'id' },
          ExpressionAttributeValues: { ':yes': { BOOL: true }, ':id': { S: envelope.id } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Ends the claim that lasts `until`, so that the next delivery acts at once. Changes no claim of another invocation. */
  async function release(envelope: Envelope, until: number): Promise<void> {
    try {
      await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: keyOf(envelope) } },
          UpdateExpression: 'SET #until = :over',
          ConditionExpression: '#id = :id AND #until = :until',
          ExpressionAttributeNames: { '#id': 'id', '#until': 'until' },
          ExpressionAttributeValues: {
            ':over': { N: '0' },
            ':id': { S: envelope.id },
            ':until': { N: String(until) },
          },
        }),
      );
    } catch (error) {
      // The reason why `act` failed matters more. The claim ends by itself.
      process.stderr.write(`${JSON.stringify({ claimOf: envelope.id, error: String(error) })}\n`);
    }
  }

  return async ({ Records }: { readonly Records: readonly Message[] }): Promise<Failures> => {
    const failures: Failures = { batchItemFailures: [] };
    const groups = new Set<string>();
    for (const { messageId, body, attributes } of Records) {
      const { MessageGroupId: group } = attributes;
      try {
        // What follows a failure in its group must wait for it, or a FIFO queue would lose its order.
        if (group !== undefined && groups.has(group)) throw new Error(`an earlier message of group ${group} failed`);
        const envelope = readEnvelope(body);
        const until = await claim(envelope);
        if (until === undefined) continue;
        try {
          await act(envelope);
        } catch (error) {
          await release(envelope, until);
          throw error;
        }
        await finish(envelope);
      } catch (error) {
        process.stderr.write(`${JSON.stringify({ messageId, error: String(error) })}\n`);
        if (group !== undefined) groups.add(group);
        failures.batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return failures;
  };
}

/** Changes of one resource share an item, each action has its own. */
const keyOf = ({ id, resource, schema }: Pick<Envelope, 'id' | 'resource' | 'schema'>): string =>
  schema === 'ground-control/change' ? `resource/${resource.id}` : `action/${id}`;

/** Your own action. Names come from other people: never put them into a shell command, a query or a page as they are. */
export const handler = consumer(async ({ schema, resource, order = null }) => {
  process.stdout.write(`${JSON.stringify({ schema, resource, order })}\n`);
});
