/**
 * The Lambda handler of the budget function. Event functions, schedules and reconciliation send it budget checks.
 *
 * For a check it describes the job, calculates its cost, decides and acts. A check that comes twice, late or needlessly
 * does no harm. The function also handles ends of jobs that were handed over to it, because their cost needs SageMaker
 * or the Price List. It describes the job again: the message only refers to the event.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { JobRef } from '../../domain/budget/job.ts';
import { monthOf } from '../../domain/budget/month/calendar.ts';
import type { MonthStanding } from '../../domain/budget/month/month.ts';
import { readReported } from '../../domain/change/reported.ts';
import type { Decide } from '../../domain/decide.ts';
import { BUDGETED, type Budgeted, isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { BudgetCheck } from '../../schemas/message/budget-check.ts';
import { BudgetMessage } from '../../schemas/message/budget-message.ts';
import { completed, isPriceable, NOT_DESCRIBED } from '../described.ts';
import { type DecisionRecord, handleChange, keepUnreadable } from '../event.ts';
import { queueHandler } from '../queue.ts';
import type { Services } from '../services.ts';
import { type BudgetRecord, checkJob, type Schemas } from './check-job.ts';
import { lookAtMonth, type MonthRecord } from './month/look.ts';
import type { LookMeans } from './month/means.ts';
import type { BudgetServices } from './services.ts';

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
): Promise<BudgetRecord | MonthRecord | DecisionRecord> {
  const { services } = built;
  // People send events as SageMaker wrote them, without the field `schema`.
  if (!WithSchema.safeParse(input).success) return handleEnd(input, context, schemas, decideEvent, built);
  const message = BudgetMessage.safeParse(input);
  if (!message.success) return keepUnreadable(input, message.error.issues, context, services);
  const { data } = message;
  switch (data.schema) {
    case 'ground-control/budget-check':
      return checkAndLook(data, context, schemas, built);
    case 'ground-control/month-look': {
      const look = await lookAtMonth(data, lookMeans(context, schemas, built));
      services.logger.info('month', { ...look });
      return look;
    }
    case 'ground-control/handed-over-event':
      return handleEnd(data.event, context, schemas, decideEvent, built);
    default:
      return handleEnd(input, context, schemas, decideEvent, built);
  }
}

/** Checks a job, unless another check has served the request, and then looks at the months of the job. */
async function checkAndLook(
  { job, dueAt }: BudgetCheck,
  context: Context,
  schemas: Schemas,
  built: BudgetServices,
): Promise<BudgetRecord> {
  const { services, state, clock } = built;
  if (dueAt !== undefined && (await state.isCheckedSince(job, dueAt))) return servedBefore(job, services);
  const { record, situation } = await checkJob(job, undefined, context, schemas, built);
  for (const { tag, value } of situation?.monthly ?? []) {
    const month = monthOf(clock(), services.configuration.timeZone);
    await lookAtMonth({ tag, value, month }, lookMeans(context, schemas, built), job);
  }
  return record;
}

/** What looks at months use. */
function lookMeans(context: Context, schemas: Schemas, built: BudgetServices): LookMeans {
  const { services } = built;
  return {
    ...built,
    configuration: services.configuration,
    tell: (notice) => services.execute({ actions: [notice], eventId: undefined, detailType: 'budget check' }, context),
    check: async (job: JobRef, month: MonthStanding) => {
      const { record } = await checkJob(job, month, context, schemas, built);
      return { isStopped: record.actions.some(({ kind }) => kind === 'stop-job') };
    },
    timeLeft: () => context.getRemainingTimeInMillis(),
  };
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
  const { type } = reported.resource;
  if (!isBudgeted(type)) {
    const message = `expected a job that is charged by the hour, received ${type}`;
    return keepUnreadable(received, [{ path: ['resource', 'type'], message }], context, services);
  }
  const job = await completed(reported, describe, schemas);
  const gather = isPriceable(job) ? services.gather : async () => ({ cost: NOT_DESCRIBED });
  return handleChange(job.change, received, context, decideEvent, { ...services, gather });
}

/** The record of a request that a later check has served already. */
function servedBefore(job: BudgetCheck['job'], { logger }: Services): BudgetRecord {
  const reason = 'another check has served this request';
  const record = { job, spent: 0, cap: 0, reason, status: undefined, nextAt: undefined, actions: [] };
  logger.info('budget', record);
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
