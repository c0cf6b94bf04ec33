/** What `npm run test:permissions` rests on. The engine itself runs only there. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FACTORIES } from '../record/factories.ts';
import { RecordedCall, recordedInput } from '../record/recorded-call.ts';
import { ROOT } from '../support/events.ts';
import { keyRequestsOf, requestsOf } from './iam-requests.ts';
import { overlap, sharesArn } from './resource-types.ts';
import { deliveryRequests } from './service-requests.ts';
import { readStack } from './stack.ts';

const call = (service: string, operation: string, input: object) =>
  RecordedCall.parse({ origin: 'test', service, operation, input });
const asked = (service: string, operation: string, input: object) =>
  requestsOf(call(service, operation, input)).map(({ action, resource }) => [action, resource]);

describe('recorded calls', () => {
  it('are those of the function whose handler runs: every function is made by a factory that is recorded', () => {
    const names = FACTORIES.map(({ name }) => name);
    for (const file of globSync('functions/*.ts', { cwd: ROOT })) {
      const made = names.filter((name) => readFileSync(join(ROOT, file), 'utf8').includes(`${name}(`));
      expect([basename(file), made]).toEqual([basename(file), [expect.any(String)]]);
    }
  });

  it('keep times and bytes', () => {
    expect(recordedInput({ at: new Date(0), body: new Uint8Array([1]), list: [{ a: 1 }] })).toEqual({
      at: { $date: '1970-01-01T00:00:00.000Z' },
      body: { $bytes: 'AQ==' },
      list: [{ a: 1 }],
    });
  });
});

describe('what IAM is asked', () => {
  it.each([
    ['SageMaker', 'ListTrainingJobs', {}, [['sagemaker:ListTrainingJobs', '*']]],
    [
      'SageMaker',
      'StopHyperParameterTuningJob',
      { HyperParameterTuningJobName: 'Tune' },
      [
        [
          'sagemaker:StopHyperParameterTuningJob',
          'arn:aws:sagemaker:us-east-1:000000000000:hyper-parameter-tuning-job/tune',
        ],
      ],
    ],
    [
      'DynamoDB',
      'TransactWriteItems',
      { TransactItems: [{ Put: { TableName: 't' } }, { ConditionCheck: { TableName: 't' } }] },
      [
        ['dynamodb:PutItem', 'arn:aws:dynamodb:us-east-1:000000000000:table/t'],
        ['dynamodb:ConditionCheckItem', 'arn:aws:dynamodb:us-east-1:000000000000:table/t'],
      ],
    ],
    [
      'DynamoDB',
      'Query',
      { TableName: 't', IndexName: 'i' },
      [['dynamodb:Query', 'arn:aws:dynamodb:us-east-1:000000000000:table/t/index/i']],
    ],
    ['S3', 'ListObjectsV2', { Bucket: 'b', Prefix: 'p/' }, [['s3:ListBucket', 'arn:aws:s3:::b']]],
    [
      'Scheduler',
      'CreateSchedule',
      { GroupName: 'g', Name: 'n', Target: { RoleArn: 'arn:aws:iam::000000000000:role/r' } },
      [
        ['scheduler:CreateSchedule', 'arn:aws:scheduler:us-east-1:000000000000:schedule/g/n'],
        ['iam:PassRole', 'arn:aws:iam::000000000000:role/r'],
      ],
    ],
  ])('about %s:%s is what the call needs', (service, operation, input, expected) => {
    expect(asked(service, operation, input)).toEqual(expected);
  });

  it.each([
    ['Glue', 'StartJobRun', {}],
    ['SageMaker', 'DeleteEverything', {}],
  ])('about %s:%s is not guessed', (service, operation, input) => {
    expect(() => asked(service, operation, input)).toThrow('not known here');
  });

  it('about the key of an encrypted topic comes from the service that uses it', () => {
    const request = { action: 'sns:Publish', resource: 'arn:aws:sns:us-east-1:000000000000:t', context: {} };
    expect(keyRequestsOf(request, () => ['k'])).toEqual(
      ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({
        action,
        resource: 'k',
        context: { 'kms:ViaService': 'sns.us-east-1.amazonaws.com' },
      })),
    );
  });

  it('about a command is one request for the document and one for each instance', () => {
    const RunCommandParameters = { RunCommandTargets: [{ Key: 'InstanceIds', Values: ['i-1', 'mi-2'] }] };
    const Arn = 'arn:aws:ssm:us-east-1:000000000000:document/d';
    expect(deliveryRequests({ Arn, RunCommandParameters }).map(({ resource }) => resource)).toEqual([
      Arn,
      'arn:aws:ec2:us-east-1:000000000000:instance/i-1',
      'arn:aws:ssm:us-east-1:000000000000:managed-instance/mi-2',
    ]);
  });
});

describe('a pattern', () => {
  it.each([
    ['a*c', 'abc', true],
    ['a*', '*c', true],
    ['a*c', 'ab', false],
    ['', '*', true],
    ['a', '', false],
  ])('%j and %j share a text: %s', (one, other, expected) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([expected, expected]);
  });

  it('of ARNs has stars that end with their part', () => {
    const endpoints = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/*';
    expect(sharesArn('arn:*:sagemaker:*:*:transform-job/*', endpoints)).toBe(false);
    expect(sharesArn('arn:*:sagemaker:*:*:endpoint/*', endpoints)).toBe(true);
  });
});

describe('a template', () => {
  const Resources = {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
    Role: { Type: 'AWS::IAM::Role', Properties: { Made: { 'Fn::Sub': '${Queue.Arn}/${AWS::AccountId}' } } },
  };

  it('has its references filled in, with the names that CloudFormation gave', () => {
    const stack = readStack({ Resources }, { Role: 'stack-Role-1' });
    expect(stack.arnOf('Role')).toBe('arn:aws:iam::000000000000:role/stack-Role-1');
    expect(stack.ofType('AWS::IAM::Role').get('Role')).toEqual({
      Made: 'arn:aws:sqs:us-east-1:000000000000:q/000000000000',
    });
    expect(stack.withLogicalId('arn:aws:sqs:us-east-1:000000000000:q/x')).toBe('Queue/x');
  });

  it('is refused when it has an intrinsic function that is not known here', () => {
    expect(() => readStack({ Resources }).fill({ 'Fn::Split': [] })).toThrow('Fn::Split is not known here');
  });
});
