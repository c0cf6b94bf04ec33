/** Writes with a condition. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** Runs `write`; false when DynamoDB refused it because its condition does not hold. Throws any other error. */
export async function isWritten(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
