/**
 * The Lambda handler of the budget function. Event functions, schedules and reconciliation send it budget checks.
 *
 * For a check it describes the job, calculates its cost, decides and acts. A check that comes twice, late or needlessly
 * does no harm. The function also handles ends of jobs that were handed over to it, because their cost needs SageMaker
 * or the Price List. It describes the job again: the message only refers to the event.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { nameOf } from '../../adapters/sagemaker/stop-job.ts';
import { type ActionSummary, summarise } from '../../domain/action.ts';
import { isSamePlace, NO_ALLOWANCE } from '../../domain/budget/booking.ts';
import { capChange, checkedCap } from '../../domain/budget/cap-change.ts';
import type { Booked } from '../../domain/budget/checked.ts';
import { type BudgetDecision, decideBudget, type Situation, situationOf } from '../../domain/budget/decide.ts';
import { generationOf } from '../../domain/change/identity.ts';
import { isOfSameResource, readReported, withDescription } from '../../domain/change/reported.ts';
import type { NotPriced } from '../../domain/cost/meter.ts';
import type { Decide } from '../../domain/decide.ts';
import { BUDGETED, type Budgeted, isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { BudgetCheck } from '../../schemas/message/budget-check.ts';
import { BudgetMessage } from '../../schemas/message/budget-message.ts';
import { type DecisionRecord, handleChange, keepUnreadable } from '../event.ts';
import { queueHandler } from '../queue.ts';
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
  // People send events as SageMaker wrote them, without the field `schema`.
  if (!WithSchema.safeParse(input).success) return handleEnd(input, context, schemas, decideEvent, built);
  const message = BudgetMessage.safeParse(input);
  if (!message.success) return keepUnreadable(input, message.error.issues, context, built.services);
  const { data } = message;
  if (data.schema === 'ground-control/budget-check') return check(data, context, schemas, built);
  const reported = data.schema === 'ground-control/handed-over-event' ? data.event : input;
  return handleEnd(reported, context, schemas, decideEvent, built);
}

const WithSchema = z.object({ schema: z.string() });

/**
 * Handles the event, or the reference to an event, of a job's end, with what SageMaker says about the job now. When
 * SageMaker no longer has the job, or has another one of its name, the event or its reference alone decides.
 */
async function handleEnd(
  received: unknown,
  context: Context,
  schemas: Schemas,
  decideEvent: Decide,
  { services, describe }: BudgetServices,
): Promise<DecisionRecord> {
  const read = readReported(received, schemaOf(received, schemas));
  if (!read.success) return keepUnreadable(received, read.error.issues, context, services);
  const reported = read.data;
  const { type, name, arn } = reported.resource;
  if (!isBudgeted(type)) {
    const message = `expected a job that is charged by the hour, received ${type}`;
    return keepUnreadable(received, [{ path: ['resource', 'type'], message }], context, services);
  }
  const event = arn === undefined ? undefined : await describe(type, { name, arn });
  const described = event && schemas[type].parse(event);
  if (described !== undefined && isOfSameResource(reported, described))
    return handleChange(withDescription(reported, described), received, context, decideEvent, services);
  const gather = async () => ({ cost: NOT_DESCRIBED });
  const isEnough = reported.billing !== undefined;
  return handleChange(reported, received, context, decideEvent, isEnough ? services : { ...services, gather });
}

/** A reference does not say what the cost of its job is calculated from. */
const NOT_DESCRIBED: NotPriced = { notPriced: 'SageMaker no longer describes the job' };

/** Checks a job's budget, and executes the actions. */
async function check(
  request: BudgetCheck,
  context: Context,
  schemas: Schemas,
  built: BudgetServices,
): Promise<BudgetRecord> {
  const { services } = built;
  const { job } = request;
  const { decision, ledgerFault } = await decide(built, schemas, request, context);
  const { nextAt, actions, ...decided } = decision;
  const record = { job, ...decided, nextAt: nextAt?.toISOString(), actions: actions.map(summarise) };
  services.logger.info('budget', { ...record });
  await services.execute({ actions, eventId: undefined, detailType: 'budget check' }, context);
  // The job's own cap has been enforced. The retry of the message enters the job into its monthly ledgers.
  if (ledgerFault !== undefined) throw ledgerFault;
  return record;
}

/**
 * The schema of a whole event. An event of another type gets the schema of training jobs, which quarantines it.
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
  context: Context,
): Promise<Decided> {
  const { describe, costs, state, services, clock } = built;
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
  const changed = capChange(situation);
  // Recorded before the new cap is stored: if the function dies in between, the retry makes the same record.
  if (changed !== undefined)
    await services.execute({ actions: [changed], eventId: undefined, detailType: 'budget check' }, context);
  // Stored before any other action: if the function dies while it acts, reconciliation requests the check again.
  const { spent, nextAt } = decision;
  const cap = checkedCap(situation);
  if (nextAt !== undefined) await state.note(job, generation, { spent, cap, nextAt, booked });
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
