/** Asks IAM's policy engine whether requests are allowed, and which permissions allowed them. */
import type { IamEngine, Simulated } from '../../tools/iam-engine.ts';
import type { IamRequest } from './iam-requests.ts';
import { type Permission, policyFor } from './roles.ts';
import type { Asker } from './service-requests.ts';
import { ACCOUNT, type Policy, type Stack } from './stack.ts';

/** Who asks, with what its role allows, and the policy of the resource. */
export interface Question {
  readonly by: Asker;
  readonly permissions: readonly Permission[];
  readonly request: IamRequest;
  readonly resourcePolicy: Policy | undefined;
}

export interface Answered {
  readonly isAllowed: boolean;
  /** Why not: `ImplicitlyDenied`, `ExplicitlyDenied`, or what is wrong with the request. */
  readonly result: string;
  /** The permissions of the role that allowed it. */
  readonly usedPermissions: readonly Permission[];
}

/** Answers questions about roles of `stack`. The same question is asked once. */
export function evaluatorWith(engine: IamEngine, stack: Stack): (question: Question) => Promise<Answered> {
  const answers = new Map<string, Promise<Answered>>();
  return (question) => {
    const key = JSON.stringify([question.by, question.request, question.permissions, question.resourcePolicy]);
    const known = answers.get(key) ?? ask(engine, stack, question);
    answers.set(key, known);
    return known;
  };
}

async function ask(engine: IamEngine, stack: Stack, question: Question): Promise<Answered> {
  const { by, permissions, request, resourcePolicy } = question;
  const simulated = await engine.runSimulation(
    {
      request: {
        principal: 'role' in by ? stack.arnOf(by.role) : by.service,
        action: request.action,
        // Policies of other accounts' resources are for their owners to write.
        resource: { resource: request.resource, accountId: ACCOUNT },
        contextVariables: { 'aws:SecureTransport': 'true', ...request.context },
      },
      identityPolicies: 'role' in by ? [{ name: by.role, policy: policyFor(permissions) }] : [],
      resourcePolicy,
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
