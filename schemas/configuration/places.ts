/** Places of AWS in `ground-control.yml`. */
import * as z from 'zod';

/**
 * A prefix of objects, as IAM policies limit reading to: `s3://bucket/folder/`. It ends with `/`, so that the folder
 * `a` does not include the folder `ab`. `*` and `?` would be wildcards in a policy, and `$` a variable.
 */
export const s3Prefix = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/|$)/, 'expected a place in S3, like s3://bucket/folder/')
  .regex(/^[^*?$\s]*$/, 'expected a place in S3 without blanks, *, ? and $')
  .refine((prefix) => !prefix.endsWith('.json'), 'expected a folder in S3, like s3://bucket/folder/')
  .max(300)
  .transform((prefix) => (prefix.endsWith('/') ? prefix : `${prefix}/`));

export const kmsKey = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]+$/,
    'expected the ARN of a KMS key, like arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  );

export const kmsKeys = z.array(kmsKey).max(20).default([]);
