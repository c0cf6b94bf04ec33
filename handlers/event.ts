/** The one way a SageMaker event is handled: read, decide, log, act. */
import { Logger } from '@aws-lambda-powertools/logger';
import { parse } from '@aws-lambda-powertools/parser';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../adapters/client-settings.ts';
import { loadConfiguration } from '../adapters/configuration.ts';
import { auditIn } from '../adapters/dynamodb/audit.ts';
import { type Table, tableNamed } from '../adapters/dynamodb/resource-table.ts';
import { type Environment, readEnvironment } from '../adapters/environment.ts';
import { type ActionSummary, summarise } from '../domain/action.ts';
import { resourceKey } from '../domain/change/identity.ts';
import { type Flaw, quarantine } from '../domain/change/quarantine.ts';
import type { Decide, Decision } from '../domain/decide.ts';
import type { Facts } from '../domain/facts.ts';
import type { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import type { StateChange } from '../schemas/event/state-change.ts';
import { type Execute, executorFor, type Powers } from './execute.ts';

/** A decision without its contents: what is logged, and what the function returns. */
export interface DecisionRecord extends Omit<Decision, 'actions' | 'remember'> {
  readonly actions: readonly ActionSummary[];
}

/** Finds out what a decision on `change`, which was read from `event`, stands on besides. */
export type Gather = (change: StateChange, event: unknown) => Promise<Facts>;

/** What a handler needs of the world, built once per cold start. */
export interface Services {
  readonly configuration: FunctionConfiguration;
  readonly table: Table;
  readonly gather: Gather;
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

const NOTHING: Gather = async () => ({});

/** The services of a deployed function: how it finds out more than events tell, and what it alone may do. */
export function buildServices(
  gather?: (foundation: Foundation) => Gather,
  powers?: (foundation: Foundation) => Partial<Powers>,
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
    gather: gather?.(foundation) ?? NOTHING,
    execute: executorFor(environment, configuration.keepDays, table, audit, dynamoDb, powers?.(foundation)),
    logger,
  };
}

export type Handler = (event: unknown, context: Context) => Promise<DecisionRecord>;
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
  const decision = read.success
    ? await decideInOrder(read.data, decide, await services.gather(read.data, event), services)
    : quarantine(event, flawsOf(read.error));
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
  facts: Facts,
  { table, configuration }: Services,
): Promise<Decision> {
  const key = resourceKey(change);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const decision = decide(change, await table.recall(key), configuration, facts);
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
