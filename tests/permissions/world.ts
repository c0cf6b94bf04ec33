/** A stack and its configuration, whose roles and resource policies answer requests. */
import * as z from 'zod';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { IamEngine } from '../../tools/iam-engine.ts';
import { type Answered, evaluatorOf } from './evaluate.ts';
import { keyRequestsOf } from './iam-requests.ts';
import { LOCAL_IDS, RELAYS } from './packaged.ts';
import { type Permission, rolesOf } from './roles.ts';
import type { Asked, Asker } from './service-requests.ts';
import { ACCOUNT, type PhysicalIds, REGION, readStack, type Stack } from './stack.ts';

/** Changes the permissions of roles: a planted fault. */
export type Plant = (permissions: readonly Permission[]) => readonly Permission[];

export interface World {
  readonly stack: Stack;
  /** Permissions by role. */
  readonly roles: ReadonlyMap<string, readonly Permission[]>;
  /** Answers a request, and those about the keys of what it reads or writes. */
  readonly ask: (asked: Asked) => Promise<readonly (Asked & Answered)[]>;
}

/** What answers about `template`, which was packaged from `configuration`. */
export function worldOf(
  engine: IamEngine,
  template: unknown,
  configuration: FunctionConfiguration,
  plant: Plant = (permissions) => permissions,
  ids: PhysicalIds = LOCAL_IDS,
): World {
  const stack = readStack(template, ids);
  const roles = new Map([...rolesOf(stack)].map(([role, permissions]) => [role, plant(permissions)]));
  const evaluate = evaluatorOf(engine, stack, roles);
  return {
    stack,
    roles,
    ask: ({ by, request }) => {
      // A service that uses a key for a request has the request's conditions too.
      const keys = keyRequestsOf(request, (resource) => keysOf(stack, configuration, by, resource)).map((one) => ({
        ...one,
        context: { ...request.context, ...one.context },
      }));
      return Promise.all(
        [request, ...keys].map(async (one) => ({ by, request: one, ...(await evaluate({ by, request: one })) })),
      );
    },
  };
}

/** The key of each target of a relay that has one. */
const relayKeys = new Map(
  Object.values(z.record(z.string(), z.record(z.string(), z.unknown())).parse(RELAYS)).flatMap(({ key, ...target }) =>
    typeof key === 'string' ? [[String(target['kinesis'] ?? target['queue'] ?? target['topic']), [key]] as const] : [],
  ),
);

/** The keys that may encrypt `resource`: those of the stack's own topics, and those that the configuration names. */
function keysOf(stack: Stack, configuration: FunctionConfiguration, by: Asker, resource: string): readonly string[] {
  const topics = [...stack.ofType('AWS::SNS::Topic')].flatMap(([id, { KmsMasterKeyId }]) =>
    stack.arnOf(id) === resource ? [String(KmsMasterKeyId)] : [],
  );
  if (topics.length > 0) return topics;
  if (!('role' in by) || stack.withLogicalId(resource) !== undefined) return [];
  switch (by.role) {
    case 'LabelingRole':
      return [`arn:aws:kms:${REGION}:${ACCOUNT}:key/of-the-output`];
    case 'ReviewRole':
      return configuration.review.keys;
    case 'TeamReportRole':
      return configuration.teams.keys;
    default:
      return relayKeys.get(resource) ?? [];
  }
}
