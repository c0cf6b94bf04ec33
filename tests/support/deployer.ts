/**
 * What the person who deploys must be allowed, by sources that are not ours: AWS's resource provider schemas say what
 * CloudFormation calls with that person's credentials, and the framework's source what the framework calls.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './events.ts';

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}
/** A packaged template; only the fields that this file reads. */
export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>
  >;
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The policy as people get it. */
export const POLICY_TEXT = read('docs/deployer-policy.json');
export const POLICY: { readonly Version: string; readonly Statement: readonly Statement[] } = JSON.parse(POLICY_TEXT);

/** Actions by type of resource and handler, as `tools/handler-permissions.ts` wrote them. */
const HANDLERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = JSON.parse(
  read('tests/fixtures/handler-permissions.json'),
).types;

/**
 * What `serverless deploy` and `remove` call themselves (osls 4.3.1, lib/plugins/aws: deploy/lib, lib, remove/lib, info).
 * HeadBucket and ListObjectsV2 need s3:ListBucket, HeadObject needs s3:GetObject (S3 user guide, Actions).
 */
export const OF_FRAMEWORK: readonly string[] = [
  'sts:GetCallerIdentity',
  'cloudformation:CreateStack',
  'cloudformation:UpdateStack',
  'cloudformation:DeleteStack',
  'cloudformation:DescribeStacks',
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStackResource',
  'cloudformation:ListStackResources',
  'cloudformation:GetTemplate',
  'cloudformation:ValidateTemplate',
  // CloudFormation passes the tags of the stack on (service authorization reference).
  'cloudformation:TagResource',
  'cloudformation:UntagResource',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:GetBucketLocation',
  's3:PutObject',
  's3:GetObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  'lambda:GetFunction',
  'logs:DescribeSubscriptionFilters',
];

/** Actions of a handler that are only for properties that no resource of ours has. */
interface Unused {
  readonly type: string;
  /** While no resource of the type has these properties, the actions are not needed. */
  readonly without: readonly string[];
  readonly actions: RegExp;
}

