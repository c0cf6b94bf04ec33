/** The schema of the `teams` section of `ground-control.yml`. */
import * as z from 'zod';
import { onOff } from './on-off.ts';
import { kmsKeys, s3Prefix } from './places.ts';
import { REPORTS } from './teams.ts';

/** A folder above the worker responses. Its end is `/`, as `s3Prefix` leaves it. */
const outputs = s3Prefix
  .refine((prefix) => !/\/annotations\/(?:worker-response\/(?:.*\/)?)?$/.test(prefix), {
    error: 'expected the S3OutputPath of labeling jobs or a folder above it, not the folder of worker responses in it',
    abort: true,
  })
  .refine((prefix) => !/\.(?:json|jsonl|manifest|csv|gz)\/$/i.test(prefix), {
    error: 'expected the S3OutputPath of labeling jobs or a folder above it, not a file',
  });

export const Teams = z.strictObject({
  report: z
    .union([z.enum(REPORTS), z.literal(false)], { error: 'expected weekly, monthly or off' })
    .default('off')
    .transform((report) => (report === false ? 'off' : report))
    .describe(
      'How often a report on labeling teams is made and mailed. weekly, monthly: creates a private bucket, a secret and a schedule.',
    ),
  outputs: z
    .array(outputs)
    .max(20)
    .default([])
    .describe('S3 prefixes with the output of labeling jobs, for active time. Without them, the report has none.'),
  keys: kmsKeys.describe('KMS keys that encrypt these outputs.'),
  names: z
    .union(
      [
        z.literal('off'),
        z.literal(false),
        z
          .array(
            z
              .string()
              .regex(
                /^[a-z]{2,4}(-[a-z]+)+-\d_[0-9a-zA-Z]{1,55}$/,
                'expected a user pool id, which begins with its region, like us-east-1_aBcDeFgHi',
              ),
          )
          .min(1)
          .max(10),
      ],
      { error: 'expected off, or a list of ids of user pools' },
    )
    .default('off')
    .transform((pools) => (Array.isArray(pools) ? pools : []))
    .describe(
      'Cognito user pools in which the names of workers are looked up: for the page, the CSV and the JSON lines of scheduled reports, and for npm run workers -- --names. off: workers have pseudonyms only.',
    ),
  live: onOff
    .default(false)
    .describe(
      'Whether metrics follow the log of worker activity within a minute; npm run workers -- --connect starts it.',
    ),
  keepDays: z.int().min(1).max(3650).default(90).describe('Days for which reports are kept in the bucket.'),
});
