import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../infrastructure/permissions/changes.ts';
import { readGrants } from '../../infrastructure/permissions/grants.ts';

const ASSUMED = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const role = (...Statement: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: ASSUMED, Policies: [{ PolicyDocument: { Statement } }] },
});
const allow = (Action: unknown, Resource: unknown = '*', Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const template = (Resources: object) => ({ Resources });
const changes = (before: object, after: object) =>
  changesBetween(readGrants(template(before)), readGrants(template(after)));

describe('what a template allows', () => {
  it('is read from each form of a value that CloudFormation knows', () => {
    const resource = [
      { Ref: 'Queue' },
      { 'Fn::GetAtt': ['Queue', 'Arn'] },
      { 'Fn::GetAtt': 'Queue.QueueName' },
      { 'Fn::Sub': 'arn:${AWS::Partition}:x' },
      { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 'y']] },
      { 'Fn::ImportValue': 'other' },
    ];
    const one = readGrants(template({ R: role(allow('sqs:SendMessage', resource)) })).get('R');
    expect(one?.statements).toEqual([
      {
        effect: 'Allow',
        who: [],
        actions: ['sqs:SendMessage'],
        on: [
          'Queue',
          'Queue',
          'Queue.QueueName',
          'arn:${AWS::Partition}:x',
          'arn:${AWS::Partition}:y',
          '{"Fn::ImportValue":"other"}',
        ],
        conditions: [],
      },
    ]);
  });

  it('includes policies that other roles and services get by resources', () => {
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' }];
    const found = readGrants(
      template({
        Topic: { Type: 'AWS::SNS::Topic' },
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement } } },
        Queue: { Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument: { Statement } } },
        Group: { Type: 'AWS::Logs::LogGroup', Properties: { ResourcePolicyDocument: { Statement } } },
        Call: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            FunctionName: { Ref: 'F' },
            Action: 'lambda:InvokeFunction',
            Principal: 'events.amazonaws.com',
          },
        },
      }),
    );
    expect([...found.keys()]).toEqual(['Key', 'Queue', 'Group', 'Call']);
    expect(found.get('Call')?.statements).toMatchObject([{ who: ['events.amazonaws.com'], on: ['F'] }]);
  });

  it('shows what a policy leaves out by "everything but", and policies that a role shares', () => {
    const shared = role({ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'x' });
    const Properties = { ...shared.Properties, ManagedPolicyArns: ['arn:m'], PermissionsBoundary: 'arn:b' };
    const found = readGrants(template({ R: { ...shared, Properties } })).get('R');
    expect(found?.statements.map(({ actions, on }) => [actions, on])).toEqual([
      [['everything but iam:*'], ['everything but x']],
      [['all of the policy arn:m'], []],
      [['at most what arn:b allows'], []],
    ]);
  });
});

describe('what an update would change', () => {
  it('is nothing, however the same permissions are written', () => {
    const before = { R: role(allow(['a:A', 'a:B'], ['x', 'y'])) };
    const after = { R: role(allow('a:B', ['y', 'x']), allow('a:A', 'x'), allow('a:A', 'y')) };
    expect(changes(before, after)).toEqual([]);
  });

  it('names each action that is added and removed, with its resource and condition', () => {
    const condition = { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } };
    const found = changes(
      { R: role(allow(['a:Stop', 'a:Read'])) },
      { R: role(allow('a:Read'), allow('iam:PassRole', 'x', condition)) },
    );
    expect(found).toMatchObject([
      {
        id: 'R',
        change: 'changes',
        added: [
          {
            statement: {
              actions: ['iam:PassRole'],
              on: ['x'],
              conditions: [{ key: 'iam:PassedToService', words: 'is', values: ['lambda.amazonaws.com'] }],
            },
          },
        ],
        removed: [{ statement: { actions: ['a:Stop'], on: ['*'] } }],
      },
    ]);
  });

  it('shows a permission that loses its condition as removed and added', () => {
    const condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const [one] = changes({ R: role(allow('a:B', '*', condition)) }, { R: role(allow('a:B')) });
    expect([one?.removed.length, one?.added.length]).toEqual([1, 1]);
  });

  it('shows who may use a role, and which roles and policies appear and disappear: roles first', () => {
    const Statement = [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }];
    const moved = { ...role(), Properties: { AssumeRolePolicyDocument: { Statement } } };
    const policy = { Type: 'AWS::SNS::TopicPolicy', Properties: { PolicyDocument: { Statement } } };
    const found = changes({ A: policy, B: role(), C: role() }, { B: moved, D: role(allow('a:B')) });
    expect(found.map(({ id, change }) => [id, change])).toEqual([
      ['B', 'changes'],
      ['C', 'disappears'],
      ['D', 'appears'],
      ['A', 'disappears'],
    ]);
    expect(found[0]).toMatchObject({
      added: [{ of: 'use', statement: { who: ['events.amazonaws.com'] } }],
      removed: [{ of: 'use', statement: { who: ['lambda.amazonaws.com'] } }],
    });
  });
});
