/**
 * What IAM is asked when a call is made: actions, resources and condition keys. Source of each mapping: the service
 * authorization reference, and where a comment says so, the developer guide of the service.
 */
import * as z from 'zod';
import type { RecordedCall } from '../record/recorded-call.ts';
import { ACCOUNT, REGION } from './stack.ts';

/** One question to IAM. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys, beside those that every request has. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

type Input = Readonly<Record<string, unknown>>;

const text = (input: Input, name: string): string =>
  z.string().parse(input[name], { error: () => `${name} is no text` });
const at = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const ask = (action: string, resource: string, context: IamRequest['context'] = {}): IamRequest => ({
  action,
  resource,
  context,
});

/** A function reads of resources in its own account and region. Tests use other accounts and regions in ARNs. */
const inOwnAccount = (arn: string) =>
  arn.replace(/^arn:aws:([\w-]+):[\w-]+:\d{12}:/, `arn:aws:$1:${REGION}:${ACCOUNT}:`);

const dynamoDb = (action: string, TableName: string, IndexName?: unknown) =>
  ask(
    `dynamodb:${action}`,
    at('dynamodb', `table/${TableName}${typeof IndexName === 'string' ? `/index/${IndexName}` : ''}`),
  );

const InTable = z.object({ TableName: z.string() });
const Transaction = z.object({ TransactItems: z.array(z.record(z.string(), InTable)) });
/** DynamoDB developer guide, "IAM policies for transactions": each part needs the permission of its own operation. */
const IN_TRANSACTION: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** Types of SageMaker resources, by the word in the names of operations. */
const SAGEMAKER: Readonly<Record<string, string>> = {
  TrainingJob: 'training-job',
  HyperParameterTuningJob: 'hyper-parameter-tuning-job',
  ProcessingJob: 'processing-job',
  TransformJob: 'transform-job',
  LabelingJob: 'labeling-job',
  Endpoint: 'endpoint',
};

const named = (type: string, name: string) => at('sagemaker', `${type}/${name.toLowerCase()}`);

function sageMaker(operation: string, input: Input): readonly IamRequest[] {
  const action = `sagemaker:${operation}`;
  const [, type = ''] = /^(?:Describe|Stop|Update|Create)(\w+)$/.exec(operation) ?? [];
  if (operation === 'ListTags') return [ask(action, inOwnAccount(text(input, 'ResourceArn')))];
  if (/^(?:DescribePipelineExecution|ListPipelineExecutionSteps)$/.test(operation))
    return [ask(action, inOwnAccount(text(input, 'PipelineExecutionArn')))];
  if (operation === 'ListPipelineExecutions') return [ask(action, named('pipeline', text(input, 'PipelineName')))];
  if (operation === 'ListTrainingJobsForHyperParameterTuningJob')
    return [ask(action, named('hyper-parameter-tuning-job', text(input, 'HyperParameterTuningJobName')))];
  if (/^List\w+s$/.test(operation)) return [ask(action, '*')];
  const kind = SAGEMAKER[type];
  if (kind === undefined) throw new Error(`${action}: its resource is not known here`);
  const job = named(kind, text(input, `${type}Name`));
  if (operation !== 'CreateLabelingJob') return [ask(action, job)];
  const tags =
    z
      .array(z.object({ Key: z.string() }))
      .optional()
      .parse(input['Tags']) ?? [];
  const tagKeys = { 'aws:TagKeys': tags.map(({ Key }) => Key) };
  return [
    ask(action, job, tags.length > 0 ? tagKeys : {}),
    ...(tags.length > 0 ? [ask('sagemaker:AddTags', job, tagKeys)] : []),
    pass(text(input, 'RoleArn'), 'sagemaker.amazonaws.com'),
  ];
}

const pass = (role: string, service: string) => ask('iam:PassRole', role, { 'iam:PassedToService': service });

const Target = z.object({ RoleArn: z.string() });
const Entries = z.object({
  Entries: z.array(z.object({ EventBusName: z.string(), Source: z.string(), DetailType: z.string() })),
});

const Deleted = z.object({
  Delete: z.object({ Objects: z.array(z.object({ Key: z.string(), VersionId: z.string().optional() })) }),
});

/** The ARN of a queue's URL. */
const queueArn = (url: string) => at('sqs', new URL(url).pathname.split('/').at(-1) ?? '');

