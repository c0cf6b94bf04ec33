/** Asks IAM's policy engine whether requests are allowed, and which permissions allowed them. */
import type { IamEngine, Simulated } from '../../tools/iam-engine.ts';
import type { IamRequest } from './iam-requests.ts';
import { resourcePoliciesOf } from './resource-policies.ts';
import { type Permission, policyFor } from './roles.ts';
import type { Asked, Asker } from './service-requests.ts';
import { ACCOUNT, type Stack } from './stack.ts';

export interface Answered {
  readonly isAllowed: boolean;
  /** Why not: `ImplicitlyDenied`, `ExplicitlyDenied`, or what is wrong with the request. */
  readonly result: string;
  /** The permissions of the role that allowed it. */
  readonly usedPermissions: readonly Permission[];
}

/** Answers requests about `stack`, whose roles have the permissions `roles`. The same request is asked once. */
export function evaluatorOf(
  engine: IamEngine,
  stack: Stack,
  roles: ReadonlyMap<string, readonly Permission[]>,
): (asked: Asked) => Promise<Answered> {
  const resourcePolicyFor = resourcePoliciesOf(stack);
  const answers = new Map<string, Promise<Answered>>();

  const ask = async (by: Asker, { action, resource, context }: IamRequest): Promise<Answered> => {
    const permissions = 'role' in by ? (roles.get(by.role) ?? []) : [];
    const simulated = await engine.runSimulation(
      {
        request: {
          principal: 'role' in by ? stack.arnOf(by.role) : by.service,
          action,
          // Policies of other accounts' resources are for their owners to write.
          resource: { resource, accountId: ACCOUNT },
          contextVariables: { 'aws:SecureTransport': 'true', ...context },
        },
        identityPolicies: 'role' in by ? [{ name: by.role, policy: policyFor(permissions) }] : [],
        resourcePolicy: resourcePolicyFor(resource),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    if (simulated.resultType === 'error')
      return { isAllowed: false, result: `the request is wrong: ${simulated.errors.message}`, usedPermissions: [] };
    return {
      isAllowed: simulated.overallResult === 'Allowed',
      result: simulated.overallResult,
      usedPermissions: usedBy(simulated).flatMap((place) => permissions[place] ?? []),
    };
  };

  return ({ by, request }) => {
    const key = JSON.stringify([by, request]);
    const answer = answers.get(key) ?? ask(by, request);
    answers.set(key, answer);
    return answer;
  };
}

/** The places of the permissions that allowed the request. */
function usedBy(simulated: Exclude<Simulated, { readonly resultType: 'error' }>): readonly number[] {
  const results = simulated.resultType === 'single' ? [simulated.result] : simulated.results;
  return results.flatMap(({ analysis }) =>
    (analysis.identityAnalysis?.allowStatements ?? []).flatMap(({ statement }) => {
      const [, place] = /^p(\d+)$/.exec(statement.sid() ?? '') ?? [];
      return place === undefined ? [] : [Number(place)];
    }),
  );
}
