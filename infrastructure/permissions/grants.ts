/**
 * What a CloudFormation template allows: by its roles, and by the policies of its resources. The one reader for
 * `docs/permissions.md`, the table in `docs/install.md` and `npm run permissions`.
 */
import * as z from 'zod';

/** A condition of a statement. `words` joins the key to its values: `is`, `is like`, `has`, or the operator of IAM. */
export interface Condition {
  readonly key: string;
  readonly words: string;
  readonly values: readonly string[];
}

/** One statement of a policy. Resources are logical ids, or ARNs with what CloudFormation fills in. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Who may do it; empty in a policy of a role, where it is the role. */
  readonly who: readonly string[];
  readonly actions: readonly string[];
  readonly on: readonly string[];
  readonly conditions: readonly Condition[];
}

/** What one resource of the template allows. */
export interface Grants {
  /** Such as `AWS::IAM::Role`. */
  readonly type: string;
  /** Of a role: what it may do. Of other resources: who may do what with the resource. */
  readonly statements: readonly Statement[];
  /** Of a role: who may use it. */
  readonly usedBy: readonly Statement[];
}

/** A value of a template in words: an id for a reference, and what CloudFormation fills in as `${...}`. */
const Text: z.ZodType<string> = z.lazy(() =>
  z.union([
    z.string(),
    z.union([z.number(), z.boolean()]).transform(String),
    z.strictObject({ Ref: z.string() }).transform(({ Ref }) => (Ref.includes('::') ? `\${${Ref}}` : Ref)),
    z
      .strictObject({ 'Fn::GetAtt': z.union([z.string().transform((path) => path.split('.')), z.array(z.string())]) })
      .transform(({ 'Fn::GetAtt': [id = '', name = ''] }) => (name.startsWith('Arn') ? id : `${id}.${name}`)),
    z
      .strictObject({
        'Fn::Sub': z.union([
          z.string(),
          z.tuple([z.string(), z.record(z.string(), Text)]).transform(([text, values]) => filledIn(text, values)),
          z.tuple([z.string()]).transform(([text]) => text),
        ]),
      })
      .transform(({ 'Fn::Sub': text }) => text),
    z
      .strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(Text)]) })
      .transform(({ 'Fn::Join': [separator, parts] }) => parts.join(separator)),
    z.unknown().transform((value) => JSON.stringify(value)),
  ]),
);

/** `text` with the variables that `Fn::Sub` itself defines. */
const filledIn = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{([^}]+)\}/g, (variable, name: string) => values[name] ?? variable);

const many = z.union([z.array(Text), Text.transform((one) => [one])]);

/**
 * A principal is a service, an account, a role or `*`. A name tells services from accounts and roles; other kinds of
 * principals, and names that are not like it, say their kind.
 */
const Who = z.union([
  z.string().transform((one) => [one]),
  z
    .record(z.string(), many)
    .transform((kinds) => Object.entries(kinds).flatMap(([kind, names]) => names.map((name) => principal(kind, name)))),
]);

const principal = (kind: string, name: string): string =>
  kind === (/\.amazonaws\.com(?:\.cn)?$/.test(name) ? 'Service' : 'AWS') ? name : `${kind} ${name}`;

/** Operators that need no explanation (IAM user guide, Condition operators). */
const WORDS: Readonly<Record<string, string>> = {
  StringEquals: 'is',
  ArnEquals: 'is',
  Bool: 'is',
  'ForAnyValue:StringEquals': 'has',
  StringLike: 'is like',
  ArnLike: 'is like',
};

const Conditions = z
  .record(z.string(), z.record(z.string(), many))
  .transform((operators) =>
    Object.entries(operators).flatMap(([operator, tests]) =>
      Object.entries(tests).map(([key, values]) => ({ key, words: WORDS[operator] ?? operator, values })),
    ),
  );

const StatementIn = z
  .object({
    Effect: z.enum(['Allow', 'Deny']),
    Principal: Who.optional(),
    NotPrincipal: Who.optional(),
    Action: many.optional(),
    NotAction: many.optional(),
    Resource: many.optional(),
    NotResource: many.optional(),
    Condition: Conditions.optional(),
  })
  .transform(
    (one): Statement => ({
      effect: one.Effect,
      who: [...(one.Principal ?? []), ...all('everybody but', one.NotPrincipal)],
      actions: [...(one.Action ?? []), ...all('everything but', one.NotAction)],
      on: [...(one.Resource ?? []), ...all('everything but', one.NotResource)],
      conditions: one.Condition ?? [],
    }),
  );

const all = (words: string, names: readonly string[] = []) =>
  names.length === 0 ? [] : [`${words} ${names.join(', ')}`];

const Document = z
  .object({ Statement: z.union([z.array(StatementIn), StatementIn.transform((one) => [one])]) })
  .transform(({ Statement }) => Statement);

