/** Checks the permissions of roles against the calls that were recorded. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { loadConfiguration } from '../../adapters/configuration.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { IamEngine } from '../../tools/iam-engine.ts';
import { type Answered, evaluatorWith, type Question } from './evaluate.ts';
import { type IamRequest, keyRequestsOf, requestsOf } from './iam-requests.ts';
import { LOCAL_IDS, type Packaged, packaged, RELAYS, rolesFor } from './packaged.ts';
import { RecordedCall } from './recorded-call.ts';
import { resourcePoliciesOf } from './resource-policies.ts';
import { wrongResource } from './resource-types.ts';
import { nameOf, type Permission, rolesOf } from './roles.ts';
import { type Asked, type Asker, scheduleRequests, serviceRequests } from './service-requests.ts';
import { ACCOUNT, REGION, readStack, type Stack } from './stack.ts';

/** Figures of a role, or of a service that resource policies let in. */
export interface Figures {
  /** Calls that were recorded. */
  calls: number;
  /** Different questions to IAM, each asked once. */
  requests: number;
  permissions: number;
  used: number;
}

export interface Checked {
  /** By role or service. */
  readonly figures: ReadonlyMap<string, Figures>;
  /** Calls that no function made. */
  readonly ofNoFunction: number;
  /** What is wrong: one line each. */
  readonly faults: readonly string[];
}

/** Permissions of a role, with a resource policy for each resource. */
interface World {
  readonly stack: Stack;
  readonly roles: ReadonlyMap<string, readonly Permission[]>;
  readonly policyFor: ReturnType<typeof resourcePoliciesOf>;
  readonly ask: (question: Question) => Promise<Answered>;
  readonly configuration: FunctionConfiguration;
}

function worldOf(engine: IamEngine, template: unknown, configuration: FunctionConfiguration, ids = LOCAL_IDS): World {
  const stack = readStack(template, ids);
  return {
    stack,
    roles: rolesOf(stack),
    policyFor: resourcePoliciesOf(stack),
    ask: evaluatorWith(engine, stack),
    configuration,
  };
}

/** Checks what is recorded in `folder`. */
export async function check(engine: IamEngine, folder: string): Promise<Checked> {
  const figures = new Map<string, Figures>();
  const faults = new Set<string>();
  const used = new Set<string>();
  const asked = new Set<string>();
  const figuresOf = (name: string): Figures => {
    const known = figures.get(name) ?? { calls: 0, requests: 0, permissions: 0, used: 0 };
    figures.set(name, known);
    return known;
  };

  /** Asks about `request`, and about the keys of what it reads or writes. */
  const ask = async (world: World, { by, request }: Asked, origin: string): Promise<void> => {
    const name = 'role' in by ? by.role : by.service;
    const permissions = 'role' in by ? (world.roles.get(by.role) ?? []) : [];
    for (const one of [
      request,
      ...keyRequestsOf(request, (resource) => keysOf(world, by, resource)).map(inherit(request)),
    ]) {
      const question = { by, permissions, request: one, resourcePolicy: world.policyFor(one.resource) };
      const answer = await world.ask(question);
      for (const permission of answer.usedPermissions) used.add(nameOf(permission, world.stack));
      const key = JSON.stringify([name, one]);
      if (!asked.has(key)) figuresOf(name).requests += 1;
      asked.add(key);
      if (!answer.isAllowed)
        faults.add(
          `${name}: ${one.action} on ${one.resource}${conditionsOf(one)} is not allowed (${answer.result}; ${origin})`,
        );
    }
  };

  const references = [packaged('observe'), packaged('enforce')];
  const worlds = references.map(({ template, configuration }) => worldOf(engine, template, configuration));
  for (const [place, { template, configuration }] of references.entries())
    for (const [id, role] of Object.entries(rolesFor(configuration)))
      if (!isDeepStrictEqual(template.Resources[id], role)) faults.add(`${id}: packaging ${place} writes another role`);

  const { calls, worldFor } = recordedIn(engine, folder, references);
  let ofNoFunction = 0;
  for (const call of calls) {
    if (call.by === undefined) {
      ofNoFunction += 1;
      continue;
    }
    const world = worldFor(call.configuration);
    const role = `${call.by.charAt(0).toUpperCase()}${call.by.slice(1)}Role`;
    if (!world.roles.has(role)) {
      faults.add(`${call.by}: ${call.origin} runs a function that serverless.yml does not have`);
      continue;
    }
    figuresOf(role).calls += 1;
    try {
      for (const request of requestsOf(call)) await ask(world, { by: { role }, request }, call.origin);
      if (call.operation === 'CreateSchedule')
        for (const one of scheduleRequests(call.input['Target'], world.stack)) await ask(world, one, call.origin);
    } catch (error) {
      faults.add(`${role}: ${call.origin}: ${call.operation}: ${error instanceof Error ? error.message : error}`);
    }
  }
  for (const world of worlds)
    for (const one of serviceRequests(world.stack)) await ask(world, one, 'how the template connects its resources');

  const all = new Map<string, Permission>();
  for (const { roles, stack } of worlds)
    for (const permission of [...roles.values()].flat()) all.set(nameOf(permission, stack), permission);
  for (const [name, permission] of all) {
    figuresOf(permission.role).permissions += 1;
    if (used.has(name)) figuresOf(permission.role).used += 1;
    else faults.add(`${name}: no recorded call used it`);
    const wrong = await wrongResource(engine, permission);
    if (wrong !== undefined) faults.add(`${name}: ${wrong}`);
  }
  return { figures, ofNoFunction, faults: [...faults] };
}

const conditionsOf = ({ context }: IamRequest): string =>
  Object.keys(context).length === 0 ? '' : ` with ${JSON.stringify(context)}`;

/** A service that uses a key for a request has the request's conditions too. */
const inherit =
  ({ context }: IamRequest) =>
  (request: IamRequest): IamRequest => ({ ...request, context: { ...context, ...request.context } });

/** The key of each target of a relay that has one. */
const relayKeys = new Map(
  Object.values(z.record(z.string(), z.record(z.string(), z.unknown())).parse(RELAYS)).flatMap(({ key, ...target }) =>
    typeof key === 'string' ? [[String(target['kinesis'] ?? target['queue'] ?? target['topic']), [key]] as const] : [],
  ),
);

/** The keys that may encrypt `resource`: those of the stack's own topics, and those that the configuration names. */
function keysOf({ stack, configuration }: World, by: Asker, resource: string): readonly string[] {
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

/** The calls in `folder`, and the world of a recorded configuration. */
function recordedIn(engine: IamEngine, folder: string, [reference]: readonly Packaged[]) {
  const calls = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => RecordedCall.parse(JSON.parse(line)));
  const worlds = new Map<string, World>();
  const worldFor = (name = ''): World => {
    const known = worlds.get(name);
    if (known !== undefined) return known;
    const path = join(folder, name);
    if (name === '' || !existsSync(path)) throw new Error(`${folder}: the configuration of a call is not recorded`);
    const configuration = loadConfiguration(path);
    const template = { Resources: { ...reference?.template.Resources, ...rolesFor(configuration) } };
    const world = worldOf(engine, template, configuration);
    worlds.set(name, world);
    return world;
  };
  return { calls, worldFor };
}
