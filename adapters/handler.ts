/** The one way a SageMaker event is handled: read, decide, log, act. */
import { Logger } from '@aws-lambda-powertools/logger';
import { parse } from '@aws-lambda-powertools/parser';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { type ActionSummary, summarise } from '../domain/action.ts';
import type { Metered } from '../domain/cost/meter.ts';
import { type Decision, type Flaw, handOver, quarantine } from '../domain/decide.ts';
import { resourceKey } from '../domain/identity.ts';
import type { FunctionConfiguration } from '../schemas/function-configuration.ts';
import type { Remembered } from '../schemas/remembered.ts';
import type { StateChange } from '../schemas/state-change.ts';
import { auditIn } from './audit.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';
import { loadConfiguration } from './configuration.ts';
import type { CostOf } from './costs-of-ends.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { type Execute, executorFor, type Guard } from './execute.ts';
import { type Table, tableNamed } from './table.ts';

/** A decision without its contents: what is logged, and what the function returns. */
export interface DecisionRecord extends Omit<Decision, 'actions' | 'remember'> {
  readonly actions: readonly ActionSummary[];
}

/** What a handler needs of the world, built once per cold start. */
export interface Services {
  readonly configuration: FunctionConfiguration;
  readonly table: Table;
  readonly costOf: CostOf;
  readonly execute: Execute;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** What is built first, and everything else with. */
export interface Foundation {
  readonly environment: Environment;
  readonly configuration: FunctionConfiguration;
  readonly dynamoDb: DynamoDBClient;
  readonly table: Table;
  readonly logger: Logger;
}

const NO_COST: CostOf = async () => undefined;

/** The services of a deployed function; `costOf` and `guard` where it has to do with what jobs cost. */
export function buildServices(
  costOf?: (foundation: Foundation) => CostOf,
  guard?: (foundation: Foundation) => Guard,
): Services {
  const environment = readEnvironment();
  const configuration = loadConfiguration(environment.GROUND_CONTROL_CONFIG);
  const dynamoDb = new DynamoDBClient(CLIENT_SETTINGS);
  const logger = new Logger({ serviceName: 'ground-control' });
  const { STATE_TABLE } = environment;
  const table = tableNamed(STATE_TABLE, configuration.keepDays, dynamoDb);
  const foundation = { environment, configuration, dynamoDb, table, logger };
  const audit = auditIn(STATE_TABLE, configuration.keepDays, dynamoDb);
  return {
    configuration,
    table,
    costOf: costOf?.(foundation) ?? NO_COST,
    execute: executorFor(environment, configuration.keepDays, table, audit, dynamoDb, guard?.(foundation)),
    logger,
  };
}

export type Handler = (event: unknown, context: Context) => Promise<DecisionRecord>;
export type Decide = (
  change: StateChange,
  before: Remembered | undefined,
  configuration: FunctionConfiguration,
  cost?: Metered,
) => Decision;

/**
 * A Lambda handler that reads events with `schema` and does what `decide` says.
 * Throws when an action failed, so that Lambda retries; never for input that cannot be read.
 */
export function handlerOf(
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  build: () => Services = () => buildServices(),
): Handler {
  let services: Services | undefined;
  return (event, context) => {
    services ??= build();
    return handle(event, context, schema, decide, services);
  };
}

/** Reads one event, decides on it, logs the decision and carries it out. */
export async function handle(
  event: unknown,
  context: Context,
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  services: Services,
): Promise<DecisionRecord> {
  const read = parse(event, undefined, schema, true);
  const cost = read.success ? await services.costOf(read.data) : undefined;
  const decision = !read.success
    ? quarantine(event, flawsOf(read.error))
    : cost === 'ask'
      ? handOver(event, read.data)
      : await decideInOrder(read.data, decide, cost, services);
  const { remember: _, ...decided } = decision;
  const record = { ...decided, actions: decision.actions.map(summarise) };
  services.logger[decision.outcome === 'quarantined' ? 'warn' : 'info']('decision', { ...record });
  await services.execute(decision, context);
  return record;
}

/** Copies of an event handled at the same time; more than a few is a fault of something else. */
const MOST_ATTEMPTS = 10;

/** Decides on what is remembered, and remembers what is decided, as one step: when somebody else wrote meanwhile, again. */
async function decideInOrder(
  change: StateChange,
  decide: Decide,
  cost: Metered | undefined,
  { table, configuration }: Services,
): Promise<Decision> {
  const key = resourceKey(change);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const decision = decide(change, await table.recall(key), configuration, cost);
    if (decision.remember === undefined || (await table.remember(key, decision.remember))) return decision;
  }
  throw new Error(`${key} was written ${MOST_ATTEMPTS} times by others while this event was decided on`);
}

/** Powertools keeps the schema's issues as the cause of its error. */
function flawsOf(error: Error | undefined): Flaw[] {
  const issues = Array.isArray(error?.cause) ? error.cause : [];
  return issues.map(({ path, message }: { path?: readonly PropertyKey[]; message: string }) => ({
    path: path ?? [],
    message,
  }));
}
