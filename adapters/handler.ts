/** The one way a SageMaker event is handled: read, decide, log, act. */
import { Logger } from '@aws-lambda-powertools/logger';
import { parse } from '@aws-lambda-powertools/parser';
import type * as z from 'zod/mini';
import { type ActionSummary, summarise } from '../domain/action.ts';
import { type Decision, type Flaw, quarantine } from '../domain/decide.ts';
import type { FunctionConfiguration } from '../schemas/function-configuration.ts';
import type { StateChange } from '../schemas/state-change.ts';
import { loadConfiguration } from './configuration.ts';
import { readEnvironment } from './environment.ts';
import { type Execute, executorFor } from './execute.ts';

/** A decision without its contents: what is logged, and what the function returns. */
export interface DecisionRecord extends Omit<Decision, 'actions'> {
  readonly actions: readonly ActionSummary[];
}

/** What a handler needs of the world, built once per cold start. */
export interface Services {
  readonly configuration: FunctionConfiguration;
  readonly execute: Execute;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** The services of a deployed function. */
export function buildServices(): Services {
  const environment = readEnvironment();
  return {
    configuration: loadConfiguration(environment.GROUND_CONTROL_CONFIG),
    execute: executorFor(environment),
    logger: new Logger({ serviceName: 'ground-control' }),
  };
}

export type Handler = (event: unknown) => Promise<DecisionRecord>;

/**
 * A Lambda handler that reads events with `schema` and does what `decide` says.
 * Throws when an action failed, so that Lambda retries; never for input that cannot be read.
 */
export function handlerOf(
  schema: z.ZodMiniType<StateChange>,
  decide: (change: StateChange, configuration: FunctionConfiguration) => Decision,
  build: () => Services = buildServices,
): Handler {
  let services: Services | undefined;
  return async (event) => {
    services ??= build();
    const read = parse(event, undefined, schema, true);
    const decision = read.success ? decide(read.data, services.configuration) : quarantine(event, flawsOf(read.error));
    const record = { ...decision, actions: decision.actions.map(summarise) };
    services.logger[decision.outcome === 'quarantined' ? 'warn' : 'info']('decision', { ...record });
    await services.execute(decision.actions);
    return record;
  };
}

/** Powertools keeps the schema's issues as the cause of its error. */
function flawsOf(error: Error | undefined): Flaw[] {
  const issues = Array.isArray(error?.cause) ? error.cause : [];
  return issues.map(({ path, message }: { path?: readonly PropertyKey[]; message: string }) => ({
    path: path ?? [],
    message,
  }));
}
