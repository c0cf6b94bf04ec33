/** Errors of S3 about one object. */
import { S3ServiceException } from '@aws-sdk/client-s3';

/**
 * Whether a retry cannot fix the error. S3 answers 404 for a missing object, 403 for a missing permission, and 403 for
 * a missing object if the caller may not list the bucket. It answers 400 or 403 about a KMS key or an archived object.
 */
export const isLasting = (error: unknown): error is S3ServiceException =>
  error instanceof S3ServiceException &&
  [301, 400, 403, 404].includes(error.$metadata.httpStatusCode ?? 0) &&
  error.$retryable === undefined &&
  !/Timeout|Skewed|Expired|Throttl|SlowDown/i.test(error.name);
