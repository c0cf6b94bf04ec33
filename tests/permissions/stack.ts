/**
 * A packaged CloudFormation template with the values that CloudFormation would fill in: names and ARNs of an account.
 */
import * as z from 'zod';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const Template = z.object({ Resources: z.record(z.string(), Resource) });

/** One statement of a policy, with one ARN pattern for each of its resources. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

const many = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const PolicyDocument = z.object({
  Version: z.string().default('2012-10-17'),
  Statement: z.array(
    // NotAction, NotResource and NotPrincipal are refused: nobody here asks what they leave out.
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(['Allow', 'Deny']),
      Action: many,
      Resource: many.optional(),
      Principal: z.unknown().optional(),
      Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    }),
  ),
});
/** `document`, whose intrinsic functions are filled in, as a policy. Throws for what is not a policy. */
export function policyOf(document: unknown): Policy {
  const { Version, Statement } = PolicyDocument.parse(document);
  return {
    Version,
    Statement: Statement.map(({ Sid: _, Resource: on, Principal, Condition, ...statement }) => ({
      ...statement,
      ...(on && { Resource: on }),
      ...(Principal !== undefined && { Principal }),
      ...(Condition && { Condition }),
    })),
  };
}

/** How CloudFormation names a resource whose template gives it no name. */
export type PhysicalIds = Readonly<Record<string, string>>;

interface Kind {
  /** The property that names it. */
  readonly name?: string;
  readonly arn: (name: string) => string;
  /** What `Ref` gives: the name, unless this is set (CloudFormation, return values of each resource type). */
  readonly ref?: 'arn';
}

const at = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::DynamoDB::Table': { name: 'TableName', arn: (name) => at('dynamodb', `table/${name}`) },
  'AWS::Events::ApiDestination': { name: 'Name', arn: (name) => at('events', `api-destination/${name}`) },
  'AWS::Events::EventBus': { name: 'Name', arn: (name) => at('events', `event-bus/${name}`) },
  'AWS::Events::Rule': { name: 'Name', arn: (name) => at('events', `rule/${name}`) },
  'AWS::IAM::Role': { name: 'RoleName', arn: (name) => `arn:aws:iam::${ACCOUNT}:role/${name}` },
  'AWS::KMS::Key': { arn: (name) => at('kms', `key/${name}`) },
  'AWS::Lambda::Function': { name: 'FunctionName', arn: (name) => at('lambda', `function:${name}`) },
  'AWS::Logs::LogGroup': { name: 'LogGroupName', arn: (name) => at('logs', `log-group:${name}:*`) },
  'AWS::S3::Bucket': { name: 'BucketName', arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::Scheduler::Schedule': { name: 'Name', arn: (name) => at('scheduler', `schedule/${name}`) },
  'AWS::Scheduler::ScheduleGroup': { name: 'Name', arn: (name) => at('scheduler', `schedule-group/${name}`) },
  'AWS::SecretsManager::Secret': { name: 'Name', arn: (name) => at('secretsmanager', `secret:${name}`), ref: 'arn' },
  'AWS::SNS::Topic': { name: 'TopicName', arn: (name) => at('sns', name), ref: 'arn' },
  'AWS::SQS::Queue': { name: 'QueueName', arn: (name) => at('sqs', name) },
};

/** Parameters that CloudFormation itself has. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

export interface Stack {
  /** Resources of a type, by logical id, with every intrinsic function filled in. */
  readonly ofType: (type: string) => ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** `value` of a template with every intrinsic function filled in. */
  readonly fill: (value: unknown) => unknown;
  readonly arnOf: (logicalId: string) => string;
  /** The ARNs of all resources that have one. */
  readonly arns: () => readonly string[];
  /** The logical id of the role with this ARN. */
  readonly idOfRole: (arn: string) => string | undefined;
  /** `arn`, or a pattern of ARNs, with the logical id of the resource that it begins with; absent for others. */
  readonly withLogicalId: (arn: string) => string | undefined;
}

/**
 * Reads a packaged template. `physicalIds` are the names that CloudFormation gave; without one, an unnamed resource is
 * called by its logical id. Throws for an intrinsic function or a type that it does not know.
 */
export function readStack(template: unknown, physicalIds: PhysicalIds = {}): Stack {
  const { Resources } = Template.parse(template);

  const kindOf = (id: string) => {
    const { Type = '' } = Resources[id] ?? {};
    const kind = KINDS[Type];
    if (kind === undefined) throw new Error(`${id}: the ARN of ${Type || 'nothing'} is not known here`);
    return kind;
  };
  const nameOf = (id: string): string => {
    const { name } = kindOf(id);
    const given = name === undefined ? undefined : Resources[id]?.Properties[name];
    return given === undefined ? (physicalIds[id]?.split(/[:/]/).at(-1) ?? id) : text(fill(given));
  };
  const arnOf = (id: string) => kindOf(id).arn(nameOf(id));
  const refOf = (id: string) => PSEUDO[id] ?? (kindOf(id).ref === 'arn' ? arnOf(id) : nameOf(id));
  const attributeOf = (id: string, attribute: string) => {
    if (/^Arn/.test(attribute)) return arnOf(id);
    if (/Name$/.test(attribute)) return nameOf(id);
    throw new Error(`${id}.${attribute} is not known here`);
  };
  const substitute = (template: string, own: Readonly<Record<string, unknown>> = {}) =>
    template.replace(/\$\{([^}!]+)\}/g, (_, name: string) => {
      if (Object.hasOwn(own, name)) return text(fill(own[name]));
      const [id = '', attribute] = name.split('.');
      return attribute === undefined ? refOf(id) : attributeOf(id, attribute);
    });

  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[name, operand] = ['', undefined]] = entries;
    if (entries.length === 1) {
      if (name === 'Ref') return refOf(text(operand));
      if (name === 'Fn::GetAtt') {
        const [id = '', attribute = ''] = Array.isArray(operand) ? operand.map(text) : text(operand).split('.');
        return attributeOf(id, attribute);
      }
      if (name === 'Fn::Sub') {
        if (!Array.isArray(operand)) return substitute(text(operand));
        return substitute(text(operand[0]), operand[1]);
      }
      if (name === 'Fn::Join' && Array.isArray(operand))
        return [fill(operand[1])].flat().map(text).join(text(operand[0]));
      if (name.startsWith('Fn::')) throw new Error(`the intrinsic function ${name} is not known here`);
    }
    return Object.fromEntries(entries.map(([key, child]) => [key, fill(child)]));
  };

  const ofType = (type: string) =>
    new Map(
      Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
        Type === type ? [[id, z.record(z.string(), z.unknown()).parse(fill(Properties))] as const] : [],
      ),
    );
  const ids = new Map(
    Object.entries(Resources).flatMap(([id, { Type }]) =>
      KINDS[Type] === undefined ? [] : [[arnOf(id), id] as const],
    ),
  );
  const idOfRole = (arn: string) => {
    const id = ids.get(arn);
    return id !== undefined && Resources[id]?.Type === 'AWS::IAM::Role' ? id : undefined;
  };
  const withLogicalId = (arn: string) => {
    const own = [...ids.keys()].find((one) => arn === one || arn.startsWith(`${one}/`));
    return own === undefined ? undefined : `${ids.get(own)}${arn.slice(own.length)}`;
  };
  return { ofType, fill, arnOf, arns: () => [...ids.keys()], idOfRole, withLogicalId };
}

function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`not a text in the template: ${JSON.stringify(value)}`);
}
