import { describe, expect, it } from 'vitest';
import { compareTemplates } from '../../infrastructure/permissions/comparison.ts';
import { UnreadablePolicyError } from '../../infrastructure/permissions/grants.ts';

const statement = (Principal: unknown, Resource: unknown = '*') => ({
  Statement: [{ Effect: 'Allow', Principal, Action: 'a:B', Resource }],
});
const LAMBDA = statement({ Service: 'lambda.amazonaws.com' });
const role = (Properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: LAMBDA, ...Properties },
});
const of = (Type: string, Properties: object = {}) => ({ Type: `AWS::${Type}`, Properties });
const compare = (before: object, after: object) => compareTemplates({ Resources: before }, { Resources: after });
const unread = (before: object, after: object) =>
  compare(before, after).unread.map(({ id, type, differs }) => [type.replace('AWS::', ''), id, ...differs].join(' '));
const changed = (before: object, after: object) => compare(before, after).changes.map(({ id, change }) => [id, change]);

describe('two templates', () => {
  it.each<[string, object, object, string[]]>([
    ['a new user of IAM', {}, { U: of('IAM::User') }, ['IAM::User U new']],
    [
      'a user of IAM who gets a policy',
      { U: of('IAM::User') },
      { U: of('IAM::User', { Policies: [{ PolicyDocument: LAMBDA }] }) },
      ['IAM::User U Policies'],
    ],
    [
      'a function that moves to another role',
      { F: of('Lambda::Function', { Role: 'a' }) },
      { F: of('Lambda::Function', { Role: 'b' }) },
      ['Lambda::Function F Role'],
    ],
    ['a URL of a function', {}, { Url: of('Lambda::Url', { AuthType: 'NONE' }) }, ['Lambda::Url Url new']],
    [
      'a schedule that gets another role',
      { S: of('Scheduler::Schedule', { Target: { RoleArn: 'a' } }) },
      { S: of('Scheduler::Schedule', { Target: { RoleArn: 'b' } }) },
      ['Scheduler::Schedule S Target'],
    ],
    [
      'policies of buses',
      { Bus: of('Events::EventBus') },
      { Bus: of('Events::EventBus', { Policy: LAMBDA }), P: of('Events::EventBusPolicy', { Statement: {} }) },
      ['Events::EventBus Bus Policy', 'Events::EventBusPolicy P new'],
    ],
    [
      'a bucket that becomes public',
      { B: of('S3::Bucket', { PublicAccessBlockConfiguration: { BlockPublicAcls: true } }) },
      { B: of('S3::Bucket') },
      ['S3::Bucket B PublicAccessBlockConfiguration'],
    ],
    ['a new subscription', {}, { S: of('SNS::Subscription', { Endpoint: 'x' }) }, ['SNS::Subscription S new']],
    ['a removed secret', { S: of('SecretsManager::Secret') }, {}, ['SecretsManager::Secret S removed']],
    [
      'a resource of another type, with the same id',
      { X: of('CloudWatch::Alarm') },
      { X: of('IAM::User') },
      ['IAM::User X was AWS::CloudWatch::Alarm'],
    ],
    [
      'a resource under another condition',
      { B: of('S3::Bucket') },
      { B: { ...of('S3::Bucket'), Condition: 'x' } },
      ['S3::Bucket B Condition'],
    ],
    [
      'a bucket that is deleted with the stack',
      { B: { ...of('S3::Bucket'), DeletionPolicy: 'Retain' } },
      { B: of('S3::Bucket') },
      ['S3::Bucket B DeletionPolicy'],
    ],
    [
      'a policy that moves to another bucket',
      { P: of('S3::BucketPolicy', { Bucket: 'a', PolicyDocument: LAMBDA }) },
      { P: of('S3::BucketPolicy', { Bucket: 'b', PolicyDocument: LAMBDA }) },
      ['S3::BucketPolicy P Bucket'],
    ],
    [
      'who gets a policy of IAM',
      { P: of('IAM::Policy', { Users: ['a'], PolicyDocument: LAMBDA }) },
      { P: of('IAM::Policy', { Users: ['b'], PolicyDocument: LAMBDA }) },
      ['IAM::Policy P Users'],
    ],
    [
      'a policy whose version of the language differs, which changes what variables mean',
      { R: role({ AssumeRolePolicyDocument: { ...LAMBDA, Version: '2008-10-17' } }) },
      { R: role({ AssumeRolePolicyDocument: { ...LAMBDA, Version: '2012-10-17' } }) },
      ['IAM::Role R AssumeRolePolicyDocument'],
    ],
  ])('name what differs and is not read: %s', (_, before, after, expected) => {
    expect(unread(before, after)).toEqual(expected);
    expect(changed(before, after)).toEqual([]);
  });

  it('name sections that change what resources mean', () => {
    const before = { Resources: {}, Parameters: { P: { Default: 'a' } } };
    const after = { Resources: {}, Parameters: { P: { Default: 'b' } }, Transform: 'AWS::Serverless-2016-10-31' };
    expect(compareTemplates(before, after).unread).toEqual([
      { id: 'Transform', type: 'section', differs: [] },
      { id: 'Parameters', type: 'section', differs: [] },
    ]);
  });

  it('name nothing that every packaging changes, that only alerts, or that is only written in another order', () => {
    const before = {
      F: of('Lambda::Function', { Role: { 'Fn::GetAtt': ['R', 'Arn'] }, Code: { S3Key: '1' }, Handler: 'a.b' }),
      A: of('CloudWatch::Alarm', { Threshold: 1 }),
      T: of('DynamoDB::Table', { One: 1, Other: { a: 1, b: 2 } }),
    };
    const after = {
      T: of('DynamoDB::Table', { Other: { b: 2, a: 1 }, One: 1 }),
      F: of('Lambda::Function', { Handler: 'c.d', Code: { S3Key: '2' }, Role: { 'Fn::GetAtt': 'R.Arn' } }),
    };
    expect(compare(before, after)).toEqual({ changes: [], unread: [] });
  });

  it('have no second line about a role or a policy whose change is shown', () => {
    const after = { R: role(), P: of('SNS::TopicPolicy', { PolicyDocument: LAMBDA }) };
    expect(changed({}, after)).toEqual([
      ['R', 'appears'],
      ['P', 'appears'],
    ]);
    expect(unread({}, after)).toEqual([]);
  });
});