/** By service, as the SDK names it. */
const SERVICES: Readonly<Record<string, (operation: string, input: Input) => readonly IamRequest[]>> = {
  SageMaker: sageMaker,
  DynamoDB(operation, input) {
    if (operation === 'BatchGetItem')
      return Object.keys(z.record(z.string(), z.unknown()).parse(input['RequestItems'])).map((table) =>
        dynamoDb(operation, table),
      );
    if (/^Transact/.test(operation))
      return Transaction.parse(input).TransactItems.flatMap((item) =>
        Object.entries(item).map(([part, { TableName }]) => dynamoDb(IN_TRANSACTION[part] ?? part, TableName)),
      );
    return [dynamoDb(operation, text(input, 'TableName'), input['IndexName'])];
  },
  SNS: (operation, input) => [ask(`sns:${operation}`, text(input, 'TopicArn'))],
  SQS: (operation, input) => [ask(`sqs:${operation.replace(/Batch$/, '')}`, queueArn(text(input, 'QueueUrl')))],
  EventBridge: (operation, input) =>
    Entries.parse(input).Entries.map(({ EventBusName, Source, DetailType }) =>
      ask(`events:${operation}`, at('events', `event-bus/${EventBusName}`), {
        'events:source': Source,
        'events:detail-type': DetailType,
      }),
    ),
  // ValidateTemplate knows no resource. A stack has an id after its name.
  CloudFormation(operation, input) {
    if (operation === 'ValidateTemplate') return [ask(`cloudformation:${operation}`, '*')];
    const stack = text(input, 'StackName');
    const arn = stack.startsWith('arn:') ? stack : at('cloudformation', `stack/${stack}/25cadc93`);
    return [ask(`cloudformation:${operation}`, arn)];
  },
  STS: (operation) => [ask(`sts:${operation}`, '*')],
  Lambda: (operation, input) => [ask(`lambda:${operation}`, at('lambda', `function:${text(input, 'FunctionName')}`))],
  S3(operation, input) {
    const bucket = `arn:aws:s3:::${text(input, 'Bucket')}`;
    if (operation === 'HeadBucket') return [ask('s3:ListBucket', bucket)];
    if (operation === 'ListObjectVersions') return [ask('s3:ListBucketVersions', bucket)];
    if (operation === 'DeleteObjects')
      return Deleted.parse(input).Delete.Objects.map(({ Key, VersionId }) =>
        ask(VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', `${bucket}/${Key}`),
      );
    // Amazon S3 user guide, "Required permissions for Amazon S3 API operations".
    if (operation === 'ListObjectsV2')
      return [
        ask('s3:ListBucket', bucket, {
          's3:prefix': z
            .string()
            .default('')
            .parse(input['Prefix'] ?? input['prefix']),
        }),
      ];
    return [ask(`s3:${operation}`, `${bucket}/${text(input, 'Key')}`)];
  },
  'CloudWatch Logs'(operation, input) {
    const group = at('logs', `log-group:${text(input, 'logGroupName')}`);
    const stream = input['logStreamName'];
    return [ask(`logs:${operation}`, typeof stream === 'string' ? `${group}:log-stream:${stream}` : `${group}:*`)];
  },
  Scheduler(operation, input) {
    const schedule = at('scheduler', `schedule/${text(input, 'GroupName')}/${text(input, 'Name')}`);
    const target = Target.optional().parse(input['Target']);
    return [
      ask(`scheduler:${operation}`, schedule),
      ...(target === undefined ? [] : [pass(target.RoleArn, 'scheduler.amazonaws.com')]),
    ];
  },
  'Secrets Manager'(operation, input) {
    const id = text(input, 'SecretId');
    // IAM always has the ARN, also when the call has the name.
    return [ask(`secretsmanager:${operation}`, id.startsWith('arn:') ? id : at('secretsmanager', `secret:${id}`))];
  },
  Pricing: (operation) => [ask(`pricing:${operation}`, '*')],
  'Cognito Identity Provider'(operation, input) {
    const pool = text(input, 'UserPoolId');
    // The id of a pool begins with its region.
    const [region = ''] = pool.split('_');
    return [ask(`cognito-idp:${operation}`, `arn:aws:cognito-idp:${region}:${ACCOUNT}:userpool/${pool}`)];
  },
};

/**
 * What IAM is asked for `call`. Throws for a call whose permissions are not known here, and for one whose request is too
 * broken to know its resource.
 */
export function requestsOf({ service, operation, input }: RecordedCall): readonly IamRequest[] {
  const known = SERVICES[service];
  if (known === undefined) throw new Error(`${service}: permissions of its calls are not known here`);
  return known(operation, input);
}

/**
 * What a service asks IAM on behalf of the caller, because a key encrypts what `request` reads or writes. `keysOf` gives
 * the keys of a resource.
 */
export function keyRequestsOf(
  { action, resource }: IamRequest,
  keysOf: (resource: string) => readonly string[],
): readonly IamRequest[] {
  const actions = KEY_ACTIONS[action] ?? [];
  const [, , service = ''] = resource.split(':');
  const context = { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` };
  return keysOf(resource).flatMap((key) => actions.map((one) => ask(one, key, context)));
}

/** Amazon SNS developer guide, "Managing keys"; Amazon S3 user guide, "Using server-side encryption with AWS KMS". */
const KEY_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'sns:Publish': ['kms:GenerateDataKey', 'kms:Decrypt'],
  's3:GetObject': ['kms:Decrypt'],
  'sqs:SendMessage': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'kinesis:PutRecord': ['kms:GenerateDataKey'],
};
