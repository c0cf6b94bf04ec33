import { describe, expect, it } from 'vitest';
import { hideSecrets, secretsIn } from '../../schemas/secrets.ts';

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

  it.each([
    [
      'a list in the command line',
      'ErrorMessage "boom" Command "/opt/conda/bin/python train.py --columns ["age", "income"] --db_pass CANARY-1 --epochs 3", exit code: 1',
      'ErrorMessage "boom", exit code: 1',
    ],
    [
      'the form of subprocess',
      "CalledProcessError: Command '['deepspeed', 'run.py', '--wandb', 'CANARY-1']' returned non-zero exit status 1.",
      'CalledProcessError: returned non-zero exit status 1.',
    ],
    ['a command after a colon', 'failed. Command: "python train.py --x CANARY-1"', 'failed.'],
    ['a command without quotes', 'failed: command python train.py --x CANARY-1', 'failed:'],
    [
      'a command line without the word',
      'torchrun --nproc 4 train.py --wandb CANARY-1 died',
      'torchrun --nproc [hidden] train.py --wandb [hidden] died',
    ],
    [
      'a list of arguments',
      "['/opt/conda/bin/python', 'train.py', '--wandb', 'CANARY-1']",
      "['/opt/conda/bin/python', 'train.py', '--wandb', '[hidden]']",
    ],
  ])('are hidden in every way commands are written: %s', (_, reason, expected) => {
    expect(hideSecrets(reason)).toBe(expected);
  });

  it.each([
    ['a hyperparameter', { HyperParameters: { a: 'CANARY-1x' } }],
    ['a JSON-encoded hyperparameter', { HyperParameters: { a: '"CANARY-1x"' } }],
    ['a list', { HyperParameters: { a: '["b", "CANARY-1x"]' } }],
    ['an argument with a flag', { AppSpecification: { ContainerArguments: ['--password2=CANARY-1x'] } }],
    [
      'an argument of several words',
      { AppSpecification: { ContainerEntrypoint: ['bash', '-c', 'run --x CANARY-1x'] } },
    ],
    [
      'a definition among several',
      { TrainingJobDefinition: {}, TrainingJobDefinitions: [{ StaticHyperParameters: { k: 'CANARY-1x' } }] },
    ],
    ['a tuned hyperparameter', { BestTrainingJob: { TunedHyperParameters: { k: 'CANARY-1x' } } }],
    ['an environment in lower case', { environment: { k: 'CANARY-1x' } }],
    ['a kebab-case map', { 'hyper-parameters': { k: 'CANARY-1x' } }],
    [
      'a range',
      {
        HyperParameterTuningJobConfig: { ParameterRanges: { CategoricalParameterRanges: [{ Values: ['CANARY-1x'] }] } },
      },
    ],
  ])('are hidden wherever the event carries them: %s', (_, detail) => {
    for (const reason of ['bad value CANARY-1x here', 'bad value canary-1X here']) {
      expect(hideSecrets(reason, secretsIn(detail))).toBe('bad value [hidden] here');
    }
  });

  it('are hidden however the white space of a value was written, and where SageMaker cut them', () => {
    const secrets = secretsIn({ Environment: { note: 'first line\nsecond line' } });
    expect(hideSecrets('got first line second line', secrets)).toBe('got [hidden]');
    const long = `${'x'.repeat(1010)} CANARY-very-`;
    expect(hideSecrets(long, secretsIn({ Environment: { k: 'CANARY-very-long-value' } }))).toBe(
      `${'x'.repeat(1010)} [hidden]`,
    );
  });

  it.each([
    'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
    'AlgorithmError: , exit code: 1',
    "ResourceLimitExceeded: The account-level service limit 'ml.m5.2xlarge for training job usage' is 0 Instances",
    'No S3 objects found under S3 URL "s3://bucket/prefix" given in input data source.',
    "Unknown token in the vocabulary: '<pad>'",
    'CUDA out of memory in train.py',
    '/bin/sh: command "trian" not found, exit code: 127',
    "unknown command 'serv', did you mean serve",
    'Token indices sequence length is longer than the specified maximum',
    'password authentication failed for user "bob"',
    'The security token included in the request is expired',
  ])('leave an ordinary reason as it is: %s', (reason) => {
    const detail = {
      HyperParameters: {
        epochs: '1',
        optimizer: 'adam',
        cache: 'memory',
        program: 'train.py',
        sagemaker_region: 'us-east-1',
      },
    };
    expect(hideSecrets(reason, secretsIn(detail))).toBe(reason);
  });
});
