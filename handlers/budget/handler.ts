/**
 * The Lambda handler that watches what jobs cost: asked by the functions of events, by schedules and by reconciliation.
 *
 * It describes the job, works out what it has cost, decides and acts. Being asked twice, late or for nothing does no harm. It
 * also handles events whose cost only SageMaker and the Price List can tell.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { nameOf } from '../../adapters/sagemaker/stop-job.ts';
import { inputsOf } from '../../adapters/sqs/received.ts';
import { type ActionSummary, summarise } from '../../domain/action.ts';
import { isSamePlace, NO_ALLOWANCE } from '../../domain/budget/booking.ts';
import type { Booked } from '../../domain/budget/checked.ts';
import { type BudgetDecision, decideBudget, type Situation, situationOf } from '../../domain/budget/decide.ts';
import { generationOf } from '../../domain/change/identity.ts';
import type { Decide } from '../../domain/decide.ts';
import { BUDGETED, type Budgeted } from '../../schemas/configuration/budgets.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { type BudgetCheck, BudgetMessage } from '../../schemas/message/budget-check.ts';
import { type DecisionRecord, handle, keepUnreadable } from '../event.ts';
import { book, type NoteMeanwhile } from './book-job.ts';
import type { BudgetServices } from './services.ts';

type Schemas = Readonly<Record<Budgeted, z.ZodMiniType<StateChange>>>;

/** A check without its contents: what is logged, and what the function returns. */
export interface BudgetRecord extends Omit<BudgetDecision, 'actions' | 'nextAt'> {
  readonly job: BudgetCheck['job'];
  readonly nextAt: string | undefined;
  readonly actions: readonly ActionSummary[];
}

/**
 * A handler that reads what SageMaker says with `schemas`. What it is given comes from its queue, or is the question or the
 * event itself. Throws when something failed, so that it is given it again.
 */
export function budgetHandler(schemas: Schemas, decideEvent: Decide, build: () => BudgetServices) {
  let built: BudgetServices | undefined;
  return async (event: unknown, context: Context): Promise<BudgetRecord | DecisionRecord | undefined> => {
    built ??= build();
    let last: BudgetRecord | DecisionRecord | undefined;
    for (const input of inputsOf(event)) {
      last = await handleOne(input, context, schemas, decideEvent, built);
    }
    return last;
  };
}

async function handleOne(
  input: unknown,
  context: Context,
  schemas: Schemas,
  decideEvent: Decide,
  built: BudgetServices,
): Promise<BudgetRecord | DecisionRecord> {
  const { services } = built;
  // People and `redrive` hand events over as SageMaker sent them, without a tag.
  if (!Tagged.safeParse(input).success) return handle(input, context, schemaOf(input, schemas), decideEvent, services);
  const message = BudgetMessage.safeParse(input);
  if (!message.success) return keepUnreadable(input, message.error.issues, context, services);
  if (message.data.schema === 'ground-control/handed-over-event') {
    const { event } = message.data;
    return handle(event, context, schemaOf(event, schemas), decideEvent, services);
  }
  return check(message.data, context, schemas, built);
}

const Tagged = z.object({ schema: z.string() });

/** Checks a job's budget, and executes what is decided. */
async function check(
  request: BudgetCheck,
  context: Context,
  schemas: Schemas,
  built: BudgetServices,
): Promise<BudgetRecord> {
  const { services } = built;
  const { job } = request;
  const { decision, ledgerFault } = await decide(built, schemas, request);
  const { nextAt, actions, ...decided } = decision;
  const record = { job, ...decided, nextAt: nextAt?.toISOString(), actions: actions.map(summarise) };
  services.logger.info('budget', { ...record });
  await services.execute({ actions, eventId: undefined, detailType: 'budget check' }, context);
  // The job's own cap is done with; the retry does the months.
  if (ledgerFault !== undefined) throw ledgerFault;
  return record;
}

/** The schema of a handed-over event; what is none of them is quarantined by the one it is read with. */
function schemaOf(input: unknown, schemas: Schemas): Schemas[Budgeted] {
  const name = Addressed.safeParse(input).data?.['detail-type'] ?? '';
  const type = BUDGETED.find((kind) => name.toLowerCase().includes(` ${kind.replace('-', ' ')} `));
  return schemas[type ?? 'training-job'];
}

const Addressed = z.object({ 'detail-type': z.string() });

interface Decided {
  readonly decision: BudgetDecision;
  /** Why the ledgers could not be written: the decision knows of no month. */
  readonly ledgerFault?: unknown;
}

async function decide(
  built: BudgetServices,
  schemas: Schemas,
  { job, booked: seen }: Pick<BudgetCheck, 'job' | 'booked'>,
): Promise<Decided> {
  const { describe, costs, state, services, clock } = built;
  const { configuration } = services;
  const described = await describe(job.type, { name: nameOf(job.arn), arn: job.arn });
  if (described === undefined) return { decision: await goneDecision(built, job, seen) };
  // They may say that it is protected, or may cost more.
  if (!described.hasTags) throw new Error(`the tags of ${job.arn} cannot be read: nothing is decided without them`);
  const change = schemas[job.type].parse(described);
  const generation = generationOf(change);
  const recalled = await state.recall(job, generation);
  const checked = { ...recalled, booked: withSeen(recalled.booked, seen) };
  const metered = await costs(change, clock());
  const now = clock();
  const situation = situationOf(job, change, metered, checked, now, configuration);
  const { allowance, booked, ledgerFault } = await tryToBook(built, situation, (places) =>
    state.noteBooking(job, generation, places),
  );
  const decision = decideBudget(situation, allowance, configuration);
  // Before anything is done: should we die over it, reconciliation asks again.
  const { spent, cap, nextAt } = decision;
  if (nextAt !== undefined) await state.note(job, generation, { spent, cap, nextAt, booked });
  else if (ledgerFault === undefined) await state.forget(job);
  return { decision, ledgerFault };
}

/** Where a job stands, and where another one saw it stand. */
function withSeen(booked: readonly Booked[], seen: Booked | undefined): readonly Booked[] {
  return seen === undefined || booked.some((one) => isSamePlace(one, seen)) ? booked : [...booked, seen];
}

/** That a ledger cannot be written keeps nobody from stopping at its own cap. */
async function tryToBook({ ledgers, services }: BudgetServices, situation: Situation, note: NoteMeanwhile) {
  try {
    const done = await book(ledgers, situation, services.configuration.budgets.warnAt, note);
    return { ...done, ledgerFault: undefined };
  } catch (error) {
    return { allowance: NO_ALLOWANCE, booked: situation.checked.booked, ledgerFault: error };
  }
}

/** There is nothing to ask any more about a job that is not there; what it is known to have spent stays spent. */
async function goneDecision(
  { state, ledgers }: Pick<BudgetServices, 'state' | 'ledgers'>,
  job: BudgetCheck['job'],
  seen: Booked | undefined,
): Promise<BudgetDecision> {
  const { booked } = await state.recall(job, 0);
  for (const place of withSeen(booked, seen)) await ledgers.close(place, undefined, undefined);
  await state.forget(job);
  const actions = [{ kind: 'disarm-budget', job, before: undefined } as const];
  return { nextAt: undefined, spent: 0, cap: 0, reason: 'it is not there any more', status: undefined, actions };
}
