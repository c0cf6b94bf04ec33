/** Checks the permissions of roles against the calls that were recorded. */
import { isDeepStrictEqual } from 'node:util';
import type { IamEngine } from '../../tools/iam-engine.ts';
import { type IamRequest, requestsOf } from './iam-requests.ts';
import { type Packaged, rolesFor } from './packaged.ts';
import type { Recorded } from './recorded.ts';
import { missingCondition, wrongResource } from './resource-types.ts';
import { nameOf, type Permission } from './roles.ts';
import { type Asked, scheduleRequests, serviceRequests, unencryptedRequests } from './service-requests.ts';
import { strangersOf } from './strangers.ts';
import { type Plant, type World, worldOf } from './world.ts';

/** Figures of a role, or of a service that resource policies let in. */
export interface Figures {
  /** Calls that were recorded. */
  calls: number;
  /** Different requests to IAM. */
  requests: number;
  permissions: number;
  used: number;
}

export interface Checked {
  /** By role or service. */
  readonly figures: ReadonlyMap<string, Figures>;
  /** Calls outside the handlers of functions: of tests, and of parts that tests call directly. */
  readonly ofNoFunction: number;
  /** Requests that had to be refused, because they differ in one thing from one that is allowed. */
  readonly refused: number;
  /** What is wrong: one line each. */
  readonly faults: readonly string[];
}

/** Adds up what requests show. */
class Tally {
  readonly figures = new Map<string, Figures>();
  readonly faults = new Set<string>();
  readonly used = new Set<string>();
  /** Requests that had to be refused. */
  refused = 0;
  readonly #asked = new Set<string>();

  figuresOf(name: string): Figures {
    const figures = this.figures.get(name) ?? { calls: 0, requests: 0, permissions: 0, used: 0 };
    this.figures.set(name, figures);
    return figures;
  }

  /** Asks `world`. `origin` says where the request comes from. */
  async ask(world: World, asked: Asked, origin: string): Promise<void> {
    const name = 'role' in asked.by ? asked.by.role : asked.by.service;
    for (const { request, isAllowed, result, usedPermissions } of await world.ask(asked)) {
      for (const permission of usedPermissions) this.used.add(nameOf(permission, world.stack));
      const key = JSON.stringify([name, request]);
      if (!this.#asked.has(key)) {
        this.figuresOf(name).requests += 1;
        if (isAllowed) await this.#refuseStrangers(world, { by: asked.by, request });
      }
      this.#asked.add(key);
      if (!isAllowed && !MADE_UP.test(request.resource))
        this.faults.add(
          `${name}: ${request.action} on ${request.resource}${conditionsOf(request)}: ${result}, ${origin}`,
        );
    }
  }

  /** What differs from `asked` in one thing must be refused. */
  async #refuseStrangers(world: World, { by, request }: Asked): Promise<void> {
    const name = 'role' in by ? by.role : by.service;
    const isOwn = name.startsWith('Relay') || world.stack.withLogicalId(request.resource) !== undefined;
    for (const stranger of strangersOf(request, isOwn)) {
      const [answer] = await world.ask({ by, request: stranger });
      this.refused += 1;
      if (answer?.isAllowed === true)
        this.faults.add(`${name}: ${stranger.action} on ${stranger.resource}${conditionsOf(stranger)} is allowed too`);
    }
  }

  /** Asks about every call of a function. Returns how many calls no function made. */
  async askAbout(recorded: Recorded, engine: IamEngine, plant?: Plant): Promise<number> {
    const worldFor = recorded.worldOf(engine, plant);
    let ofNoFunction = 0;
    for (const call of recorded.calls) {
      if (call.by === undefined) {
        ofNoFunction += 1;
        continue;
      }
      const role = roleOf(call.by);
      this.figuresOf(role).calls += 1;
      try {
        const world = worldFor(call);
        if (!world.roles.has(role)) throw new Error('serverless.yml has no such function');
        for (const request of requestsOf(call)) await this.ask(world, { by: { role }, request }, call.origin);
        if (call.operation === 'CreateSchedule')
          for (const one of scheduleRequests(call.input, world.stack)) await this.ask(world, one, call.origin);
      } catch (error) {
        const why = error instanceof Error ? error.message : error;
        this.faults.add(`${role}: ${call.operation}: ${why}, ${call.origin}`);
      }
    }
    return ofNoFunction;
  }
}

/** Tests point functions at topics and tables that do not exist, to see them fail. */
const MADE_UP = /[:/](?:no-such-\w+|[\w-]+-that-is-not-there)$/;

/** The logical id of the role of the function called `name`, as the framework begins logical ids. */
export const roleOf = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Role`;

const conditionsOf = ({ context }: IamRequest): string =>
  Object.keys(context).length === 0 ? '' : ` with ${JSON.stringify(context)}`;

/**
 * Asks `engine` about all calls of `recordings`, and about how `packages` connect their resources. Every permission of
 * the packages must be used.
 */
export async function check(
  engine: IamEngine,
  packages: readonly Packaged[],
  recordings: readonly Recorded[],
  plant?: Plant,
): Promise<Checked> {
  const tally = new Tally();
  const { faults } = tally;
  let ofNoFunction = 0;
  for (const recorded of recordings) ofNoFunction += await tally.askAbout(recorded, engine, plant);
  const all = new Map<string, { readonly permission: Permission; readonly isOwn: boolean }>();
  for (const { template, configuration } of packages) {
    for (const [id, role] of Object.entries(rolesFor(configuration)))
      if (!isDeepStrictEqual(template.Resources[id], role)) faults.add(`${id}: packaging writes another role`);
    const world = worldOf(engine, template, configuration, plant);
    for (const one of serviceRequests(world.stack)) await tally.ask(world, one, 'how the stack connects its resources');
    for (const request of unencryptedRequests(world.stack)) {
      const [answer] = await world.ask({ by: { role: roleOf('budget') }, request });
      if (answer?.result !== 'ExplicitlyDenied')
        faults.add(`${request.resource}: ${request.action} over an unencrypted connection: ${answer?.result}`);
    }
    for (const one of [...world.roles.values()].flat())
      all.set(nameOf(one, world.stack), {
        permission: one,
        isOwn: world.stack.withLogicalId(one.resource) !== undefined,
      });
  }
  for (const [name, { permission, isOwn }] of all) {
    const figures = tally.figuresOf(permission.role);
    figures.permissions += 1;
    if (tally.used.has(name)) figures.used += 1;
    else faults.add(`${name}: used by no recorded call`);
    // Keys of relays are for one queue or stream, which the configuration names.
    const isFree = !permission.role.startsWith('Relay') && !isOwn;
    for (const wrong of [await wrongResource(engine, permission), isFree ? missingCondition(permission) : undefined])
      if (wrong !== undefined) faults.add(`${name}: ${wrong}`);
  }
  return { figures: tally.figures, ofNoFunction, refused: tally.refused, faults: [...faults] };
}
