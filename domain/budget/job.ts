/** A reference to one job that is charged by the hour. */
import type { Budgeted } from '../../schemas/configuration/budgets.ts';

/** A job, by its type and its ARN. */
export interface JobRef {
  readonly type: Budgeted;
  readonly arn: string;
}
