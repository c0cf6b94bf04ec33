/** The one way a SageMaker event is handled: read, decide, log, act. */
import { parse } from '@aws-lambda-powertools/parser';
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { type ActionSummary, summarise } from '../domain/action.ts';
import { resourceKey } from '../domain/change/identity.ts';
import { type Flaw, quarantine } from '../domain/change/quarantine.ts';
import type { Decide, Decision } from '../domain/decide.ts';
import type { Facts } from '../domain/facts.ts';
import type { StateChange } from '../schemas/event/state-change.ts';
import { buildServices, type Services } from './services.ts';

/** A decision without its contents: what is logged, and what the function returns. */
export interface DecisionRecord extends Omit<Decision, 'actions' | 'remember'> {
  readonly actions: readonly ActionSummary[];
}

export type Handler = (event: unknown, context: Context) => Promise<DecisionRecord>;
/**
 * A Lambda handler that reads events with `schema` and does what `decide` says.
 * Throws when an action failed, so that Lambda retries; never for input that cannot be read.
 */
export function handlerOf(
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  build: () => Services = buildServices,
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
    ? await decideInOrder(read.data, decide, { event, ...(await services.gather(read.data)) }, services)
    : quarantine(event, flawsOf(read.error));
  return carryOut(decision, context, services);
}

/** Keeps input that no schema reads, with what is wrong in it. */
export const keepUnreadable = (
  input: unknown,
  issues: readonly Flaw[],
  context: Context,
  services: Services,
): Promise<DecisionRecord> => carryOut(quarantine(input, issues), context, services);

/** Logs a decision, and executes it. */
async function carryOut(decision: Decision, context: Context, services: Services): Promise<DecisionRecord> {
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
