/**
 * How every function handles a SageMaker event: it reads the event, decides, logs the decision and executes its
 * actions.
 */
import { randomUUID } from 'node:crypto';
import { parse } from '@aws-lambda-powertools/parser';
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { type Action, type ActionSummary, owedBy, summarise } from '../domain/action.ts';
import { claim, isHeldBy, isHeldByAnother } from '../domain/change/claim.ts';
import { resourceKey } from '../domain/change/identity.ts';
import { type Flaw, quarantine } from '../domain/change/quarantine.ts';
import { redriveOf } from '../domain/change/redriven.ts';
import type { Decide, Decision } from '../domain/decide.ts';
import type { Facts } from '../domain/facts.ts';
import type { StateChange } from '../schemas/event/state-change.ts';
import type { Remembered } from '../schemas/stored/resource.ts';
import { initialised, lazy } from './lazy.ts';
import { buildServices, type Services } from './services.ts';

/** A decision as it is logged and returned: its actions are summaries, without text of other people. */
export interface DecisionRecord extends Omit<Decision, 'actions' | 'remember'> {
  readonly actions: readonly ActionSummary[];
}

export type Handler = (event: unknown, context: Context) => Promise<DecisionRecord>;

/**
 * A Lambda handler that reads events with `schema` and executes the actions that `decide` returns. `build` makes the
 * services: while Lambda initialises the function, and elsewhere at the first event. Throws when an action failed, so
 * that Lambda retries the event. Input that `schema` cannot read is quarantined, and the invocation succeeds.
 */
export function handlerOf(
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  build: () => Services = buildServices,
): Handler {
  const services = lazy(initialised(build));
  return async (event, context) => handle(event, context, schema, decide, services());
}

/**
 * Reads one event, decides, logs the decision and executes its actions. Throws when facts, the table or an action
 * failed.
 */
export async function handle(
  event: unknown,
  context: Context,
  schema: z.ZodMiniType<StateChange>,
  decide: Decide,
  services: Services,
): Promise<DecisionRecord> {
  const read = parse(event, undefined, schema, true);
  if (!read.success) return keepUnreadable(event, flawsOf(read.error), context, services);
  return handleChange(read.data, event, context, decide, services);
}

/**
 * Decides on a change, logs the decision and executes its actions. `received` is what reported the change: operators
 * get it when its alert is given up. Throws when facts, the table or an action failed.
 */
export async function handleChange(
  change: StateChange,
  received: unknown,
  context: Context,
  decide: Decide,
  services: Services,
): Promise<DecisionRecord> {
  const [facts, parent] = await Promise.all([services.gather(change), services.parentOf(change)]);
  const known = { redrive: redriveOf(received), parent, ...facts };
  const decision = await decideInOrder(change, decide, known, context, services);
  return logAndExecute(decision, received, context, services);
}

/** Quarantines input that no schema reads, with the reasons. */
export const keepUnreadable = (
  input: unknown,
  issues: readonly Flaw[],
  context: Context,
  services: Services,
): Promise<DecisionRecord> => logAndExecute(quarantine(input, issues), input, context, services);

/** Logs a decision, and executes its actions. */
async function logAndExecute(
  decision: Decision,
  event: unknown,
  context: Context,
  services: Services,
): Promise<DecisionRecord> {
  const { remember: _, ...decided } = decision;
  const record = { ...decided, actions: decision.actions.map(summarise) };
  services.logger[decision.outcome === 'quarantined' ? 'warn' : 'info']('decision', { ...record });
  await services.execute({ ...decision, event }, context);
  return record;
}

/** Only copies of an event that are handled at the same time collide. More attempts than this mean another fault. */
const MOST_ATTEMPTS = 10;

/**
 * Decides on the resource's item in the table, and writes the new item with a claim on what it owes. When another
 * function wrote the item in between, it reads the item and decides again, so that no decision rests on an old item.
 * Throws `ClaimedByAnother` when another function works on what the item owes.
 */
async function decideInOrder(
  change: StateChange,
  decide: Decide,
  facts: Facts,
  context: Context,
  { table, configuration }: Services,
): Promise<Decision> {
  const key = resourceKey(change);
  const id = randomUUID();
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const before = await table.recall(key);
    const decision = withoutHeld(decide(change, before, configuration, facts), before, id);
    if (decision.remember === undefined) return decision;
    const owed = decision.actions.flatMap((action) => owedBy(action)?.settles ?? []);
    // Our own write: it took effect, although its answer was lost.
    if (before !== undefined && isHeldBy(before, owed, id)) return { ...decision, remember: before };
    const left = context.getRemainingTimeInMillis();
    const remember = claim(decision.remember, owed, { id, now: Date.now(), left, redrive: facts.redrive });
    try {
      if (await table.remember(key, remember)) return { ...decision, remember };
    } catch (error) {
      // The write may have taken effect, although its answers were lost. Nothing was sent, so the attempts do not count.
      await Promise.allSettled(owed.map((name) => table.giveBack(key, name, id)));
      throw error;
    }
  }
  throw new Error(
    `the item resource#${key} changed during each of ${MOST_ATTEMPTS} attempts to decide; Lambda retries the event`,
  );
}

/**
 * `decision` without the budget checks that another invocation requests at this moment, and without what it publishes for
 * other systems. Two events of a starting job need the same check. If the other invocation dies, reconciliation finds
 * what is still owed.
 */
function withoutHeld(decision: Decision, before: Remembered | undefined, id: string): Decision {
  const isHeld = (action: Action) =>
    (action.kind === 'check-budget' || action.kind === 'relay') &&
    isHeldByAnother(before, owedBy(action)?.settles ?? '', id, Date.now());
  return { ...decision, actions: decision.actions.filter((action) => !isHeld(action)) };
}

/** The schema's issues: Powertools puts them into the `cause` of its error. */
function flawsOf(error: Error | undefined): Flaw[] {
  const issues = Array.isArray(error?.cause) ? error.cause : [];
  return issues.map(({ path, message }: { path?: readonly PropertyKey[]; message: string }) => ({
    path: path ?? [],
    message,
  }));
}
