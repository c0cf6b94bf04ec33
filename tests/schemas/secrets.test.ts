import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../schemas/secrets.ts';

describe('secrets in a failure reason', () => {
  it.each([
    [
      'the command line of a script',
      'ExitCode 1 ErrorMessage "boom" Command "/opt/conda/bin/python train.py --api_key s3cr3t-value --lr 0.1"',
      'ExitCode 1 ErrorMessage "boom"',
    ],
    [
      'a command line in the middle',
      'ErrorMessage "boom"\nCommand "python train.py --token abcdefgh", exit code: 1',
      'ErrorMessage "boom", exit code: 1',
    ],
    [
      'a command line with quotes in it',
      'ErrorMessage "boom" Command "python train.py --name "my job" --key abcdefgh"',
      'ErrorMessage "boom"',
    ],
    [
      'a command line that was cut off',
      'ErrorMessage "boom" Command "python train.py --key abc',
      'ErrorMessage "boom"',
    ],
    ['an access key', 'denied for AKIAIOSFODNN7EXAMPLE here', 'denied for [hidden] here'],
    ['a password', 'login failed: password=hunter22 for bob', 'login failed: password=[hidden] for bob'],
    ['a JSON password', '{"db_password": "hunter22"}', '{"db_password": "[hidden]"}'],
    [
      'a URL with a password',
      'cannot reach postgres://bob:hunter22@db:5432/x',
      'cannot reach postgres://[hidden]@db:5432/x',
    ],
    [
      'a presigned URL',
      'GET https://b.s3.amazonaws.com/k?X-Amz-Signature=abcdef0123&x=1 failed',
      'GET https://b.s3.amazonaws.com/k?X-Amz-Signature=[hidden]&x=1 failed',
    ],
    ['a bearer token', 'Authorization: Bearer abc.def-ghi_jkl', 'Authorization: Bearer [hidden]'],
    ['a Hugging Face token', 'bad token hf_abcdefghijklmnopqrst', 'bad token [hidden]'],
  ])('are hidden: %s', (_, reason, expected) => {
    expect(hideSecrets(reason)).toBe(expected);
  });

  it('are hidden where a hyperparameter or environment value appears', () => {
    const reason = 'ValueError: unknown optimizer my-secret-value-long, also my-secret-value';
    expect(hideSecrets(reason, [{ a: 'my-secret-value', nested: ['my-secret-value-long'] }])).toBe(
      'ValueError: unknown optimizer [hidden], also [hidden]',
    );
  });

  it.each([
    'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
    'AlgorithmError: , exit code: 1',
    "ResourceLimitExceeded: The account-level service limit 'ml.m5.2xlarge for training job usage' is 0 Instances",
    'No S3 objects found under S3 URL "s3://bucket/prefix" given in input data source.',
    "Unknown token in the vocabulary: '<pad>'",
  ])('leave an ordinary reason as it is: %s', (reason) => {
    expect(hideSecrets(reason, [{ epochs: '1', optimizer: 'adam' }])).toBe(reason);
  });
});
