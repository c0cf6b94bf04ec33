/**
 * The Lambda handler of the budget function. Event functions, schedules and reconciliation send it budget checks.
 *
 * For a check it describes the job, calculates its cost, decides and acts. A check that comes twice, late or needlessly
 * does no harm. The function also handles events that were handed over to it, because their cost needs SageMaker or the
 * Price List.
 */
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { monthOf } from '../../domain/budget/calendar.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import type { MonthStanding } from '../../domain/budget/month.ts';
import type { Decide } from '../../domain/decide.ts';
import { BUDGETED, type Budgeted } from '../../schemas/configuration/budgets.ts';
import { type BudgetCheck, BudgetMessage } from '../../schemas/message/budget-check.ts';
import { type DecisionRecord, handle, keepUnreadable } from '../event.ts';
import { queueHandler } from '../queue.ts';
import type { Services } from '../services.ts';
import { type BudgetRecord, type CheckedJob, checkJob, type Schemas } from './check-job.ts';
import { type LookMeans, lookAtMonth, type MonthRecord } from './look-at-month.ts';
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
  // People and `redrive` send events as SageMaker wrote them, without the field `schema`.
  if (!WithSchema.safeParse(input).success)
    return handle(input, context, schemaOf(input, schemas), decideEvent, services);
  const message = BudgetMessage.safeParse(input);
  if (!message.success) return keepUnreadable(input, message.error.issues, context, services);
  if (message.data.schema === 'ground-control/handed-over-event') {
    const { event } = message.data;
    return handle(event, context, schemaOf(event, schemas), decideEvent, services);
  }
  const { data } = message;
  const check = (job: JobRef, month?: MonthStanding) => checkJob(job, month, context, schemas, built);
  const means = lookMeans(built, context, check);
  if (data.schema === 'ground-control/month-look') {
    const look = await lookAtMonth(data, means);
    services.logger.info('month', { ...look });
    return look;
  }
  if (data.dueAt !== undefined && (await built.state.isCheckedSince(data.job, data.dueAt)))
    return servedBefore(data.job, services);
  const { record, situation } = await check(data.job);
  for (const { tag, value } of situation?.monthly ?? []) {
    const month = monthOf(built.clock(), services.configuration.timeZone);
    await lookAtMonth({ tag, value, month }, means, data.job);
  }
  return record;
}

/** What looks at months use. */
function lookMeans(
  built: BudgetServices,
  context: Context,
  check: (job: JobRef, month: MonthStanding) => Promise<CheckedJob>,
): LookMeans {
  const { services } = built;
  return {
    ...built,
    configuration: services.configuration,
    tell: (notice) => services.execute({ actions: [notice], eventId: undefined, detailType: 'budget check' }, context),
    check: async (job, month) => {
      const { record } = await check(job, month);
      return { isStopped: record.actions.some(({ kind }) => kind === 'stop-job') };
    },
    timeLeft: () => context.getRemainingTimeInMillis(),
  };
}

const WithSchema = z.object({ schema: z.string() });

/** The record of a request that a later check has served already. */
function servedBefore(job: BudgetCheck['job'], { logger }: Services): BudgetRecord {
  const reason = 'another check has served this request';
  const record = { job, spent: 0, cap: 0, reason, status: undefined, nextAt: undefined, actions: [] };
  logger.info('budget', record);
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
