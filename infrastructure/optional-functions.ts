/** Functions that are deployed only with a setting, together with what exists only for them. */
import type { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import { lookUp } from '../schemas/look-up.ts';

interface OptionalFunction {
  /** The setting in `ground-control.yml`, in words. */
  readonly setting: string;
  readonly isOn: (configuration: FunctionConfiguration) => boolean;
  /** Logical ids of resources in `infrastructure/*.yml` that exist only with the function. */
  readonly resources: readonly string[];
}

/** By the function's name in `serverless.yml`. */
export const OPTIONAL_FUNCTIONS: Readonly<Record<string, OptionalFunction>> = {
  workerActivity: {
    setting: 'teams.live: on',
    isOn: ({ teams }) => teams.live,
    resources: ['WorkerActivityPermission', 'WorkerActivityUnreadableAlarm'],
  },
};

/** Whether the function called `name` in `serverless.yml` is deployed with this configuration. */
export const isDeployed = (name: string, configuration: FunctionConfiguration): boolean =>
  lookUp(OPTIONAL_FUNCTIONS, name)?.isOn(configuration) ?? true;

/** The part of the framework's service that this file changes. */
interface Service {
  readonly functions: Record<string, unknown>;
  readonly resources?: { readonly Resources?: Record<string, unknown> };
}

/**
 * Removes the functions whose setting is off, and their resources, from `service`. Call it before anything is derived
 * from the functions: roles, alarms and log groups then do not appear either.
 */
export function removeSwitchedOff({ functions, resources }: Service, configuration: FunctionConfiguration): void {
  for (const [name, { resources: own }] of Object.entries(OPTIONAL_FUNCTIONS)) {
    if (isDeployed(name, configuration)) continue;
    delete functions[name];
    for (const id of own) delete resources?.Resources?.[id];
  }
}
