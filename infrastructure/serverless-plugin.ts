/**
 * Serverless Framework plugin that applies `ground-control.yml` to the deployment.
 *
 * Before packaging and before a local invocation, it validates the file and compiles it for the functions. A mistake
 * stops the command with one line per mistake. Before packaging, it also removes functions that are switched off, and
 * adds the subscriptions, roles, alarms, relays and accepted findings to the template. It refuses the finished template
 * if AWS would: for a name that is too long, or too many resources. After a deployment, it says what to do next.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { sendsAlerts } from '../handlers/grants.ts';
import type { Configuration } from '../schemas/configuration/file.ts';
import { COMPILED_CONFIGURATION, writeCompiledConfiguration } from './compiled-configuration.ts';
import { ConfigurationError, readConfigurationFile } from './configuration-file.ts';
import { dashboardOf } from './dashboard/dashboard.ts';
import { wordsAfterDeploy } from './deployment/words.ts';
import { type Pattern, patternOf } from './event-patterns.ts';
import { tooLongNames } from './limits/names.ts';
import { tooManyResources } from './limits/resources.ts';
import { removeUnwanted, scheduleTeamReport } from './optional.ts';
import {
  acceptedFindings,
  type FunctionDefinition,
  type Functions,
  functionId,
  resourcesOf,
  roleOf,
} from './per-function.ts';
import type { Deployment } from './relays/mistakes.ts';
import { nameBus } from './relays/name-bus.ts';
import { busOf } from './relays/names.ts';
import { relayResources } from './relays/resources.ts';
import { subscriptionsOf } from './subscriptions.ts';

/** The framework's own object for a function. The framework reads it after this plugin has changed it. */
interface ServerlessFunction extends FunctionDefinition {
  handler?: string;
  role?: string;
  environment?: Record<string, unknown>;
  dependsOn?: unknown;
  readonly events: { eventBridge?: { pattern: Pattern }; schedule?: { rate: string[]; enabled: boolean } }[];
}

