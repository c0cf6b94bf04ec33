/** Writes that are made only where a condition holds. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** Makes `write`; false where its condition does not hold. Any other error is thrown. */
export async function isWritten(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
