import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf } from '../../../domain/labeling/end.ts';
import { faultIn, isAboutTime } from '../../../domain/labeling/failure.ts';
import { daysIn, jobOf } from '../../support/labeling-jobs.ts';

/** The first is from a public issue, the others are written in its manner: AWS publishes no list of them. */
const CONFIGURATION: readonly (readonly [ReturnType<typeof faultIn>, string])[] = [
  [
    'lambda',
    'ClientError: Exception invoking the Lambda function arn:aws:lambda:us-east-1:123456789012:function:before. ' +
      'LambdaErrorCode: Unhandled. Ensure the Lambda function exists, that the role has permissions to invoke it.',
  ],
  ['permission', 'ClientError: Access Denied when reading s3://amzn-s3-demo-bucket/img/1.jpg'],
  ['permission', 'ClientError: User is not authorized to perform: s3:PutObject'],
  ['permission', 'ClientError: SageMaker was unable to assume the role arn:aws:iam::123456789012:role/labeling'],
  ['permission', 'ClientError: The KMS key is disabled.'],
  ['template', 'ClientError: The Liquid template could not be rendered.'],
  ['template', 'ClientError: The UI template s3://amzn-s3-demo-bucket/t.html is not valid.'],
  ['manifest', 'ClientError: The manifest file is malformed at line 3.'],
  ['manifest', 'ClientError: Invalid JSON in the input manifest.'],
  ['categories', 'ClientError: The label category configuration has no labels.'],
  ['categories', 'ClientError: LabelCategoryConfigS3Uri must name a JSON file.'],
  ['missing', 'ClientError: NoSuchBucket: the specified bucket does not exist'],
  ['missing', 'ClientError: The work team was not found.'],
  ['invalid', 'ValidationException: 1 validation error detected'],
  ['invalid', 'ResourceLimitExceeded: too many tasks'],
];

/** Words that the end after 30 days may have. AWS does not publish them. */
const EXPIRY = [
  'ClientError: the labeling job was not completed in time.',
  'ClientError: The labeling job expired.',
  'ClientError: Labeling jobs fail after 30 days.',
  'ClientError: The job timed out.',
  'ClientError: The job did not get finished. Labeling job not finished within the maximum lifetime.',
];

const ended = (days: number, FailureReason?: string) => endOf(jobOf({ LastModifiedTime: daysIn(days), FailureReason }));

describe('the failure reason of a labeling job', () => {
  it.each(CONFIGURATION)('names its configuration (%s): %s', (fault, reason) => {
    expect(faultIn(reason)).toBe(fault);
    expect([ended(2, reason), ended(29.6, reason), ended(30, reason), ended(30.01, reason)]).toEqual([
      'early',
      'misconfigured',
      'misconfigured',
      'misconfigured',
    ]);
  });

  it.each(EXPIRY)('may speak of the end after 30 days: %s', (reason) => {
    expect([faultIn(reason), isAboutTime(reason)]).toEqual([undefined, true]);
    expect([ended(29.4, reason), ended(29.5, reason), ended(30, reason)]).toEqual(['early', 'expired', 'expired']);
  });

  it.each([undefined, '', 'ClientError: something else.', 'InternalServerError: We encountered an internal error.'])(
    'may say nothing about it, and then the age decides: %s',
    (reason) => {
      expect([29.4, 29.5, 29.95, 29.96, 30].map((days) => ended(days, reason))).toEqual([
        'early',
        'unclear',
        'unclear',
        'expired',
        'expired',
      ]);
    },
  );

  it('that speaks of both asks people', () => {
    expect(ended(30, 'ClientError: Access denied: the token of the role has expired.')).toBe('misconfigured');
  });

  it('is read the same whatever comes around it', () => {
    const words = fc.array(fc.constantFrom('the', 'job', 'of', 'manifest', 'x'.repeat(500), 'é', '\n'), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(words, words, fc.constantFrom(...CONFIGURATION), (before, after, [, reason]) => {
        expect(faultIn([...before, reason, ...after].join(' '))).toBeDefined();
      }),
    );
  });
});
