/** The services that a handler uses. They are built once per cold start. */
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLE_SETTINGS } from '../adapters/client-settings.ts';
import { loadConfiguration } from '../adapters/configuration.ts';
import { auditIn } from '../adapters/dynamodb/audit.ts';
import { partsIn } from '../adapters/dynamodb/delivery/parts.ts';
import { type ResourceTable, resourceTableIn } from '../adapters/dynamodb/resource-table.ts';
import { type Environment, readEnvironment } from '../adapters/environment.ts';
import { hasEnded, judge } from '../domain/change/outcome.ts';
import type { Facts } from '../domain/facts.ts';
import { mayBeOfStep } from '../domain/parts/parent.ts';
import type { FunctionConfiguration } from '../schemas/configuration/compiled.ts';
import type { StateChange } from '../schemas/event/state-change.ts';
import type { Parent } from '../schemas/stored/part.ts';
import { type Execute, executorFor, type Powers } from './execute.ts';
import { type Relays, relaysIn } from './relay.ts';

/** Collects the facts that a decision about `change` needs and that are not in the event. */
export type Gather = (change: StateChange) => Promise<Facts>;

/** Collects the facts of all `gathers`, one after the other. */
export const gatherAll =
  (...gathers: readonly Gather[]): Gather =>
  async (change) => {
    const all: Facts[] = [];
    for (const gather of gathers) all.push(await gather(change));
    return Object.assign({}, ...all);
  };

/** What the handler of an event uses. */
export interface Services {
  readonly configuration: FunctionConfiguration;
  readonly table: ResourceTable;
  readonly gather: Gather;
  /** What a job belongs to, as a step of a pipeline has told. */
  readonly parentOf: (change: StateChange) => Promise<Parent | undefined>;
  readonly execute: Execute;
  /** Publishes what is still owed to other systems. */
  readonly relays: Pick<Relays, 'publishOwed' | 'publishKept'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** What every function has. Its other services are built from this. */
export interface Foundation {
  readonly environment: Environment;
  readonly configuration: FunctionConfiguration;
  readonly dynamoDb: DynamoDBClient;
  readonly table: ResourceTable;
  readonly logger: Logger;
}

/** Reads the environment and the configuration. Throws an error that names every mistake in them. */
export function buildFoundation(): Foundation {
  const environment = readEnvironment();
  const configuration = loadConfiguration(environment.GROUND_CONTROL_CONFIG);
  const dynamoDb = new DynamoDBClient(TABLE_SETTINGS);
  return {
    environment,
    configuration,
    dynamoDb,
    table: resourceTableIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb),
    logger: new Logger({ serviceName: 'ground-control' }),
  };
}

/** The services of a function that only reads events and sends alerts. */
export const buildServices = (): Services => servicesOn(buildFoundation());

/**
 * Services built from `foundation`. `gather` collects facts; `powers` are the actions that only this function may do.
 */
export function servicesOn(
  foundation: Foundation,
  { gather = async () => ({}), powers = {} }: { readonly gather?: Gather; readonly powers?: Partial<Powers> } = {},
): Services {
  const { environment, configuration, dynamoDb, table, logger } = foundation;
  const audit = auditIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb);
  const world = {
    environment,
    daysKept: configuration.keepDays,
    table,
    audit,
    dynamoDb,
    isRelaying: configuration.relays.on,
    delivery: configuration.delivery,
    isCounted: configuration.dashboard,
  };
  return {
    ...{ configuration, table, gather, logger },
    parentOf: async (change) =>
      configuration.delivery.collapse && mayBeOfStep(change) && hasEnded(change, judge(change))
        ? partsIn(environment.STATE_TABLE, dynamoDb).parentOf(change.resource.arn ?? '')
        : undefined,
    execute: executorFor(world, powers),
    relays: relaysIn(world),
  };
}
