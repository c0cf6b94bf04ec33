/** What tests recorded: calls, and the stacks whose roles must allow them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '../../adapters/configuration.ts';
import type { IamEngine } from '../../tools/iam-engine.ts';
import { RecordedCall } from '../record/recorded-call.ts';
import { type Packaged, rolesFor } from './packaged.ts';
import { type Plant, type World, worldOf } from './world.ts';

export interface Recorded {
  readonly calls: readonly RecordedCall[];
  /** The stack of the function that made a call. Throws for a call whose configuration was not recorded. */
  readonly worldOf: (engine: IamEngine, plant?: Plant) => (call: RecordedCall) => World;
}

const callsIn = (folder: string): readonly RecordedCall[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder)
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
        .map((line) => RecordedCall.parse(JSON.parse(line)));

/**
 * What offline tests recorded in `folder`. A function has the role that packaging makes for the configuration that it ran
 * with; everything else is as in `reference`.
 */
export const offlineIn = (folder: string, reference: Packaged): Recorded => ({
  calls: callsIn(folder),
  worldOf: (engine, plant) => {
    const worlds = new Map<string, World>();
    return ({ configuration: name = '' }) => {
      const known = worlds.get(name);
      if (known !== undefined) return known;
      const path = join(folder, name);
      if (name === '' || !existsSync(path)) throw new Error(`${folder}: the configuration of a call is not recorded`);
      const configuration = loadConfiguration(path);
      const template = { Resources: { ...reference.template.Resources, ...rolesFor(configuration) } };
      const world = worldOf(engine, template, configuration, plant);
      worlds.set(name, world);
      return world;
    };
  },
});

/** What the deployment test recorded below `folder`, if it ran: the deployed template has the roles. */
export function deploymentIn(folder: string): readonly Recorded[] {
  const at = (name: string) => join(folder, 'deployment', name);
  if (!existsSync(at('template.json'))) return [];
  const read = (name: string) => JSON.parse(readFileSync(at(name), 'utf8'));
  return [
    {
      calls: callsIn(at('')),
      worldOf: (engine, plant) => {
        const configuration = loadConfiguration(at('configuration.json'));
        const world = worldOf(engine, read('template.json'), configuration, plant, read('physical-ids.json'));
        return () => world;
      },
    },
  ];
}

/** Calls of the commands that deployed and removed the stage below `folder`. */
export const commandsIn = (folder: string): readonly RecordedCall[] => callsIn(join(folder, 'deployment/commands'));
