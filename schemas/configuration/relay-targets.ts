/** Where relays send to: the kinds of targets in the section `relays` of `ground-control.yml`. */
import * as z from 'zod';
import { kmsKey } from './places.ts';
import { publicUrl, secretFields } from './relay-secrets.ts';
import { oneOf } from './words.ts';

/** Text that must be the whole ARN of `what`, like `example` in eu-west-1. `closer` may give a closer reason. */
const arnOf = (
  what: string,
  service: string,
  resource: RegExp,
  example: string,
  closer: (arn: string) => string | undefined = () => undefined,
) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource.source}$`), {
    error: ({ input }) =>
      closer(String(input)) ?? `expected the ARN of ${what}, like arn:aws:${service}:eu-west-1:111122223333:${example}`,
  });

/**
 * The fields of an event that may become parameters of a command: those that are always text. SSM takes no numbers.
 * `resource.name` is the most hostile one: SageMaker limits names of known types only.
 */
export const PARAMETER_FIELDS = [
  'id',
  'account',
  'region',
  'family',
  'resource.id',
  'resource.type',
  'resource.name',
  'resource.arn',
  'status',
  'outcome',
  'severity',
  'owner',
  'team',
  'project',
] as const;
export type ParameterField = (typeof PARAMETER_FIELDS)[number];

/** A rule sends a command to at most 50 instances or values of one tag (CloudFormation, RunCommandTarget). */
const MOST_VALUES = 50;

const document = z
  .string()
  .regex(/^[a-zA-Z0-9_.-]{3,128}$/, {
    error:
      'expected the name of a document in the account of the deployment, like restart-exporter, and not an ARN: whoever owns a document of another account can change what it does',
    abort: true,
  })
  // SSM keeps these prefixes for AWS, Amazon and their partners (Systems Manager API reference, CreateDocument).
  .refine((name) => !/^(?:aws|amazon|amzn)/i.test(name), {
    error:
      'expected a document of your own: documents of AWS, such as AWS-RunShellScript, take commands as text, and names of resources would run as commands',
  });

/** Characters that tags of EC2 may have (EC2 user guide, tag restrictions). Others would have a meaning in IAM policies. */
const tagOf = (longest: number, what: string) =>
  z
    .string()
    .max(longest)
    .regex(/^[\p{L}\p{N} _.:/=+@-]+$/u, `expected the ${what} of a tag of instances`);

const RunCommand = z
  .strictObject({
    document: document.describe('Name of a Systems Manager command document in the account of the deployment.'),
    instances: z
      .array(z.string().regex(/^m?i-[0-9a-f]{8,17}$/, 'expected the id of an instance, like i-0123456789abcdef0'))
      .min(1)
      .max(MOST_VALUES)
      .optional()
      .describe('Ids of the instances that run the command.'),
    tag: z
      .record(tagOf(124, 'key'), z.array(tagOf(256, 'value')).min(1).max(MOST_VALUES))
      .refine((tag) => Object.keys(tag).length === 1, 'expected one tag key: EventBridge takes no more')
      .optional()
      .describe('One tag key with its values: the instances with this tag run the command.'),
    parameters: z
      .record(
        z
          .string() // Names of placeholders cannot start with "AWS" (CloudFormation, InputTransformer).
          .regex(/^(?!aws)[a-z0-9_]{1,50}$/i, 'expected the name of a parameter of the document'),
        oneOf(PARAMETER_FIELDS),
      )
      .refine((fields) => Object.keys(fields).length > 0, 'expected at least one parameter, such as Id: id')
      .refine((fields) => Object.keys(fields).length <= 20, 'expected at most 20 parameters')
      .describe(
        'Parameters of the document, each with the field of the event that it gets. The document must limit each one with allowedPattern.',
      ),
  })
  .refine(
    ({ instances, tag }) => (instances === undefined) !== (tag === undefined),
    'expected either instances or tag, and not both',
  );
export type RunCommand = z.output<typeof RunCommand>;

const header = z
  .string()
  .regex(/^[a-zA-Z0-9-]{1,128}$/, 'expected the name of a header, like X-Api-Key')
  // EventBridge removes or sets these (EventBridge user guide, headers in requests to API destinations).
  .refine(
    (name) =>
      !/^(?:host|range|user-agent|content-length|content-type|connection|te|via|date|idempotency-key)$/i.test(name),
    'expected another header: EventBridge or Ground Control sets this one',
  );

/** The ways in which a webhook recognises Ground Control. */
export const AUTHORIZATIONS = ['apiKey', 'basic', 'oauth'] as const;

const Webhook = z
  .strictObject({
    url: publicUrl.describe('URL that gets each event with POST, as JSON. It must not be a secret itself.'),
    apiKey: z
      .strictObject({ header: header.describe('Name of the header.'), ...secretFields })
      .optional()
      .describe('A header with a key from AWS Secrets Manager.'),
    basic: z
      .strictObject({
        user: z
          .string()
          .regex(/^[!-9;-~]{1,128}$/, 'expected a user name')
          .describe('User name.'),
        ...secretFields,
      })
      .optional()
      .describe('User name, and a password from AWS Secrets Manager.'),
    oauth: z
      .strictObject({
        tokenUrl: publicUrl.describe('URL of the authorization server that gives tokens.'),
        clientId: z
          .string()
          .regex(/^[!-~]{1,512}$/, 'expected the id of an OAuth client')
          .describe('Id of the client.'),
        scope: z
          .string()
          .regex(/^[!-~]+(?: [!-~]+)*$/, 'expected scopes with one space between them')
          .max(512)
          .optional()
          .describe('Scopes that are asked for.'),
        ...secretFields,
      })
      .optional()
      .describe('Client credentials of OAuth, with the client secret from AWS Secrets Manager.'),
    perSecond: z
      .int()
      .min(1)
      .max(300)
      .default(300)
      .describe('The most requests a second. More events wait, for as long as retry allows.'),
  })
  .refine(
    (webhook) => AUTHORIZATIONS.filter((name) => webhook[name] !== undefined).length === 1,
    `expected exactly one of: ${AUTHORIZATIONS.join(', ')}`,
  );
export type Webhook = z.output<typeof Webhook>;

const PagerDuty = z.strictObject({
  ...secretFields,
  // Integration keys of PagerDuty have 32 letters and digits.
  secret: secretFields.secret
    .refine(
      (secret) => !/^[a-z0-9]{32}$/i.test(secret),
      'expected the name of a secret in AWS Secrets Manager; this looks like an integration key itself, which does not belong in the file',
    )
    .describe('ARN or name of a secret in AWS Secrets Manager. Its value never stands in this file.'),
  region: oneOf(['us', 'eu']).default('us').describe('Service region of the PagerDuty account.'),
});
export type PagerDuty = z.output<typeof PagerDuty>;

/** Characters that the name of a queue may have, with `.fifo` (Amazon SQS quotas). */
const LONGEST_QUEUE = 80;

/** What is wrong with the name of the queue in `arn`, if it is the suffix or the length. */
function queueNameMistake(arn: string): string | undefined {
  const name = arn.split(':').slice(5).join(':');
  if (/\.fifo$/i.test(name) && !name.endsWith('.fifo')) return 'expected .fifo in lower case at the end of the name';
  return /^[\w-]+(?:\.fifo)?$/.test(name) && name.length > LONGEST_QUEUE
    ? `expected the name of a queue, of at most ${LONGEST_QUEUE} characters; this one has ${name.length}`
    : undefined;
}

/** Each kind of target, by the key that names it. A relay has exactly one. */
export const targets = {
  lambda: arnOf('a Lambda function', 'lambda', /function:[\w-]{1,64}(?::[\w-]{1,128})?/, 'function:handle-changes')
    .optional()
    .describe('ARN of a Lambda function in the account of the deployment.'),
  kinesis: arnOf('an Amazon Kinesis data stream', 'kinesis', /stream\/[\w.-]{1,128}/, 'stream/sagemaker')
    .optional()
    .describe('ARN of a Kinesis data stream. All events of one resource go to one shard.'),
  queue: arnOf(
    'an Amazon SQS queue',
    'sqs',
    /(?=.{1,80}$)[\w-]{1,80}(?:\.fifo)?/,
    'sagemaker-changes',
    queueNameMistake,
  )
    .optional()
    .describe('ARN of an SQS queue. A FIFO queue (its name ends in .fifo) needs content-based deduplication.'),
  topic: arnOf('an Amazon SNS topic', 'sns', /[\w-]{1,256}(?:\.fifo)?/, 'sagemaker-changes')
    .refine(
      (arn) => !arn.endsWith('.fifo'),
      'expected a standard topic: EventBridge gives no message group, which a FIFO topic needs',
    )
    .optional()
    .describe('ARN of a standard SNS topic.'),
  stateMachine: arnOf(
    'a Step Functions state machine',
    'states',
    /stateMachine:[\w-]{1,80}(?::[\w-]{1,80})?/,
    'stateMachine:on-change',
  )
    .optional()
    .describe('ARN of a Step Functions state machine. Each event starts an execution.'),
  bus: arnOf('an EventBridge event bus', 'events', /event-bus\/[\w./-]{1,256}/, 'event-bus/central')
    .optional()
    .describe('ARN of another event bus, also in another account or region. It gets the whole event.'),
  logs: z
    .union([z.literal('on'), z.literal(true)], { error: 'expected on' })
    .transform(() => true as const)
    .optional()
    .describe('on: write events to a log group that the stack creates, and that keeps them for 90 days.'),
  runCommand: RunCommand.optional().describe('Run a Systems Manager command document on instances.'),
  webhook: Webhook.optional().describe('Send events to a public HTTPS endpoint.'),
  pagerDuty: PagerDuty.optional().describe(
    'Trigger alerts in PagerDuty (Events API v2). The secret is the integration key of a service.',
  ),
};
export type Kind = keyof typeof targets;
export const KINDS = [
  'lambda',
  'kinesis',
  'queue',
  'topic',
  'stateMachine',
  'bus',
  'logs',
  'runCommand',
  'webhook',
  'pagerDuty',
] as const satisfies readonly Kind[];

/** Kinds whose data a KMS key of the user may encrypt, which EventBridge then needs. */
export const ENCRYPTED_KINDS: readonly Kind[] = ['kinesis', 'queue', 'topic'];
export const key = kmsKey
  .optional()
  .describe('ARN of the KMS key that encrypts the queue, topic or stream. The role of the relay may then use it.');
