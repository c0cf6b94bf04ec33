/**
 * The Lambda handler of the budget function. Event functions, schedules and reconciliation send it budget checks.
 *
 * For a check it describes the job, calculates its cost, decides and acts. A check that comes twice, late or needlessly
 * does no harm. The function also handles events that were handed over to it, because their cost needs SageMaker or the
 * Price List.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { nameOf } from '../../adapters/sagemaker/stop-job.ts';
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
import { queueHandler } from '../queue.ts';
import type { Services } from '../services.ts';
import { book, type NoteMeanwhile } from './book-job.ts';
import type { BudgetServices } from './services.ts';

type Schemas = Readonly<Record<Budgeted, z.ZodMiniType<StateChange>>>;

/** A check as it is logged and returned: its actions are summaries. */
export interface BudgetRecord extends Omit<BudgetDecision, 'actions' | 'nextAt'> {
  readonly job: BudgetCheck['job'];
  readonly nextAt: string | undefined;
  readonly actions: readonly ActionSummary[];
}

/**
 * A Lambda handler that reads SageMaker's descriptions with `schemas`. Its input is a batch of queue messages, or one
 * budget check or event. Throws when something failed, so that the message is retried.
 */
export const budgetHandler = (schemas: Schemas, decideEvent: Decide, build: () => BudgetServices) =>
  queueHandler(build, (input, context, built) => handleOne(input, context, schemas, decideEvent, built));

async function handleOne(
  input: unknown,
  context: Context,
  schemas: Schemas,
  decideEvent: Decide,
  built: BudgetServices,
): Promise<BudgetRecord | DecisionRecord> {
  const { services } = built;
  // People and `redrive` send events as SageMaker wrote them, without the field `schema`.
  if (!WithSchema.safeParse(input).success)
    return handle(input, context, schemaOf(input, schemas), decideEvent, services);
  const message = BudgetMessage.safeParse(input);
  if (!message.success) return keepUnreadable(input, message.error.issues, context, services);
  if (message.data.schema === 'ground-control/handed-over-event') {
    const { event } = message.data;
    return handle(event, context, schemaOf(event, schemas), decideEvent, services);
  }
  return check(message.data, context, schemas, built);
}

const WithSchema = z.object({ schema: z.string() });

/** The record of a request that a later check has served already. */
function servedBefore(job: BudgetCheck['job'], { logger }: Services): BudgetRecord {
  const reason = 'another check has served this request';
  const record = { job, spent: 0, cap: 0, reason, status: undefined, nextAt: undefined, actions: [] };
  logger.info('budget', record);
  return record;
}

/** Checks a job's budget, and executes the actions. */
async function check(
  request: BudgetCheck,
  context: Context,
  schemas: Schemas,
  built: BudgetServices,
): Promise<BudgetRecord> {
  const { services } = built;
  const { job, dueAt } = request;
  if (dueAt !== undefined && (await built.state.isCheckedSince(job, dueAt))) return servedBefore(job, services);
  const { decision, ledgerFault } = await decide(built, schemas, request);
  const { nextAt, actions, ...decided } = decision;
  const record = { job, ...decided, nextAt: nextAt?.toISOString(), actions: actions.map(summarise) };
  services.logger.info('budget', { ...record });
  await services.execute({ actions, eventId: undefined, detailType: 'budget check' }, context);
  // The job's own cap has been enforced. The retry of the message enters the job into its monthly ledgers.
  if (ledgerFault !== undefined) throw ledgerFault;
  return record;
}

/**
 * The schema of a handed-over event. An event of another type gets the schema of training jobs, which quarantines it.
 */
function schemaOf(input: unknown, schemas: Schemas): Schemas[Budgeted] {
  const name = WithDetailType.safeParse(input).data?.['detail-type'] ?? '';
  const type = BUDGETED.find((kind) => name.toLowerCase().includes(` ${kind.replace('-', ' ')} `));
  return schemas[type ?? 'training-job'];
}

const WithDetailType = z.object({ 'detail-type': z.string() });

interface Decided {
  readonly decision: BudgetDecision;
  /** Why the ledgers could not be written. The decision then covers only the job's own cap. */
  readonly ledgerFault?: unknown;
}

async function decide(
  built: BudgetServices,
  schemas: Schemas,
  { job, booked: seenAt }: Pick<BudgetCheck, 'job' | 'booked'>,
): Promise<Decided> {
  const { describe, costs, state, services, clock } = built;
  const checkedAt = clock();
  const { configuration } = services;
  const described = await describe(job.type, { name: nameOf(job.arn), arn: job.arn });
  if (described === undefined) return { decision: await goneDecision(built, job, seenAt) };
  // Tags may protect the job or raise its cap: without them, a stop could be wrong.
  if (!described.hasTags) {
    throw new Error(
      `SageMaker did not give the tags of ${job.arn}; its budget cannot be checked, and is checked again`,
    );
  }
  const change = schemas[job.type].parse(described);
  const generation = generationOf(change);
  const recalled = await state.recall(job, generation);
  const checked = { ...recalled, booked: withPlace(recalled.booked, seenAt) };
  const metered = await costs(change, clock());
  const now = clock();
  const situation = situationOf(job, change, metered, checked, now, configuration);
  const { allowance, booked, ledgerFault } = await tryToBook(built, situation, (places) =>
    state.noteBooking(job, generation, places),
  );
  const decision = decideBudget(situation, allowance, configuration);
  // Stored before any action: if the function dies while it acts, reconciliation requests the check again.
  const { spent, cap, nextAt } = decision;
  if (nextAt !== undefined) await state.note(job, generation, { spent, cap, nextAt, booked, checkedAt });
  else if (ledgerFault === undefined) await state.forget(job);
  return { decision, ledgerFault };
}

/** The job's places in ledgers, with the place in which another job's check saw it. */
function withPlace(booked: readonly Booked[], seenAt: Booked | undefined): readonly Booked[] {
  return seenAt === undefined || booked.some((one) => isSamePlace(one, seenAt)) ? booked : [...booked, seenAt];
}

/**
 * Catches a fault of a ledger, so that the job is still stopped at its own cap. `check` throws the fault afterwards.
 */
async function tryToBook({ ledgers, services }: BudgetServices, situation: Situation, note: NoteMeanwhile) {
  try {
    const done = await book(ledgers, situation, services.configuration.budgets.warnAt, note);
    return { ...done, ledgerFault: undefined };
  } catch (error) {
    return { allowance: NO_ALLOWANCE, booked: situation.checked.booked, ledgerFault: error };
  }
}

/** The decision for a job that SageMaker no longer has: no more checks. Its last known cost stays in the ledgers. */
async function goneDecision(
  { state, ledgers }: Pick<BudgetServices, 'state' | 'ledgers'>,
  job: BudgetCheck['job'],
  seenAt: Booked | undefined,
): Promise<BudgetDecision> {
  const { booked } = await state.recall(job, 0);
  for (const place of withPlace(booked, seenAt)) await ledgers.close(place, undefined, undefined);
  await state.forget(job);
  const actions = [{ kind: 'disarm-budget', job, before: undefined } as const];
  return { nextAt: undefined, spent: 0, cap: 0, reason: 'SageMaker no longer has the job', status: undefined, actions };
}