interface Serverless {
  readonly serviceDir: string;
  readonly service: {
    readonly service: string;
    readonly provider: {
      readonly stage: string;
      readonly region: string;
      /** Finished before it is saved. */
      readonly compiledCloudFormationTemplate?: { readonly Resources: Readonly<Record<string, unknown>> };
    };
    resources?: { Resources?: Record<string, unknown>; extensions?: Record<string, unknown> };
    readonly functions: Record<string, ServerlessFunction>;
  };
  /** The command of this run: `['deploy']`. */
  readonly processedInput: { readonly commands: readonly string[] };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

interface Utilities {
  readonly log: { notice(text: string): void; warning(text: string): void };
}

const NO_CODE = 'infrastructure/permissions/no-code.handler';

/** Domains reserved for examples (RFC 2606): nobody reads mail there. */
const EXAMPLE_ADDRESS = /@(?:[\w-]+\.)*example(?:\.(?:com|org|net))?$/i;

export default class GroundControlPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor(serverless: Serverless, _options: unknown, { log }: Utilities) {
    const prepare = (deployment?: Deployment) => {
      const configuration = readOrRefuse(serverless.serviceDir, serverless.classes, deployment);
      writeCompiledConfiguration(configuration, join(serverless.serviceDir, COMPILED_CONFIGURATION));
      return configuration;
    };
    const refuse = (why: string | undefined) => {
      if (why !== undefined) throw new serverless.classes.Error(why, 'GROUND_CONTROL_LIMIT');
    };
    this.hooks = {
      'before:package:initialize': () => {
        const { service, provider } = serverless.service;
        const bus = busOf({ service, stage: provider.stage });
        const configuration = prepare({ region: provider.region, bus });
        derive(serverless.service, configuration);
        // `npm run permissions` reads the template alone: bundling every function takes most of the time.
        if (process.env['GROUND_CONTROL_TEMPLATE_ONLY'] !== undefined)
          for (const definition of Object.values(serverless.service.functions)) definition.handler = NO_CODE;
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
      // The framework and all plugins have added their resources.
      'before:aws:package:finalize:saveServiceState': () => {
        const { service, provider } = serverless.service;
        const resources = provider.compiledCloudFormationTemplate?.Resources ?? {};
        refuse(tooLongNames(resources, { service, stage: provider.stage }));
        refuse(tooManyResources(resources));
      },
      // After the framework's own words about the deployment.
      finalize: () => {
        const { service, provider } = serverless.service;
        if (serverless.processedInput.commands.join(' ') !== 'deploy') return;
        const configuration = readOrRefuse(serverless.serviceDir, serverless.classes);
        log.notice(`\n${wordsAfterDeploy(configuration, { service, ...provider })}`);
      },
      'before:invoke:local:invoke': () => {
        prepare();
      },
    };
  }
}

/** Adds everything that is derived from the functions and the configuration to `service`. */
function derive(service: Serverless['service'], configuration: Configuration): void {
  const { service: name, provider, resources } = service;
  const stack = { service: name, stage: provider.stage };
  removeUnwanted(service.functions, resources?.Resources ?? {}, configuration);
  nameBus(service.functions, configuration.relays);
  for (const [functionName, definition] of Object.entries(service.functions)) {
    definition.role = roleOf(functionName);
    if (sendsAlerts(functionName)) definition.dependsOn = [...idsIn(definition.dependsOn), functionId('digest')];
    for (const { eventBridge } of definition.events)
      if (eventBridge !== undefined)
        eventBridge.pattern = patternOf(functionName, eventBridge.pattern, service.functions);
  }
  service.resources = {
    ...resources,
    Resources: {
      ...resources?.Resources,
      ...resourcesOf(service.functions, configuration, stack),
      ...subscriptionsOf(configuration, publishersIn(service.functions)),
      ...relayResources(configuration.relays, stack),
      ...dashboardOf(service.functions, Object.keys(configuration.relays.to), stack, configuration.dashboard),
    },
    extensions: { ...resources?.extensions, ...acceptedFindings(service.functions) },
  };
  scheduleReconciliation(service, configuration);
  scheduleTeamReport(service.resources.Resources ?? {}, configuration);
}

/** The functions that send alerts, by logical id. */
const publishersIn = (functions: Functions): string[] =>
  Object.keys(functions).flatMap((name) => (sendsAlerts(name) || name === 'digest' ? [functionId(name)] : []));

/** The logical ids in a `dependsOn` of `serverless.yml`. */
const idsIn = (dependsOn: unknown): string[] => z.array(z.string()).catch([]).parse(dependsOn);

/**
 * Sets how often reconciliation runs, and the periods and limits of its alarms. When it is off, removes the alarms about
 * missing and late runs.
 */
function scheduleReconciliation(
  service: Serverless['service'],
  { reconciliation: { everyMinutes } }: Configuration,
): void {
  const running = typeof everyMinutes === 'number';
  for (const event of service.functions['reconciliation']?.events ?? []) {
    if (event.schedule === undefined) continue;
    event.schedule.enabled = running;
    if (running) event.schedule.rate = [`rate(${everyMinutes} minutes)`];
  }
  const resources = service.resources?.Resources;
  if (resources === undefined) return;
  if (!running) {
    delete resources['ReconciliationSilentAlarm'];
    delete resources['ReconciliationLateAlarm'];
    return;
  }
  const change = (name: string, properties: object) => {
    const alarm = Alarm.parse(resources[name]);
    resources[name] = { ...alarm, Properties: { ...alarm.Properties, Period: everyMinutes * 60, ...properties } };
  };
  // With a shorter period, the errors alarm would clear between two runs and notify again at each failed run.
  change('ReconciliationErrorsAlarm', {});
  // A run may take 14 minutes and its continuation as long, so half an hour is the least.
  change('ReconciliationSilentAlarm', { EvaluationPeriods: Math.max(3, Math.ceil(30 / everyMinutes)) });
  // An hour, and the time for which a change waits for its first run beyond the usual 15 minutes.
  change('ReconciliationLateAlarm', { Threshold: 3600 + 60 * Math.max(0, everyMinutes - 15) });
}

const Alarm = z.looseObject({ Properties: z.looseObject({}) });

/**
 * The configuration of the service in `serviceDir`, or of the file that GROUND_CONTROL_FILE names. Throws mistakes as
 * the framework's own error, which it prints without a stack.
 */
export function readOrRefuse(
  serviceDir: string,
  classes: Serverless['classes'],
  deployment?: Deployment,
): Configuration {
  try {
    return readConfigurationFile(
      process.env['GROUND_CONTROL_FILE'] ?? join(serviceDir, 'ground-control.yml'),
      deployment,
    );
  } catch (error) {
    if (error instanceof ConfigurationError) throw new classes.Error(error.message, 'GROUND_CONTROL_CONFIGURATION');
    throw error;
  }
}
