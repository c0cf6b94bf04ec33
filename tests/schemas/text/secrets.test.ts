import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../../schemas/text/plain-text.ts';
import { hideSecrets, secretsIn } from '../../../schemas/text/secrets.ts';

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
      'a command line that contains quotes',
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
      'the error text of Python subprocess',
      "CalledProcessError: Command '['deepspeed', 'run.py', '--wandb', 'CANARY-1']' returned non-zero exit status 1.",
      'CalledProcessError: returned non-zero exit status 1.',
    ],
    ['a command after a colon', 'failed. Command: "python train.py --x CANARY-1"', 'failed.'],
    ['a command without quotes', 'failed: command python train.py --x CANARY-1', 'failed:'],
    [
      'a command line without the word "command"',
      'torchrun --nproc 4 train.py --wandb CANARY-1 died',
      'torchrun --nproc [hidden] train.py --wandb [hidden] died',
    ],
    [
      'a list of arguments',
      "['/opt/conda/bin/python', 'train.py', '--wandb', 'CANARY-1']",
      "['/opt/conda/bin/python', 'train.py', '--wandb', '[hidden]']",
    ],
  ])('are hidden in every form of a command: %s', (_, reason, expected) => {
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
  ])('are hidden when the event has their value in %s', (_, detail) => {
    for (const reason of ['bad value CANARY-1x here', 'bad value canary-1X here']) {
      expect(hideSecrets(reason, secretsIn(detail))).toBe('bad value [hidden] here');
    }
  });

  it('are hidden when their white space differs, and when SageMaker cut them', () => {
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
  ])('are not found in an ordinary reason: %s', (reason) => {
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

describe('credentials in a failure reason', () => {
  it.each([
    ['a URL without a user', 'cannot reach redis://:hunter22@cache:6379', 'cannot reach redis://[hidden]@cache:6379'],
    ['a shell variable', 'DB_PASS=abc1 failed', 'DB_PASS=[hidden] failed'],
    ['a connection string', 'Server=db;Uid=bob;Pwd=abc1;', 'Server=db;Uid=bob;Pwd=[hidden];'],
    ['a quoted password with spaces', "password='correct horse' is wrong", "password='[hidden]' is wrong"],
    ['escaped JSON', '{\\"token\\": \\"abcd efgh\\"}', '{\\"token\\": \\"[hidden]\\"}'],
  ])('are hidden: %s', (_, reason, expected) => {
    expect(hideSecrets(reason)).toBe(expected);
  });

  it.each(['Unknown token: comma', "Unexpected token: '}'", 'bad key: value'])(
    'are not found in a sentence: %s',
    (reason) => {
      expect(hideSecrets(reason)).toBe(reason);
    },
  );
});

describe('the values of an event', () => {
  it.each([
    ['a part of a URL', { Environment: { DB: 'mysql://bob:CANARY9@db' } }],
    ['a part of a query', { Environment: { Q: 'https://x/y?sig=CANARY9&z=1' } }],
    ['a secret that looks like a word', { Environment: { MY_PASSWORD: 'canary9' } }],
    ['an unknown hyperparameter of SageMaker', { HyperParameters: { sagemaker_s3_output: 'canary9' } }],
    ['a deeply nested value that is not JSON', { Environment: { k: `${'['.repeat(50_000)}"canary9"` } }],
  ])('are hidden: %s', (_, detail) => {
    expect(hideSecrets('refused canary9 here', secretsIn(detail))).toBe('refused [hidden] here');
  });

  it.each([
    ['a part of a longer word', { HyperParameters: { a: 'data_x' } }, 'metadata_xs is missing'],
    ["the tuning job's own name", { HyperParameterTuningJobName: 'churn-hpo-17' }, 'churn-hpo-17 failed'],
    [
      'a Region and an instance type',
      { Environment: { R: 'eu-west-1', T: 'ml.g5.xlarge' } },
      'no ml.g5.xlarge in eu-west-1',
    ],
    ['a part of an S3 location', { Environment: { D: 's3://churn-data/train' } }, 'bucket churn-data is missing'],
    ['a number', { HyperParameters: { lr: '0.0001' } }, 'loss 0.0001 is not finite'],
    ['a number of tokens', { HyperParameters: { max_tokens: '4096' } }, '4096 is too long'],
    ['a size of keys', { HyperParameters: { key_dim: '1024' } }, '1024 is not divisible by 5'],
    ['a value of two characters', { Environment: { DB_PASSWORD: 'ab' } }, 'column ab is missing'],
  ])('leave ordinary text as it is: %s', (_, detail, reason) => {
    expect(hideSecrets(reason, secretsIn(detail))).toBe(reason);
  });

  it('never remain in a reason, whatever surrounds them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ minLength: 12 }), fc.string(), (before, value, after) => {
        const reason = plainText(`${before} ${value} ${after}`, 1024);
        const said = plainText(value, 1024);
        fc.pre(said.length >= 12 && !said.includes('…'));
        expect(hideSecrets(reason, secretsIn({ Environment: { TOKEN: value } }))).not.toContain(said);
      }),
    );
  });

  it('are found quickly even in a hostile text', () => {
    const detail = {
      Environment: Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`k${at}`, `value-${at}-of-x`])),
    };
    const reason = 'cmd"'.repeat(1024);
    expect(hideSecrets(reason, secretsIn(detail))).toBe(reason);
  });
});
