/** Tells functions where to publish. */
import { hasBase } from '../../handlers/grants.ts';
import type { Relays } from '../../schemas/configuration/relays-section.ts';
import { BUS } from './names.ts';

/** A function of `serverless.yml`; only the field that this file changes. */
interface Publisher {
  environment?: Record<string, unknown>;
}

/** Gives each function that handles events the name of the bus. Changes nothing without relays. */
export function nameBus(functions: Readonly<Record<string, Publisher>>, { on }: Pick<Relays, 'on'>): void {
  if (!on) return;
  for (const [name, definition] of Object.entries(functions))
    if (hasBase(name)) definition.environment = { ...definition.environment, RELAY_BUS_NAME: { Ref: BUS } };
}
