/** The policies of a template's resources: topics, queues, keys, buckets, functions, log groups, and roles' trust. */
import * as z from 'zod';
import { ACCOUNT, type Policy, policyOf, REGION, type Stack } from './stack.ts';

const texts = z.array(z.string());
const Permission = z.object({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** A key of somebody else: AWS makes keys with this policy (KMS developer guide, "Default key policy"). */
const OF_OTHER_KEYS = policyOf({
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }],
});

/** Finds the policy of the resource that an ARN names; absent when it has none, or the stack does not make it. */
export function resourcePoliciesOf(stack: Stack): (arn: string) => Policy | undefined {
  const policies = new Map<string, Policy>();
  const add = (arn: string, { Version, Statement }: Policy) =>
    policies.set(arn, { Version, Statement: [...(policies.get(arn)?.Statement ?? []), ...Statement] });
  const queues = new Map(
    [...stack.ofType('AWS::SQS::Queue')].map(([id, { QueueName }]) => [String(QueueName), stack.arnOf(id)]),
  );

  for (const { Topics, PolicyDocument } of stack.ofType('AWS::SNS::TopicPolicy').values())
    for (const topic of texts.parse(Topics)) add(topic, policyOf(PolicyDocument));
  for (const { Queues, PolicyDocument } of stack.ofType('AWS::SQS::QueuePolicy').values())
    for (const queue of texts.parse(Queues)) add(queues.get(queue) ?? queue, policyOf(PolicyDocument));
  for (const { Bucket, PolicyDocument } of stack.ofType('AWS::S3::BucketPolicy').values())
    add(`arn:aws:s3:::${Bucket}`, policyOf(PolicyDocument));
  for (const [id, { KeyPolicy }] of stack.ofType('AWS::KMS::Key')) add(stack.arnOf(id), policyOf(KeyPolicy));
  for (const [id, { AssumeRolePolicyDocument }] of stack.ofType('AWS::IAM::Role'))
    add(stack.arnOf(id), policyOf(AssumeRolePolicyDocument));
  for (const [id, { ResourcePolicyDocument }] of stack.ofType('AWS::Logs::LogGroup'))
    if (ResourcePolicyDocument !== undefined) add(stack.arnOf(id), policyOf(ResourcePolicyDocument));
  for (const properties of stack.ofType('AWS::Lambda::Permission').values()) {
    const { FunctionName: named, Action, Principal, SourceArn, SourceAccount } = Permission.parse(properties);
    const FunctionName = named.startsWith('arn:') ? named : `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${named}`;
    // Lambda developer guide, AddPermission: how Lambda writes the statement.
    add(FunctionName, {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: Principal },
          Action: [Action],
          Resource: [FunctionName],
          Condition: {
            ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
            ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
          },
        },
      ],
    });
  }
  return (arn) => {
    const own = policies.get(arn) ?? policies.get(ownerOf(arn));
    return own ?? (arn.startsWith('arn:aws:kms:') ? OF_OTHER_KEYS : undefined);
  };
}

/** What has the policy of a part: the bucket of an object, the log group of a stream. */
const ownerOf = (arn: string) =>
  arn.startsWith('arn:aws:s3:::') ? (arn.split('/')[0] ?? arn) : arn.replace(/:log-stream:.*$/, ':*');
