/**
 * Serverless Framework plugin: brings `ground-control.yml` into the deployment.
 *
 * Before packaging, and before a local invocation, it validates the file (one line a mistake), adds its subscriptions to
 * the template and compiles it for the functions.
 */
import { join } from 'node:path';
import * as z from 'zod';
import type { Configuration } from '../schemas/configuration/file.ts';
import { COMPILED_CONFIGURATION, writeCompiledConfiguration } from './compiled-configuration.ts';
import { ConfigurationError, readConfigurationFile } from './configuration-file.ts';
import { subscriptionsOf } from './subscriptions.ts';

interface Serverless {
  readonly serviceDir: string;
  readonly service: {
    resources?: { Resources?: Record<string, unknown> };
    functions?: Record<string, { events?: { schedule?: { rate?: string[]; enabled?: boolean } }[] }>;
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

interface Utilities {
  readonly log: { notice(text: string): void; warning(text: string): void };
}

/** Domains nobody reads mail at (RFC 2606). */
const EXAMPLE_ADDRESS = /@(?:[\w-]+\.)*example(?:\.(?:com|org|net))?$/i;

export default class GroundControlPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor(serverless: Serverless, _options: unknown, { log }: Utilities) {
    const prepare = () => {
      const configuration = readOrRefuse(serverless.serviceDir, serverless.classes);
      writeCompiledConfiguration(configuration, join(serverless.serviceDir, COMPILED_CONFIGURATION));
      return configuration;
    };
    this.hooks = {
      'before:package:initialize': () => {
        const configuration = prepare();
        const resources = serverless.service.resources?.Resources ?? {};
        serverless.service.resources = {
          ...serverless.service.resources,
          Resources: { ...resources, ...subscriptionsOf(configuration) },
        };
        schedule(serverless, configuration);
        permit(serverless, configuration);
        const examples = [...configuration.subscribers.map(({ email }) => email), ...configuration.operators].filter(
          (email) => email !== undefined && EXAMPLE_ADDRESS.test(email),
        );
        if (configuration.subscribers.length === 0)
          log.warning('ground-control.yml names no subscribers: nobody will get e-mail or SMS.');
        if (configuration.operators.length === 0)
          log.warning('ground-control.yml names no operators: nobody hears the alarms of Ground Control itself.');
        if (examples.length > 0)
          log.warning(`ground-control.yml still has example addresses (${examples.join(', ')}): nobody reads them.`);
      },
      'before:invoke:local:invoke': prepare,
    };
  }
}

/** Sets how often reconciliation runs, and after what silence its alarm goes off. */
function schedule({ service }: Serverless, { reconciliation: { everyMinutes } }: Configuration): void {
  const running = typeof everyMinutes === 'number';
  for (const event of service.functions?.['reconciliation']?.events ?? []) {
    if (event.schedule === undefined) continue;
    event.schedule.enabled = running;
    if (running) event.schedule.rate = [`rate(${everyMinutes} minutes)`];
  }
  const resources = service.resources?.Resources;
  if (resources === undefined) return;
  if (!running) {
    delete resources['ReconciliationSilentAlarm'];
    return;
  }
  // The errors' period is as long: a failure that lasts is one alarm, and not one a run.
  for (const name of ['ReconciliationSilentAlarm', 'ReconciliationErrorsAlarm']) {
    const alarm = Alarm.parse(resources[name]);
    resources[name] = { ...alarm, Properties: { ...alarm.Properties, Period: everyMinutes * 60 } };
  }
}

/** What is only to be observed, the function may not do. */
function permit({ service }: Serverless, { labeling }: Configuration): void {
  const resources = service.resources?.Resources;
  if (resources !== undefined && labeling.mode !== 'enforce') delete resources['LabelingChainPolicy'];
}

const Alarm = z.looseObject({ Properties: z.looseObject({}) });

/** The configuration of the service, or an error in the framework's form: its message and no stack. */
export function readOrRefuse(serviceDir: string, classes: Serverless['classes']): Configuration {
  try {
    return readConfigurationFile(process.env['GROUND_CONTROL_FILE'] ?? join(serviceDir, 'ground-control.yml'));
  } catch (error) {
    if (error instanceof ConfigurationError) throw new classes.Error(error.message, 'GROUND_CONTROL_CONFIGURATION');
    throw error;
  }
}
