/** Checks the budget of one job: describes it, calculates its cost, stores what it adds to its months, decides, acts. */
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { nameOf } from '../../adapters/sagemaker/stop-job.ts';
import { type ActionSummary, summarise } from '../../domain/action.ts';
import { capChange, checkedCap } from '../../domain/budget/cap-change.ts';
import { type BudgetDecision, decideBudget, type Situation, situationOf } from '../../domain/budget/decide.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import { monthOf } from '../../domain/budget/month/calendar.ts';
import { type MonthStanding, standingOf } from '../../domain/budget/month/month.ts';
import { type Shared, sharesOf, sharesOfGone } from '../../domain/budget/month/shares.ts';
import { generationOf } from '../../domain/change/identity.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { BudgetServices } from './services.ts';

/** How SageMaker's descriptions are read. */
export type Schemas = Readonly<Record<Budgeted, z.ZodMiniType<StateChange>>>;

/** A check as it is logged and returned: its actions are summaries. */
export interface BudgetRecord extends Omit<BudgetDecision, 'actions' | 'nextAt'> {
  readonly job: JobRef;
  readonly nextAt: string | undefined;
  readonly actions: readonly ActionSummary[];
}

/** A checked job: its record, and its situation; without one when SageMaker no longer has the job. */
export interface CheckedJob {
  readonly record: BudgetRecord;
  readonly situation: Situation | undefined;
}

/** Checks of one job that happen at the same time collide; more attempts than this mean another fault. */
const MOST_ATTEMPTS = 10;

/** Checks `job`, and executes the actions. With `month`, the job is to be stopped for that month. */
export async function checkJob(
  job: JobRef,
  month: MonthStanding | undefined,
  context: Context,
  schemas: Schemas,
  built: BudgetServices,
): Promise<CheckedJob> {
  const { services } = built;
  const { decision, situation, monthFault } = await decide(job, month, context, schemas, built);
  const { nextAt, actions, ...decided } = decision;
  const record = { job, ...decided, nextAt: nextAt?.toISOString(), actions: actions.map(summarise) };
  services.logger.info('budget', { ...record });
  await services.execute({ actions, eventId: undefined, detailType: 'budget check' }, context);
  // The job's own cap has been enforced. The retry of the message adds the job to its months.
  if (monthFault !== undefined) throw monthFault;
  return { record, situation };
}

interface Decided {
  readonly decision: BudgetDecision;
  readonly situation: Situation | undefined;
  /** Why the months could not be written. The decision then covers only the job's own cap. */
  readonly monthFault?: unknown;
}

/** Decides, and stores the result before any action: if the function dies, reconciliation requests the check again. */
async function decide(
  job: JobRef,
  month: MonthStanding | undefined,
  context: Context,
  schemas: Schemas,
  built: BudgetServices,
): Promise<Decided> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const decided = await tryToDecide(job, month, context, schemas, built);
    if (decided !== undefined) return decided;
  }
  throw new Error(`the budget item of ${job.arn} changed during each of ${MOST_ATTEMPTS} checks; the check is retried`);
}

/** Undefined when another check of the job has written its item in between. */
async function tryToDecide(
  job: JobRef,
  month: MonthStanding | undefined,
  context: Context,
  schemas: Schemas,
  built: BudgetServices,
): Promise<Decided | undefined> {
  const { describe, costs, state, services, clock } = built;
  const { configuration } = services;
  const checkedAt = clock();
  const described = await describe(job.type, { name: nameOf(job.arn), arn: job.arn });
  if (described === undefined) return gone(job, checkedAt, built);
  // Tags may protect the job or raise its cap: without them, a stop could be wrong.
  if (!described.hasTags) {
    throw new Error(
      `SageMaker did not give the tags of ${job.arn}; its budget cannot be checked, and is checked again`,
    );
  }
  const change = schemas[job.type].parse(described);
  const generation = generationOf(change);
  const checked = await state.recall(job, generation);
  // One moment for the cost and for the months: what is spent in between would be in neither.
  const now = clock();
  const metered = await costs(change, now);
  const situation = situationOf(job, change, metered, checked, now, configuration);
  const standings = checked.stoppingFor === undefined ? [] : await standingsOf(situation, built);
  const decision = decideBudget(situation, configuration, { month, standings });
  const changed = capChange(situation);
  // Recorded before the new cap is stored: if the function dies in between, the retry makes the same record.
  if (changed !== undefined)
    await services.execute({ actions: [changed], eventId: undefined, detailType: 'budget check' }, context);
  const { spent, nextAt } = decision;
  const cap = checkedCap(situation);
  const uploadingSince = change.secondaryStatus === 'Uploading' ? (checked.uploadingSince ?? checkedAt) : undefined;
  const { limits, timeZone } = situation;
  const shared = sharesOf({ ...situation, isProtected: limits.protected || limits.isProtectionUnclear, timeZone });
  const standing = { spent, cap, nextAt, checkedAt, uploadingSince };
  try {
    const isNoted = await state.note(job, generation, checked, { ...standing, ...shared });
    return isNoted ? { decision, situation } : undefined;
  } catch (cause) {
    if (shared.changes.length === 0) throw cause;
    const monthFault = new Error(`${job.arn} could not be added to its months: ${cause}`, { cause });
    const isNoted = await state.note(job, generation, checked, { ...standing, shares: checked.shares, changes: [] });
    return isNoted ? { decision, situation, monthFault } : undefined;
  }
}

/** How the present months of a job stand. */
export function standingsOf(
  { monthly, now, timeZone }: Situation,
  { months }: BudgetServices,
): Promise<MonthStanding[]> {
  return Promise.all(
    monthly.map(async ({ tag, value, amount }) => {
      const id = { tag, value, month: monthOf(now, timeZone) };
      return standingOf(id, amount, await months.read(id), now, timeZone);
    }),
  );
}

/** The decision for a job that SageMaker no longer has: no more checks. Its last known cost stays in its months. */
async function gone(job: JobRef, checkedAt: Date, built: BudgetServices): Promise<Decided | undefined> {
  const { state, services } = built;
  const checked = await state.recall(job, 0);
  const shared: Shared = sharesOfGone(checked, services.configuration.timeZone);
  const cap = { amount: 0, from: undefined, since: checkedAt };
  const standing = { spent: 0, cap, nextAt: undefined, checkedAt, uploadingSince: undefined, ...shared };
  if (!(await state.note(job, checked.generation ?? 0, checked, standing))) return undefined;
  const actions = [{ kind: 'disarm-budget', job, before: checked.nextAt } as const];
  const decision = { nextAt: undefined, spent: 0, cap: 0, status: undefined, actions };
  return { decision: { ...decision, reason: 'SageMaker no longer has the job' }, situation: undefined };
}
