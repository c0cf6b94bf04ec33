/** Completes a handed-over end of a job with what SageMaker says about the job now. */
import type * as z from 'zod/mini';
import type { Describe, DescribedEvent } from '../adapters/sagemaker/describe.ts';
import { isOfSameResource, withDescription } from '../domain/change/reported.ts';
import type { NotPriced } from '../domain/cost/meter.ts';
import { type Budgeted, isBudgeted } from '../schemas/configuration/budgets.ts';
import type { StateChange } from '../schemas/event/state-change.ts';

/** Schemas of the events of jobs that are charged by the hour. */
export type JobSchemas = Readonly<Record<Budgeted, z.ZodMiniType<StateChange>>>;

/** A change, as SageMaker's description completed it. */
export interface Completed {
  readonly change: StateChange;
  /** The description; absent when SageMaker does not have the job any more. */
  readonly described: DescribedEvent | undefined;
}

/** The cost of a job that is known by a reference alone. The reference does not say what to calculate it from. */
export const NOT_DESCRIBED: NotPriced = { notPriced: 'SageMaker no longer describes the job' };

/** Whether `completed` says what the cost of its job is calculated from. */
export const isPriceable = ({ change, described }: Completed): boolean =>
  described !== undefined || change.billing !== undefined || !isBudgeted(change.resource.type);

/**
 * Completes `reported` with the description of its job. When SageMaker no longer has the job, or has another one of its
 * name, the report alone counts. Throws when SageMaker refuses to describe the job.
 */
export async function completed(
  reported: StateChange,
  describe: Describe<Budgeted>,
  schemas: JobSchemas,
): Promise<Completed> {
  const { type, name, arn } = reported.resource;
  const event = isBudgeted(type) && arn !== undefined ? await describe(type, { name, arn }) : undefined;
  if (!isBudgeted(type) || event === undefined) return { change: reported, described: undefined };
  const described = schemas[type].parse(event);
  return isOfSameResource(reported, described)
    ? { change: withDescription(reported, described), described: event }
    : { change: reported, described: undefined };
}