/** Properties and their actions by the user guides of the services. */
const UNUSED: readonly Unused[] = [
  {
    type: 'AWS::DynamoDB::Table',
    without: ['ImportSourceSpecification'],
    actions:
      /^(logs|kms|s3):|^dynamodb:(ImportTable|DescribeImport|BatchWriteItem|PutItem|GetItem|DeleteItem|UpdateItem|Query|Scan)$/,
  },
  // Replicas have a type of their own (AWS::DynamoDB::GlobalTable); keys are those of SSESpecification.
  {
    type: 'AWS::DynamoDB::Table',
    without: ['SSESpecification'],
    actions: /^kms:|Replica$|^iam:CreateServiceLinkedRole$/,
  },
  {
    type: 'AWS::DynamoDB::Table',
    without: ['KinesisStreamSpecification'],
    actions: /^kinesis:|KinesisStreamingDestination$/,
  },
  {
    type: 'AWS::DynamoDB::Table',
    without: ['ResourcePolicy', 'ContributorInsightsSpecification'],
    actions: /:(Put|Delete)ResourcePolicy$|:UpdateContributorInsights$/,
  },
  { type: 'AWS::Events::Archive', without: ['KmsKeyIdentifier'], actions: /^kms:/ },
  { type: 'AWS::Events::Connection', without: ['KmsKeyIdentifier'], actions: /^kms:/ },
  { type: 'AWS::Events::EventBus', without: ['KmsKeyIdentifier'], actions: /^kms:/ },
  { type: 'AWS::Events::EventBus', without: ['Policy'], actions: /:(Put|Remove)Permission$/ },
  {
    type: 'AWS::IAM::Role',
    without: ['ManagedPolicyArns', 'PermissionsBoundary'],
    actions: /:(Attach|Detach)RolePolicy$|PermissionsBoundary$/,
  },
  { type: 'AWS::Lambda::EventSourceMapping', without: ['KmsKeyArn'], actions: /^kms:/ },
  {
    type: 'AWS::Lambda::Function',
    without: ['VpcConfig', 'FileSystemConfigs'],
    actions: /^(ec2|elasticfilesystem|s3files):/,
  },
  { type: 'AWS::Lambda::Function', without: ['KmsKeyArn'], actions: /^kms:/ },
  {
    type: 'AWS::Lambda::Function',
    without: ['Layers', 'CapacityProviderConfig', 'PublishToLatestPublished'],
    actions: /:(PassCapacityProvider|PublishVersion)$/,
  },
  {
    type: 'AWS::Logs::LogGroup',
    without: ['DataProtectionPolicy', 'FieldIndexPolicies', 'KmsKeyId', 'BearerTokenAuthenticationEnabled'],
    actions: /^(firehose|s3):|:CreateLogDelivery$|KmsKey$|:PutDataProtectionPolicy$|IndexPolicy$|BearerToken/,
  },
  { type: 'AWS::Logs::LogGroup', without: ['DeletionProtectionEnabled'], actions: /:PutLogGroupDeletionProtection$/ },
  {
    type: 'AWS::S3::Bucket',
    without: ['MetadataTableConfiguration', 'MetadataConfiguration'],
    actions: /^s3tables:|BucketMetadata/,
  },
  {
    type: 'AWS::S3::Bucket',
    without: [
      'AccelerateConfiguration',
      'AnalyticsConfigurations',
      'CorsConfiguration',
      'IntelligentTieringConfigurations',
      'InventoryConfigurations',
      'MetricsConfigurations',
      'ObjectLockConfiguration',
      'ReplicationConfiguration',
      'WebsiteConfiguration',
      'AccessControl',
    ],
    actions:
      /:(Put|Delete)(Bucket)?(Accelerate|Analytics|Cors|IntelligentTiering|Inventory|Metrics|ObjectLock|Replication|Website)|:PutObjectAcl$|^s3:DeleteObject$|^iam:PassRole$/,
  },
  // They are no actions of IAM: s3:PutEncryptionConfiguration and s3:PutLifecycleConfiguration allow these calls.
  { type: 'AWS::S3::Bucket', without: [], actions: /:DeleteBucket(Encryption|Lifecycle)$/ },
  { type: 'AWS::SNS::Subscription', without: ['SubscriptionRoleArn'], actions: /^iam:/ },
  {
    type: 'AWS::SNS::Topic',
    without: ['DeliveryStatusLogging', 'DataProtectionPolicy'],
    actions: /^iam:|:PutDataProtectionPolicy$/,
  },
  { type: 'AWS::SecretsManager::Secret', without: ['ReplicaRegions'], actions: /Replica/ },
];

/** The actions that CloudFormation needs for the resources of `templates`, by type. */
export function neededBy(templates: readonly Template[]): ReadonlyMap<string, readonly string[]> {
  const resources = templates.flatMap(({ Resources }) => Object.values(Resources));
  const types = [...new Set(resources.map(({ Type }) => Type))].sort();
  return new Map(
    types.map((type) => {
      const properties = new Set(
        resources.flatMap(({ Type, Properties = {} }) => (Type === type ? Object.keys(Properties) : [])),
      );
      const unused = UNUSED.filter((one) => one.type === type && one.without.every((name) => !properties.has(name)));
      const handlers = HANDLERS[type];
      if (handlers === undefined)
        throw new Error(`${type} is not in tests/fixtures/handler-permissions.json: see tools/handler-permissions.ts`);
      const all = new Set(Object.values(handlers).flat());
      return [type, [...all].filter((action) => !unused.some(({ actions }) => actions.test(action))).sort()];
    }),
  );
}

/** Whether `action` is one of `pattern`, an action of a policy (IAM user guide, Action). */
export const isOneOf = (action: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test(action);

/** Whether some statement of the policy has `action`. Resources and conditions are not looked at. */
export const isNamed = (action: string): boolean =>
  POLICY.Statement.some(({ Action }) => Action.some((pattern) => isOneOf(action, pattern)));