const Role = z.object({
  AssumeRolePolicyDocument: Document,
  Policies: z.array(z.object({ PolicyDocument: Document })).default([]),
  ManagedPolicyArns: z.array(Text).default([]),
  PermissionsBoundary: Text.optional(),
});

const Permission = z.object({
  FunctionName: Text,
  Action: Text,
  Principal: Text,
  SourceArn: Text.optional(),
  SourceAccount: Text.optional(),
  PrincipalOrgID: Text.optional(),
  FunctionUrlAuthType: Text.optional(),
});

/** Properties that hold the policy of a resource, of all types. */
const ResourcePolicy = z.object({
  PolicyDocument: Document.optional(),
  KeyPolicy: Document.optional(),
  ResourcePolicyDocument: Document.optional(),
  ResourcePolicy: z
    .union([Document, z.object({ PolicyDocument: Document }).transform((one) => one.PolicyDocument)])
    .optional(),
});

/** The properties of a role, of a permission to call a function, and of all other types, that `readGrants` reads. */
const READ: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': Object.keys(Role.shape),
  'AWS::Lambda::Permission': Object.keys(Permission.shape),
};

/** The properties of a resource of `type` that `readGrants` reads. */
export const propertiesRead = (type: string): readonly string[] => READ[type] ?? Object.keys(ResourcePolicy.shape);

const Template = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}).default({}) })),
});

/** A policy of a template cannot be read. The message names the resource and the property. */
export class UnreadablePolicyError extends Error {}

const allow = (actions: readonly string[], on: readonly string[] = []): Statement => ({
  effect: 'Allow',
  who: [],
  actions,
  on,
  conditions: [],
});

function grantsOf(type: string, properties: unknown): Grants {
  if (type === 'AWS::IAM::Role') {
    const { AssumeRolePolicyDocument, Policies, ManagedPolicyArns, PermissionsBoundary } = Role.parse(properties);
    return {
      type,
      usedBy: AssumeRolePolicyDocument,
      statements: [
        ...Policies.flatMap(({ PolicyDocument }) => PolicyDocument),
        ...ManagedPolicyArns.map((arn) => allow([`all of the policy ${arn}`])),
        ...(PermissionsBoundary === undefined ? [] : [allow([`at most what ${PermissionsBoundary} allows`])]),
      ],
    };
  }
  if (type === 'AWS::Lambda::Permission') {
    const { FunctionName, Action, Principal, ...limits } = Permission.parse(properties);
    const from = {
      'aws:SourceArn': limits.SourceArn,
      'aws:SourceAccount': limits.SourceAccount,
      'aws:PrincipalOrgID': limits.PrincipalOrgID,
      'lambda:FunctionUrlAuthType': limits.FunctionUrlAuthType,
    };
    const conditions = Object.entries(from).flatMap(([key, value]) =>
      value === undefined ? [] : [{ key, words: 'is', values: [value] }],
    );
    return { type, usedBy: [], statements: [{ ...allow([Action], [FunctionName]), who: [Principal], conditions }] };
  }
  const policies = ResourcePolicy.parse(properties);
  return { type, usedBy: [], statements: Object.values(policies).flatMap((statements) => statements ?? []) };
}

/** What `grantsOf` says. Throws an `UnreadablePolicyError` that begins with `id`. */
function grantsOfResource(id: string, type: string, properties: unknown): Grants {
  try {
    return grantsOf(type, properties);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const path = policyPath(properties, error.issues[0]?.path ?? []);
    const what =
      typeof path.value === 'string'
        ? 'is a text: write the policy as an object'
        : 'cannot be read: it must be written out, without a function of CloudFormation around it';
    throw new UnreadablePolicyError(`${id}: ${path.name} ${what}`, { cause: error });
  }
}

/** The property at which `path` ends, or the text on the way. A policy in a text has no paths within it. */
function policyPath(properties: unknown, path: readonly PropertyKey[]): { name: string; value: unknown } {
  let value: unknown = properties;
  const names: string[] = [];
  for (const key of path) {
    if (typeof value !== 'object' || value === null) break;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
    names.push(String(key));
  }
  return { name: names.join('.'), value };
}

/**
 * Everything that `template` allows, by logical id; without resources that allow nothing. Throws a `ZodError` if it is
 * no template, and an `UnreadablePolicyError` if a policy is not written out.
 */
export function readGrants(template: unknown): ReadonlyMap<string, Grants> {
  const found = Object.entries(Template.parse(template).Resources).map(
    ([id, { Type, Properties }]) => [id, grantsOfResource(id, Type, Properties)] as const,
  );
  return new Map(found.filter(([, { type, statements }]) => isRole(type) || statements.length > 0));
}

/** Whether a resource of this type is a role. */
export const isRole = (type: string): boolean => type === 'AWS::IAM::Role';

/** A role for a schedule or a relay to send with, not the role of a function. */
export const isOfService = (role: string): boolean =>
  ['SchedulesRole', 'WindowSchedulesRole', 'ContinuationRole', 'TeamScheduleRole'].includes(role) ||
  /^Relay\w+Role$/.test(role);
