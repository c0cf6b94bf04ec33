/** What roles allow, split so that each permission has one action and one resource. */
import * as z from 'zod';
import { type Policy, policyOf, type Stack } from './stack.ts';

/** One action on one resource, under one condition. */
export interface Permission {
  /** The logical id of the role. */
  readonly role: string;
  /** The name of the role's policy. */
  readonly policy: string;
  readonly action: string;
  readonly resource: string;
  readonly condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const Policies = z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() }));

/** The permissions of every role of `stack`, by the role's logical id. Throws for a statement that denies. */
export const rolesOf = (stack: Stack): ReadonlyMap<string, readonly Permission[]> =>
  new Map(
    [...stack.ofType('AWS::IAM::Role')].map(([role, properties]) => [
      noMore(role, properties, stack),
      Policies.parse(properties['Policies']).flatMap(({ PolicyName, PolicyDocument }) =>
        permissionsOf(role, PolicyName, policyOf(PolicyDocument)),
      ),
    ]),
  );

/** The role's name. Throws for permissions in a form that is not read here. */
function noMore(role: string, properties: Readonly<Record<string, unknown>>, stack: Stack): string {
  if (properties['ManagedPolicyArns'] !== undefined) throw new Error(`${role}: managed policies are not known here`);
  if (stack.ofType('AWS::IAM::Policy').size + stack.ofType('AWS::IAM::ManagedPolicy').size > 0)
    throw new Error('policies beside roles are not known here');
  return role;
}

const permissionsOf = (role: string, policy: string, { Statement }: Policy): readonly Permission[] =>
  Statement.flatMap(({ Effect, Action, Resource = [], Condition }) => {
    if (Effect !== 'Allow') throw new Error(`${role}: policy ${policy}: a role that denies is not known here`);
    return Action.flatMap((action) =>
      Resource.map((resource) => ({ role, policy, action, resource, ...(Condition && { condition: Condition }) })),
    );
  });

/** The policy that the engine gets: the id of each statement is the place of its permission in the list. */
export const policyFor = (permissions: readonly Permission[]): object => ({
  Version: '2012-10-17',
  Statement: permissions.map(({ action, resource, condition }, place) => ({
    Sid: `p${place}`,
    Effect: 'Allow',
    Action: action,
    Resource: resource,
    ...(condition && { Condition: condition }),
  })),
});

/**
 * What a permission is called when it is compared between stages and configurations: resources of the stack have their
 * logical ids; buckets, keys, user pools and roles that the configuration names count as one.
 */
export function nameOf({ role, policy, action, resource }: Permission, stack: Stack): string {
  const own = stack.withLogicalId(resource);
  const isConfigured = own === undefined && /^arn:aws:(?:s3|kms|cognito-idp|iam):/.test(resource);
  return `${role}, policy ${policy}: ${action} on ${own ?? (isConfigured ? 'what the configuration names' : resource)}`;
}
