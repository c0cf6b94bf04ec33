/**
 * Writes with a condition: of one item, or of several items that are all written or none.
 *
 * DynamoDB refuses a write of an item that another transaction is writing. The SDK does not retry that (DynamoDB
 * developer guide, "Transaction conflict handling"), so these functions do.
 */
import { setTimeout } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';

/** Attempts of one write. The waits between them take less than a second in all. */
const MOST_ATTEMPTS = 5;
/** Milliseconds before the second attempt; each later wait is twice as long. A random share of it is waited. */
const FIRST_WAIT = 50;

/**
 * Runs `write`; false when DynamoDB refused it because its condition does not hold. Tries again while other
 * transactions are in the way. Throws when that lasts, and any other error.
 */
export async function isWritten(write: () => Promise<unknown>): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await write();
      return true;
    } catch (error) {
      const codes = codesOf(error);
      if (codes.includes('ConditionalCheckFailed')) return false;
      if (attempt === MOST_ATTEMPTS || codes.length === 0 || !codes.every((code) => PASSING.has(code))) throw error;
      await waitForOthers(attempt);
    }
  }
}

/** Waits after an `attempt` (from 1) that lost against another writer: longer each time, and a random share of it. */
export const waitForOthers = (attempt: number): Promise<void> =>
  setTimeout(Math.random() * FIRST_WAIT * 2 ** Math.min(attempt - 1, MOST_ATTEMPTS - 1));

/**
 * Writes `items` in one transaction. Returns the places of those whose condition does not hold; none when all are
 * written.
 */
export async function notWritten(
  client: DynamoDBClient,
  items: readonly TransactWriteItem[],
): Promise<ReadonlySet<number>> {
  let places: number[] = [];
  const written = await isWritten(async () => {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
    } catch (error) {
      places = (error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : []).flatMap(
        ({ Code }, at) => (Code === 'ConditionalCheckFailed' ? [at] : []),
      );
      throw error;
    }
  });
  return new Set(written ? [] : places);
}

/**
 * Writes `items` in one transaction; false when the condition of one of them does not hold, and nothing is written.
 * When DynamoDB's answer is lost, the SDK repeats the request with the same token, and it takes effect once.
 */
export const areWritten = async (client: DynamoDBClient, items: readonly TransactWriteItem[]): Promise<boolean> =>
  (await notWritten(client, items)).size === 0;

/** Reasons that pass. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** Why DynamoDB refused a write: a transaction has a code for each item that was refused. */
function codesOf(error: unknown): string[] {
  if (error instanceof ConditionalCheckFailedException) return ['ConditionalCheckFailed'];
  if (error instanceof TransactionConflictException) return ['TransactionConflict'];
  if (!(error instanceof TransactionCanceledException)) return [];
  return (error.CancellationReasons ?? []).flatMap(({ Code = 'None' }) => (Code === 'None' ? [] : [Code]));
}