describe('a policy of a resource that both templates have', () => {
  it('is no new resource when it is the first, and no removed one when it was the last', () => {
    const [without, having] = [{ K: of('KMS::Key') }, { K: of('KMS::Key', { KeyPolicy: LAMBDA }) }];
    expect(changed(without, having)).toEqual([['K', 'changes']]);
    expect(changed(having, without)).toEqual([['K', 'changes']]);
    expect(changed({}, having)).toEqual([['K', 'appears']]);
  });
});

describe('a principal', () => {
  const trusting = (Principal: unknown) => ({ R: role({ AssumeRolePolicyDocument: statement(Principal) }) });

  it('is another one when its type is another', () => {
    const kinds = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
    for (const one of kinds)
      for (const other of kinds)
        for (const name of ['x', '*', 'events.amazonaws.com', { Ref: 'X' }])
          expect([one, other, changed(trusting({ [one]: name }), trusting({ [other]: name })).length]).toEqual([
            one,
            other,
            one === other ? 0 : 1,
          ]);
  });
});

describe('a permission to call a function', () => {
  const call = (Properties: object = {}) => ({
    P: of('Lambda::Permission', {
      FunctionName: 'F',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      ...Properties,
    }),
  });

  it.each([{ FunctionUrlAuthType: 'AWS_IAM' }, { PrincipalOrgID: 'o-1' }, { SourceArn: 'x' }])(
    'is another one without %j',
    (limit) => {
      expect(compare(call(limit), call()).changes).toMatchObject([{ id: 'P', change: 'changes' }]);
    },
  );
});

describe('Fn::Sub', () => {
  const using = (value: string) => ({
    R: role({
      AssumeRolePolicyDocument: statement({ AWS: { 'Fn::Sub': ['arn:${who}:${AWS::AccountId}', { who: value }] } }),
    }),
  });

  it('has its own variables filled in', () => {
    expect(compare(using('a'), using('b')).changes).toMatchObject([
      {
        removed: [{ statement: { who: ['arn:a:${AWS::AccountId}'] } }],
        added: [{ statement: { who: ['arn:b:${AWS::AccountId}'] } }],
      },
    ]);
  });
});

describe('a policy that is not written out', () => {
  it.each<[object, string]>([
    [role({ AssumeRolePolicyDocument: '{}' }), 'X: AssumeRolePolicyDocument is a text: write the policy as an object'],
    [of('SQS::QueuePolicy', { PolicyDocument: '{}' }), 'X: PolicyDocument is a text: write the policy as an object'],
    [
      of('SecretsManager::ResourcePolicy', { ResourcePolicy: '{}' }),
      'X: ResourcePolicy is a text: write the policy as an object',
    ],
    [role({ Policies: { 'Fn::If': [] } }), 'X: Policies cannot be read: it must be written out'],
  ])('is refused in words', (resource, message) => {
    expect(() => compare({}, { X: resource })).toThrow(UnreadablePolicyError);
    expect(() => compare({}, { X: resource })).toThrow(message);
  });
});
