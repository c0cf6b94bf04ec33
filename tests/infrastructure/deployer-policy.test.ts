import { describe, expect, it } from 'vitest';
import { isNamed, isOneOf, neededBy, OF_FRAMEWORK, POLICY, POLICY_TEXT } from '../support/deployer.ts';

const resourcesOf = ({ Resource }: (typeof POLICY.Statement)[number]) => [Resource].flat();
const statement = (sid: string) => POLICY.Statement.find(({ Sid }) => Sid === sid);

describe('the policy of the person who deploys', () => {
  it('fits into one managed policy: at most 6,144 characters without white space', () => {
    // IAM user guide, IAM and STS quotas.
    expect(POLICY_TEXT.replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6144);
  });

  it('allows what the framework calls itself', () => {
    expect(OF_FRAMEWORK.filter((action) => !isNamed(action))).toEqual([]);
  });

  it('is limited to names of this service, except where IAM or AWS knows no name', () => {
    const others = POLICY.Statement.flatMap((one) =>
      resourcesOf(one)
        .filter((arn) => !/[:/]ground-control-\*/.test(arn) && !/s3:::ground-control-\*/.test(arn))
        .map((arn) => [one.Sid, arn, one.Condition === undefined ? 'always' : 'with a condition']),
    );
    expect(others).toEqual([
      ['NoResourceInIam', '*', 'always'],
      ['QueuesOfFunctions', '*', 'with a condition'],
      [
        'RoleOfWebhooks',
        'arn:aws:iam::*:role/aws-service-role/apidestinations.events.amazonaws.com/*',
        'with a condition',
      ],
      // The archive is of the default bus.
      ['Archive', 'arn:aws:events:*:*:event-bus/default', 'always'],
      ['OnlyThroughCloudFormation', '*', 'with a condition'],
      ['SecretsThroughCloudFormation', 'arn:aws:secretsmanager:*:*:secret:TeamSecret-*', 'with a condition'],
      ['SecretsThroughCloudFormation', 'arn:aws:secretsmanager:*:*:secret:events!connection/*', 'with a condition'],
    ]);
  });

  it('passes only roles of this service, and only to the services that use them', () => {
    const passing = POLICY.Statement.filter(({ Action }) => Action.some((one) => isOneOf('iam:PassRole', one)));
    expect(passing).toEqual([
      {
        Sid: 'PassRoles',
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: 'arn:aws:iam::*:role/ground-control-*',
        Condition: {
          StringEquals: {
            'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com', 'events.amazonaws.com'],
          },
        },
      },
    ]);
  });

  it('changes keys, secrets and policies of logs only through CloudFormation', () => {
    const condition = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] } };
    expect(statement('OnlyThroughCloudFormation')?.Condition).toEqual(condition);
    expect(statement('SecretsThroughCloudFormation')?.Condition).toEqual(condition);
  });

  it('reads and writes no data: no items, messages, alerts, lines of logs, events or reports', () => {
    const DATA = [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:ExportTableToPointInTime',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
      'sqs:PurgeQueue',
      'sns:Publish',
      'logs:GetLogEvents',
      'logs:FilterLogEvents',
      'logs:StartQuery',
      'events:PutEvents',
      'events:StartReplay',
      'lambda:InvokeFunction',
      'kms:Decrypt',
      'kms:CreateGrant',
      'sagemaker:StopTrainingJob',
    ];
    expect(DATA.filter(isNamed)).toEqual([]);
    // Objects only of the bucket with packages.
    const withObjects = POLICY.Statement.filter(({ Action }) => Action.some((one) => isOneOf('s3:GetObject', one)));
    expect(withObjects.flatMap(resourcesOf)).toEqual(['arn:aws:s3:::ground-control-*-serverless*/*']);
  });

  it('must name what a type of resource needs: a property that is used brings its actions', () => {
    const role = (Properties: Record<string, unknown>) =>
      neededBy([{ Resources: { Role: { Type: 'AWS::IAM::Role', Properties } } }])
        .get('AWS::IAM::Role')
        ?.filter((action) => !isNamed(action));
    expect(role({ Policies: [] })).toEqual([]);
    expect(role({ PermissionsBoundary: 'arn' })).toContain('iam:PutRolePermissionsBoundary');
  });

  it('refuses to guess about a type that AWS did not describe to it', () => {
    const unknown = { Resources: { Room: { Type: 'AWS::New::Type' } } };
    expect(() => neededBy([unknown])).toThrow('AWS::New::Type is not in tests/fixtures/handler-permissions.json');
  });
});
